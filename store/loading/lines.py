"""Checks on a source's lines before tables are made of them, and on what becomes of each line."""

import duckdb

from store.errors import WinbackError
from store.loading.cells import Cell, typed_query
from store.loading.expressions import literal, quoted
from store.loading.job import Job, Staged
from store.loading.mapping import Field_
from store.loading.staging import column_named, lacks
from store.loading.tables import accepted, good_rows, lines_taken
from store.loading.words import header_for


def check_lines(job: Job, staged: Staged) -> None:
    """Type the source's declared columns, apply its reject rules, and leave `scratch.good_<source>`."""
    spec = job.mapping.sources[staged.name]
    if not spec.columns and not spec.reject:
        good_rows(job, staged, staged.relation)
        return
    found = {name: _find(job, staged, name, declared) for name, declared in spec.columns.items()}
    cells = [_cell(staged, found[name], name, declared) for name, declared in spec.columns.items()]
    raw = [f"{cell.sql} AS raw_{at}" for at, cell in enumerate(cells)]
    kept = ["_row", *(quoted(column) for column in staged.columns if column not in found.values())]
    relation = f"SELECT {', '.join([*kept, *raw])} FROM {staged.relation}"
    query = typed_query(job, cells, relation, kept, spec.timezone or job.timezone)
    table = f"scratch.checked_{staged.name}"
    try:
        job.run(f"CREATE TABLE {table} AS {_with_rules(job, staged, query)}")
    except duckdb.BinderException as error:
        reason = str(error).splitlines()[0]
        raise WinbackError(f"The reject rules of {staged.name} cannot be computed: {reason}") from None
    job.run(
        f"INSERT INTO scratch.rejects SELECT {literal(staged.name)}, _row, _reason FROM {table} "
        "WHERE _reason IS NOT NULL"
    )
    staged.columns = {name: kind for name, kind in job.described(f"FROM {table}").items() if name[0] != "_"}
    good_rows(job, staged, f"(SELECT * EXCLUDE (_reason) FROM {table})")


def _find(job: Job, staged: Staged, name: str, declared: Field_) -> str | None:
    candidates = (column_named(staged, header) for header in (name, *declared.aka))
    column = next((column for column in candidates if column is not None), None)
    lenient = job.mapping.missing_columns == "skip"
    if lenient:
        column = header_for(name, list(staged.columns), declared.aka)
    if column is None and (declared.required or not lenient):
        raise lacks(staged, name)
    if lenient and column not in (None, name):
        job.notes.append(f"{name} is taken from {column}.")
    return column


def _cell(staged: Staged, column: str | None, name: str, declared: Field_) -> Cell:
    """A declared column that the source lacks is read as blank."""
    sql, source_type = (quoted(column), staged.columns[column]) if column else ("CAST(NULL AS VARCHAR)", "VARCHAR")
    return Cell(name, sql, source_type, declared.type, declared.required, tuple(declared.formats))


def _with_rules(job: Job, staged: Staged, query: str) -> str:
    rules = job.mapping.sources[staged.name].reject
    if not rules:
        return query
    cases = " ".join(f"WHEN {rule.when} THEN {literal(rule.reason)}" for rule in rules)
    return f"SELECT * REPLACE (coalesce(_reason, CASE {cases} END) AS _reason) FROM ({query})"


def reject_untaken(job: Job) -> None:
    """A line that no table takes (its `where` leaves it out) is rejected too: every line is accounted for."""
    for name in {spec.from_ for spec in job.mapping.tables.values()} & job.staged.keys():
        specs = [spec for spec in job.mapping.tables.values() if spec.from_ == name]
        if any(spec.where is None for spec in specs):
            continue
        taken = " UNION ALL ".join(f"SELECT {quoted(name)}._row AS _row {lines_taken(spec)}" for spec in specs)
        job.run(
            f"INSERT INTO scratch.rejects SELECT {literal(name)}, _row, 'no table takes this row' "
            f"FROM scratch.good_{name} WHERE _row NOT IN ({taken})"
        )


def reject_orphans(job: Job) -> None:
    """An item needs its order, in this source or among those loaded before."""
    spec = job.mapping.tables["order_items"]
    known = f"SELECT order_id FROM ({accepted(job, 'orders')})" if "orders" in job.filled else ""
    before = "SELECT order_id FROM previous.main.orders" if job.has_previous else ""
    orders = " UNION ALL ".join(query for query in (known, before) if query)
    job.run(
        f"INSERT INTO scratch.rejects SELECT {literal(spec.from_)}, n._row, 'no order has this order_id' "
        f"FROM ({accepted(job, 'order_items')}) AS n ANTI JOIN ({orders}) USING (order_id)"
    )
