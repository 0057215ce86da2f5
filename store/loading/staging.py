"""Bringing a source's files in as one relation, row by row, whatever their format."""

from pathlib import Path

import duckdb

from store.errors import WinbackError
from store.loading.expressions import literal
from store.loading.files import find_files, has_sheet, kind_of_file
from store.loading.job import Job, Staged
from store.loading.mapping import Source
from store.loading.text import describe_encoding, detect_encoding, read_header, rewrite
from store.loading.workbook import LINE, sheet_to_csv

# The rows of file N of a source are numbered from N * FILE_STRIDE.
FILE_STRIDE = 1 << 40
_LONGEST_LINE = 16 << 20


def prepare(job: Job) -> None:
    """Make the tables that hold what is refused, lines that cannot be parsed and rows that a check turns away, and
    the aggregate that mappings may use besides SQL's own: `most_common`, which settles a tie the same way each time.
    """
    job.run("CREATE TABLE scratch.files (source VARCHAR, number BIGINT, file VARCHAR, first_line BIGINT, rows VARCHAR)")
    job.run("CREATE TABLE scratch.malformed (source VARCHAR, number BIGINT, line BIGINT, reason VARCHAR, raw VARCHAR)")
    job.run(
        "CREATE TEMP MACRO most_common(x) AS list_max(list_transform(map_entries(histogram(x)), "
        "lambda entry: {'times': entry.value, 'what': entry.key})).what"
    )
    job.run("CREATE TABLE scratch.rejects (source VARCHAR, _row BIGINT, reason VARCHAR)")


def stage(job: Job, name: str) -> Staged | None:
    """The source `name` as a relation, or None where SOURCE has no file for it."""
    spec = job.mapping.sources[name]
    only = len(job.mapping.sources) == 1
    sheet = spec.sheet
    files = find_files(job.source, spec, only)
    if not files and job.source.is_file() and kind_of_file(job.source) == "xlsx":
        sheet = next((label for label in [*spec.file, name] if has_sheet(job.source, label)), None)
        files = [job.source] if sheet else []
    if not files:
        return None
    selects = [_stage_file(job, name, spec, sheet, number, path) for number, path in enumerate(files)]
    relation = f"scratch.source_{name}"
    job.run(f"CREATE VIEW {relation} AS {' UNION ALL BY NAME '.join(selects)}")
    every = job.described(f"FROM {relation}")
    columns = {key: kind for key, kind in every.items() if key not in ("_row", LINE)}
    return Staged(name, relation, columns, list(columns), LINE in every, files)


def _stage_file(job: Job, name: str, spec: Source, sheet: str | None, number: int, path: Path) -> str:
    kind = kind_of_file(path)
    if kind == "parquet":
        return _stage_parquet(job, name, number, path)
    table = f"scratch.raw_{name}_{number}"
    if kind == "xlsx":
        text = job.folder / f"{name}-{number}.csv"
        sheet_to_csv(path, sheet, text, lambda done: job.progress(0.3 * done, f"Reading {path.name}"))
        _parse_text(job, name, number, text, table, ",", path.name)
    else:
        text = _as_utf8(job, spec, number, path)
        _parse_text(job, name, number, text, table, spec.delimiter, path.name)
    job.run(f"INSERT INTO scratch.files VALUES ({_file_record(name, number, path, 2)}, {literal(table)})")
    return f"SELECT *, rowid + {number * FILE_STRIDE} AS _row FROM {table}"


def _stage_parquet(job: Job, name: str, number: int, path: Path) -> str:
    reader = f"read_parquet({literal(str(path))}, file_row_number = true)"
    try:
        job.described(f"FROM {reader}")
    except duckdb.Error:
        raise WinbackError(f"{path.name} is damaged or cut short; export it again.") from None
    job.run(f"INSERT INTO scratch.files VALUES ({_file_record(name, number, path, 1)}, NULL)")
    return f"SELECT * EXCLUDE (file_row_number), file_row_number + {number * FILE_STRIDE} AS _row FROM {reader}"


def _file_record(name: str, number: int, path: Path, first_line: int) -> str:
    return f"{literal(name)}, {number}, {literal(path.name)}, {first_line}"


def _as_utf8(job: Job, spec: Source, number: int, path: Path) -> Path:
    encoding = spec.encoding or detect_encoding(path)
    if encoding.lower() in ("utf-8", "utf8"):
        return path
    if spec.encoding is None:
        job.notes.append(f"{path.name} is not UTF-8; it was read as {describe_encoding(encoding)}.")
    target = job.folder / f"{number}-{path.name}"
    rewrite(path, target, encoding)
    return target


def _parse_text(job: Job, name: str, number: int, path: Path, table: str, delimiter: str | None, label: str) -> None:
    names, mark = read_header(path, delimiter)
    try:
        _read_csv(job, path, table, names, mark)
    except duckdb.InvalidInputException:
        # Line ends of several kinds in one file stop the parser.
        even = job.folder / f"even-{name}-{number}.csv"
        rewrite(path, even, "utf-8", newlines=True)
        try:
            _read_csv(job, even, table, names, mark)
        except duckdb.Error:
            raise WinbackError(f"{label} cannot be read as CSV; check its delimiter and quotes.") from None
    job.run(
        f"INSERT INTO scratch.malformed SELECT {literal(name)}, {number}, line, "
        "first('line cannot be read: ' || lower(error_type::VARCHAR)), first(csv_line) FROM csv_errors GROUP BY line"
    )


def _read_csv(job: Job, path: Path, table: str, names: list[str], delimiter: str) -> None:
    for leftover in ("csv_errors", "csv_scans"):
        job.run(f"DROP TABLE IF EXISTS {leftover}")
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    job.run(
        f"CREATE OR REPLACE TABLE {table} AS FROM read_csv({literal(str(path))}, columns = {{{columns}}}, "
        f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', header = true, auto_detect = false, "
        f"store_rejects = true, rejects_table = 'csv_errors', rejects_scan = 'csv_scans', "
        f"max_line_size = {_LONGEST_LINE}, buffer_size = {4 * _LONGEST_LINE})"
    )


def column_named(staged: Staged, name: str) -> str | None:
    """The source's column of that name, without regard to case and surrounding spaces."""
    return next((column for column in staged.columns if column.strip().lower() == name.strip().lower()), None)


def lacks(staged: Staged, name: str) -> WinbackError:
    """The error for a column that is not there."""
    where = staged.files[0].name
    has = ", ".join(staged.columns)
    return WinbackError(f"{where} lacks the column {name} (it has {has}); name the right one in the mapping.")
