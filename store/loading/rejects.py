"""The rejects file: every refused line with its file, line number, reason and values."""

from dataclasses import dataclass
from pathlib import Path

from store.loading.expressions import literal, quoted
from store.loading.job import Job, Staged
from store.loading.staging import FILE_STRIDE
from store.loading.workbook import LINE


@dataclass(frozen=True)
class Account:
    """What became of the lines: read = loaded + rejected."""

    read: int
    loaded: int
    rejected: int


def settle_account(job: Job) -> Account:
    """Count the lines of every source used."""
    malformed = job.number("SELECT count(*) FROM scratch.malformed")
    read = malformed + sum(job.number(f"SELECT count(*) FROM {staged.relation}") for staged in job.staged.values())
    refused = job.number("SELECT count(*) FROM (SELECT DISTINCT source, _row FROM scratch.rejects)")
    return Account(read, read - malformed - refused, malformed + refused)


def common_reasons(job: Job, limit: int = 5) -> list[str]:
    """The reasons, most frequent first, each with its number of lines."""
    query = f"SELECT reason, count(*) AS n FROM ({_ALL_REASONS}) GROUP BY reason ORDER BY n DESC, reason LIMIT {limit}"
    return [f"{int(str(count)):,} rejected: {reason}" for reason, count in job.rows(query)]


_ALL_REASONS = (
    "SELECT DISTINCT source, _row, reason FROM scratch.rejects "
    "UNION ALL SELECT source, NULL, reason FROM scratch.malformed"
)


def write_rejects(job: Job, target: Path) -> None:
    """Write the file: columns file, line, reason, row (the values as JSON, or the raw line)."""
    target.parent.mkdir(parents=True, exist_ok=True)
    parts = [_malformed()] + [_refused(staged) for staged in job.staged.values()]
    query = " UNION ALL ".join(parts)
    draft = target.with_suffix(".draft")
    job.run(f"COPY (SELECT * FROM ({query}) ORDER BY file, line) TO {literal(str(draft))} (FORMAT csv, HEADER)")
    draft.rename(target)


def _malformed() -> str:
    return (
        'SELECT f.file, m.line, m.reason, to_json({raw: m.raw})::VARCHAR AS "row" '
        "FROM scratch.malformed AS m JOIN scratch.files AS f USING (source, number)"
    )


def _refused(staged: Staged) -> str:
    """A row's line: lines that could not be parsed come before it in its file, and the header."""
    name = literal(staged.name)
    reasons = (
        "SELECT _row, string_agg(DISTINCT reason, '; ' ORDER BY reason) AS reason, "
        f"_row // {FILE_STRIDE} AS number, _row % {FILE_STRIDE} AS place "
        f"FROM scratch.rejects WHERE source = {name} GROUP BY _row"
    )
    shifts = (
        "SELECT number, line - 1 - row_number() OVER (PARTITION BY number ORDER BY line) AS place, "
        "row_number() OVER (PARTITION BY number ORDER BY line) AS shift "
        f"FROM scratch.malformed WHERE source = {name}"
    )
    numbered = (
        "SELECT r.*, f.file, r.place + f.first_line + coalesce(s.shift, 0) AS line "
        f"FROM ({reasons}) AS r JOIN scratch.files AS f ON f.source = {name} AND f.number = r.number "
        f"ASOF LEFT JOIN ({shifts}) AS s ON s.number = r.number AND r.place >= s.place"
    )
    on_sheet = f"v.{LINE}::BIGINT" if staged.is_sheet else "NULL"
    fields = ", ".join(f"{quoted(column)} := v.{quoted(column)}" for column in staged.raw_columns)
    values = f"to_json(struct_pack({fields}))::VARCHAR"
    return (
        f'SELECT n.file, coalesce({on_sheet}, n.line) AS line, n.reason, {values} AS "row" '
        f"FROM ({numbered}) AS n JOIN {staged.relation} AS v USING (_row)"
    )
