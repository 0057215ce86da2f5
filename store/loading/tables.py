"""From sources to canonical rows, each with the reason that rejects it or none."""

import duckdb

from store.errors import WinbackError
from store.loading.cells import Cell, typed_query
from store.loading.expressions import is_plain_name, literal, quoted
from store.loading.job import Job, Staged
from store.loading.mapping import Column, Table
from store.loading.rules import CLEANED, KEYS, NEEDED, nonsense
from store.loading.staging import column_named, lacks
from store.loading.types import kind_of
from store.warehouse.schema import FACTS


def fill_table(job: Job, table: str) -> None:
    """Create `scratch.new_<table>`: `_row`, the canonical columns and `_reason`; note what it rejects."""
    spec = job.mapping.tables[table]
    provided = _provided(job, table, spec)
    relation = _relation(job, spec, provided)
    types = _described(job, table, relation)
    cells = [
        Cell(
            name=name,
            sql=sql,
            source_type=types[f"raw_{at}"],
            kind=kind_of(name, FACTS[table][name]),
            required=name in NEEDED[table] and not (name == "unit_price" and job.mapping.unknown_prices),
            formats=tuple(spec.columns[name].formats),
        )
        for at, (name, sql) in enumerate(provided.items())
    ]
    kept = ["_row", *(f"_group_{at}" for at in range(len(spec.group_by)))]
    query = typed_query(job, cells, relation, kept, _zone(job, spec))
    job.run(f"CREATE TABLE scratch.new_{table} AS {_checked(job, table, query, kept, list(provided))}")
    _refuse_multiplied(job, table, spec)
    _note_rejects(job, table, spec)
    if table == "order_items" and "line" not in provided:
        job.numbers_lines = True
    else:
        _keep_last_of_each_key(job, table, spec)


def _zone(job: Job, spec: Table) -> str:
    """Moments that the source's own columns declare are in the shop's zone already."""
    source = job.mapping.sources[spec.from_]
    declared = any(column.type == "timestamp" for column in source.columns.values())
    return job.timezone if declared or source.timezone is None else source.timezone


def accepted(job: Job, table: str) -> str:
    """SQL: the rows of `scratch.new_<table>` that nothing rejects, with `_row`."""
    spec = job.mapping.tables[table]
    columns = ", ".join(["_row", *FACTS[table]])
    rows = f"SELECT {columns} FROM scratch.new_{table} AS n WHERE _reason IS NULL"
    return rows if spec.group_by else f"{rows} AND {_not_rejected(spec.from_, 'n')}"


def good_rows(job: Job, staged: Staged, base: str) -> None:
    """Create `scratch.good_<source>`: the rows of `base` that nothing has rejected so far."""
    job.run(
        f"CREATE OR REPLACE VIEW scratch.good_{staged.name} AS "
        f"SELECT * FROM {base} AS s WHERE {_not_rejected(staged.name, 's')}"
    )


def _not_rejected(source: str, alias: str) -> str:
    rejects = f"SELECT 1 FROM scratch.rejects AS r WHERE r.source = {literal(source)} AND r._row = {alias}._row"
    return f"NOT EXISTS ({rejects})"


def _provided(job: Job, table: str, spec: Table) -> dict[str, str]:
    """The canonical columns that the source can give, as SQL."""
    staged = job.staged[spec.from_]
    provided: dict[str, str] = {}
    for name, column in spec.columns.items():
        sql = _column_sql(staged, column)
        if sql is not None:
            provided[name] = sql
        elif job.mapping.missing_columns == "error" or name in NEEDED[table]:
            raise lacks(staged, column.sql)
    _note_unused(job, staged, spec)
    missing = [name for name in NEEDED[table] if name not in provided]
    if missing:
        raise WinbackError(f"The mapping gives {table} no {', '.join(missing)}; say which column or SQL it is.")
    return provided


def _note_unused(job: Job, staged: Staged, spec: Table) -> None:
    """Where columns are taken by name alone, say which are left: names and e-mail addresses, say, are no facts."""
    used = {column_named(staged, column.sql) for column in spec.columns.values()}
    used |= job.mapping.sources[spec.from_].columns.keys()
    unused = [column for column in staged.columns if column not in used]
    note = f"Not loaded from {staged.files[0].name}: {', '.join(unused)}."
    if unused and job.mapping.missing_columns == "skip" and note not in job.notes:
        job.notes.append(note)


def _column_sql(staged: Staged, column: Column) -> str | None:
    own = column_named(staged, column.sql)
    if own is not None:
        return f"{quoted(staged.name)}.{quoted(own)}"
    is_name = is_plain_name(column.sql) and "." not in column.sql
    return None if is_name and column.sql.lower() not in ("null", "true", "false") else column.sql


