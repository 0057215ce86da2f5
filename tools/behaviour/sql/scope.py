"""Which tables a statement reads, with WITH queries resolved where they are visible and nowhere else."""

import difflib

from sqlglot import exp

from tools.behaviour.sql.allowed import TABLES
from tools.behaviour.sql.limits import STATEMENT
from tools.behaviour.sql.refused import SqlRefused

_CUSTOMERS_WORDS = {"reviews": "text", "events": "query", "customers": "attributes"}


def resolve(tree: exp.Query) -> frozenset[str]:
    """The shop's tables that are read. Raises SqlRefused on any other, and on plans that read too many times."""
    read: set[str] = set()
    scans = _scans(tree, {}, read)
    if scans > STATEMENT.scans:
        raise SqlRefused(
            f"This SQL reads tables {scans} times once its WITH queries are written out; at most {STATEMENT.scans} "
            "are allowed: split the question."
        )
    return frozenset(read)


def _scans(node: exp.Expr, visible: dict[str, int], read: set[str]) -> int:
    """How many table scans `node` stands for; `visible` holds those of the WITH queries that may be named here."""
    with_ = node.args.get("with_")
    if with_ is not None:
        visible = dict(visible)
        for cte in with_.expressions:
            visible[_cte_name(cte)] = _scans(cte.this, visible, read)
    if isinstance(node, exp.Table):
        return _table(node, visible, read)
    return sum(_scans(child, visible, read) for child in node.iter_expressions() if child is not with_)


def _cte_name(cte: exp.Expr) -> str:
    name = cte.alias.lower()
    if name in TABLES:
        raise SqlRefused(f"A WITH query may not be called {name}, like a table; give it another name.")
    if not name.isidentifier():
        raise SqlRefused("Name WITH queries with letters, digits and underscores.")
    return name


def _table(node: exp.Table, visible: dict[str, int], read: set[str]) -> int:
    if not isinstance(node.this, exp.Identifier):
        raise SqlRefused("run_sql reads tables only, no functions in FROM; start from one of the shop's tables.")
    name = node.name.lower()
    if name in visible:
        return visible[name]
    if name not in TABLES:
        raise SqlRefused(_unknown(node.name))
    read.add(name)
    return 1


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name.lower(), TABLES, n=1)
    shown = f" {name}" if name.isidentifier() and len(name) <= 40 else ""
    hint = f"; did you mean {near[0]}?" if near else "."
    return f"There is no table{shown or ' of that name'}{hint} The tables are {', '.join(TABLES)}."


def quotes_customers(tree: exp.Query, tables: frozenset[str]) -> bool:
    """Whether a column with customers' own words may reach the result; errs on the side of yes."""
    words = {column for table, column in _CUSTOMERS_WORDS.items() if table in tables}
    if not words:
        return False
    aliases = {name.lower() for table in tree.find_all(exp.Table) for name in (table.alias, table.name) if name}
    if any(alias.args.get("columns") for alias in tree.find_all(exp.TableAlias)):
        return True
    if any(not isinstance(star.parent, exp.Count) for star in tree.find_all(exp.Star)):
        return True
    return any(column.name.lower() in words | aliases for column in tree.find_all(exp.Column))
