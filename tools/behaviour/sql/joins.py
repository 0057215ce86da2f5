"""No join without a condition that ties the tables together: a bare product of two tables answers no question."""

from collections.abc import Iterator

from sqlglot import exp

from tools.behaviour.sql.refused import SqlRefused


def check(tree: exp.Query) -> None:
    """Raises SqlRefused where a table in a FROM is tied to no other and may have more than one row."""
    for select in tree.find_all(exp.Select):
        joins: list[exp.Join] = select.args.get("joins") or []
        if joins and (loose := _loose(select, joins)):
            raise SqlRefused(
                f"The join with {loose} needs a condition such as ON a.customer_id = {loose}.customer_id, with each "
                "column's table named."
            )


def _loose(select: exp.Select, joins: list[exp.Join]) -> str | None:
    """The first table that no equality ties to the others."""
    sources = [select.args["from_"].this, *(join.this for join in joins)]
    many = [source.alias_or_name.lower() for source in sources if not _is_small(source)]
    ties = [*_ties(select, joins)]
    tied = set(many[:1])
    while more := {name for tie in ties if tie & tied for name in tie} - tied:
        tied |= more
    return next((name for name in many if name not in tied), None)


def _ties(select: exp.Select, joins: list[exp.Join]) -> Iterator[set[str]]:
    """Sets of tables of which a column of one must equal a column of another."""
    before = [select.args["from_"].this.alias_or_name.lower()]
    for join in joins:
        name = join.this.alias_or_name.lower()
        if join.args.get("using"):
            yield {*before, name}
        before.append(name)
    where = select.args.get("where")
    for condition in [*(join.args.get("on") for join in joins), where and where.this]:
        for part in _all_must_hold(condition):
            if isinstance(part, exp.EQ):
                left, right = _tables(part.this), _tables(part.expression)
                if len(left) == len(right) == 1:
                    yield left | right


def _all_must_hold(condition: exp.Expr | None) -> Iterator[exp.Expr]:
    stack = [condition] if condition is not None else []
    while stack:
        part = stack.pop().unnest()
        if isinstance(part, exp.And):
            stack.extend((part.left, part.right))
        else:
            yield part


def _tables(side: exp.Expr) -> set[str]:
    return {column.table.lower() for column in side.find_all(exp.Column)}


def _is_small(source: exp.Expr) -> bool:
    """One row, or values written out in the statement."""
    query = source.this if isinstance(source, exp.Subquery) else source
    if isinstance(source, exp.Table):
        query = _definition(source)
    if isinstance(query, exp.Values):
        return True
    if not isinstance(query, exp.Select):
        return False
    if any(query.find_all(exp.Explode)):
        return False
    limit = query.args.get("limit")
    if query.args.get("from_") is None or (isinstance(limit, exp.Limit) and limit.expression.name == "1"):
        return True
    return not query.args.get("group") and all(_is_aggregate(column, query) for column in query.selects)


def _is_aggregate(column: exp.Expr, query: exp.Select) -> bool:
    return any(node.find_ancestor(exp.Window, exp.Select) is query for node in column.find_all(exp.AggFunc))


def _definition(table: exp.Table) -> exp.Expr | None:
    """The WITH query that a name stands for."""
    node: exp.Expr | None = table
    while node is not None:
        with_ = node.args.get("with_")
        for cte in with_.expressions if with_ is not None else ():
            if cte.alias.lower() == table.name.lower():
                return cte.this
        node = node.parent
    return None