def _relation(job: Job, spec: Table, provided: dict[str, str]) -> str:
    home = quoted(spec.from_)
    row = f"min({home}._row)" if spec.group_by else f"{home}._row"
    selected = [f"{row} AS _row"]
    selected += [f"{sql} AS _group_{at}" for at, sql in enumerate(spec.group_by)]
    selected += [f"({sql}) AS raw_{at}" for at, sql in enumerate(provided.values())]
    group = f" GROUP BY {', '.join(f'({sql})' for sql in spec.group_by)}" if spec.group_by else ""
    return f"SELECT {', '.join(selected)} {lines_taken(spec)}{group}"


def lines_taken(spec: Table) -> str:
    """SQL: FROM, joins and WHERE of a table's lines."""
    joins = "".join(
        f" LEFT JOIN scratch.good_{join.source} AS {quoted(join.source)} ON {join.match}" for join in spec.join
    )
    where = f" WHERE ({spec.where})" if spec.where else ""
    return f"FROM scratch.good_{spec.from_} AS {quoted(spec.from_)}{joins}{where}"


def _described(job: Job, table: str, relation: str) -> dict[str, str]:
    try:
        return job.described(relation)
    except duckdb.Error as error:
        reason = str(error).splitlines()[0].partition("Error: ")[2]
        raise WinbackError(f"The mapping of {table} cannot be computed: {reason}") from None


def _checked(job: Job, table: str, query: str, kept: list[str], provided: list[str]) -> str:
    columns: list[str] = []
    for name, kind in FACTS[table].items():
        value = quoted(name) if name in provided else f"CAST(NULL AS {kind})"
        columns.append(f"{CLEANED.get((table, name), '{0}').format(value)} AS {name}")
    conditions = " ".join(f"WHEN {when} THEN {literal(why)}" for when, why in nonsense(table, job.now))
    reason = f"coalesce(_reason, CASE {conditions} END)" if conditions else "_reason"
    clean = f"SELECT {', '.join([*kept, *columns, '_reason'])} FROM ({query})"
    return f"SELECT * REPLACE ({reason} AS _reason) FROM ({clean})"


def _refuse_multiplied(job: Job, table: str, spec: Table) -> None:
    if spec.join and job.number(f"SELECT count(*) - count(DISTINCT _row) FROM scratch.new_{table}"):
        raise WinbackError(f"A join of {table} finds several rows for one line; narrow its `match` in the mapping.")


def _note_rejects(job: Job, table: str, spec: Table) -> None:
    source = literal(spec.from_)
    bad = f"scratch.new_{table} AS n WHERE n._reason IS NOT NULL"
    if not spec.group_by:
        job.run(f"INSERT INTO scratch.rejects SELECT {source}, n._row, n._reason FROM {bad}")
        return
    keys = [f"{sql} AS _group_{at}" for at, sql in enumerate(spec.group_by)]
    lines = f"SELECT {quoted(spec.from_)}._row AS _row, {', '.join(keys)} {lines_taken(spec)}"
    match = " AND ".join(f"l._group_{at} IS NOT DISTINCT FROM n._group_{at}" for at in range(len(keys)))
    job.run(
        f"INSERT INTO scratch.rejects SELECT {source}, l._row, n._reason "
        f"FROM ({lines}) AS l JOIN (SELECT * FROM {bad}) AS n ON {match}"
    )


def _keep_last_of_each_key(job: Job, table: str, spec: Table) -> None:
    """Within one load the last row of a key wins; the earlier ones are rejected, so that nothing is lost."""
    keys = KEYS[table]
    job.run(
        f"CREATE OR REPLACE TABLE scratch.doubled AS SELECT {', '.join(keys)}, max(_row) AS kept "
        f"FROM scratch.new_{table} WHERE _reason IS NULL GROUP BY ALL HAVING count(*) > 1"
    )
    earlier = f"scratch.new_{table} AS n JOIN scratch.doubled AS d USING ({', '.join(keys)}) WHERE n._row <> d.kept"
    if not spec.group_by:
        reason = literal(f"a later row has the same {' and '.join(keys)}; that one is kept")
        job.run(
            f"INSERT INTO scratch.rejects SELECT {literal(spec.from_)}, n._row, {reason} FROM {earlier} "
            "AND n._reason IS NULL"
        )
    else:
        job.run(f"DELETE FROM scratch.new_{table} WHERE _row IN (SELECT n._row FROM {earlier})")
