"""SQL that reads a cell as a type, or gives NULL where it cannot: no guess is made that could be wrong."""

from dataclasses import dataclass

from store.loading.expressions import literal
from store.loading.mapping import Kind
from store.warehouse.schema import MONEY

MISSING = ("", "NULL", "null", "NaN", "nan", "\\N", "None")
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_DATES = ("%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%b %d, %Y")
_SURE_FORMATS = [day + time for day in (*_DATES, "%B %d, %Y", "%Y%m%d") for time in _TIMES]
_DAY_FIRST = [f"%d{mark}%m{mark}%Y{time}" for mark in "/-" for time in _TIMES]
_MONTH_FIRST = [f"%m{mark}%d{mark}%Y{time}" for mark in "/-" for time in _TIMES]
SLASHED = r"^(\d{1,2})[/-](\d{1,2})[/-]\d{4}"
_OFFSET = r":\d\d(\.\d+)?\s*(Z|[+-]\d\d(:?\d\d)?)$"
_AMOUNT = r"-?(?:[£$€¥￥]|[A-Z]{3})?\s*-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?"


@dataclass(frozen=True)
class Clock:
    """How moments are read: the shop's zone, the source's zone, its formats, and which of 03/04/2026 is the day."""

    shop_zone: str
    source_zone: str
    formats: tuple[str, ...] = ()
    day_first: bool | None = None


def kind_of(column: str, duckdb_type: str) -> Kind:
    """The kind of a canonical column."""
    kinds: dict[str, Kind] = {
        "TIMESTAMP": "timestamp",
        "INTEGER": "integer",
        "DOUBLE": "number",
        "JSON": "json",
        MONEY: "money",
    }
    return kinds.get(duckdb_type, "id" if column.endswith("_id") else "text")


def present(raw: str, source_type: str, kind: Kind) -> str:
    """SQL: the cell, NULL where it is blank or says that nothing is there."""
    if source_type != "VARCHAR":
        return raw
    if kind == "text":
        return f"nullif(trim({raw}), '')"
    return f"CASE WHEN trim({raw}) IN ({', '.join(map(literal, MISSING))}) THEN NULL ELSE trim({raw}) END"


def read_as(cell: str, source_type: str, kind: Kind, clock: Clock) -> str:
    """SQL: the present cell as `kind`, or NULL where it does not fit."""
    if kind == "timestamp":
        return _moment(cell, source_type, clock)
    if kind == "json":
        return f"TRY_CAST({cell} AS JSON)" if source_type in ("VARCHAR", "JSON") else f"to_json({cell})"
    if kind == "text":
        return f"CAST({cell} AS VARCHAR)"
    if kind == "id":
        return _identifier(cell, source_type)
    number = _number(cell, source_type)
    if kind == "integer":
        return f"CASE WHEN {number} = trunc({number}) THEN TRY_CAST({number} AS INTEGER) END"
    return f"TRY_CAST({number} AS DOUBLE)" if kind == "number" else number


def _identifier(cell: str, source_type: str) -> str:
    """Ids that passed through a spreadsheet or pandas come as 17850.0."""
    if source_type in ("DOUBLE", "FLOAT"):
        whole = f"CAST(CAST({cell} AS HUGEINT) AS VARCHAR)"
        return f"CASE WHEN {cell} = trunc({cell}) THEN {whole} ELSE CAST({cell} AS VARCHAR) END"
    if source_type != "VARCHAR":
        return f"CAST({cell} AS VARCHAR)"
    short = f"left({cell}, length({cell}) - 2)"
    return f"CASE WHEN suffix({cell}, '.0') AND TRY_CAST({short} AS HUGEINT) IS NOT NULL THEN {short} ELSE {cell} END"


def _number(cell: str, source_type: str) -> str:
    if source_type != "VARCHAR":
        return f"TRY_CAST({cell} AS {MONEY})"
    bare = f"TRY_CAST(regexp_replace({cell}, '[^0-9.-]', '', 'g') AS {MONEY})"
    return f"coalesce(TRY_CAST({cell} AS {MONEY}), CASE WHEN regexp_full_match({cell}, '{_AMOUNT}') THEN {bare} END)"


def _moment(cell: str, source_type: str, clock: Clock) -> str:
    if source_type == "TIMESTAMP WITH TIME ZONE":
        return f"timezone('{clock.shop_zone}', {cell})"
    if source_type in ("BIGINT", "INTEGER"):  # 20260131
        cell, source_type = f"CAST({cell} AS VARCHAR)", "VARCHAR"
    if source_type != "VARCHAR":
        return _in_shop_zone(_sensible(f"TRY_CAST({cell} AS TIMESTAMP)"), clock)
    with_offset = f"timezone('{clock.shop_zone}', TRY_CAST({cell} AS TIMESTAMPTZ))"
    parsed = _in_shop_zone(_sensible(_written(cell, clock)), clock)
    return f"CASE WHEN regexp_matches({cell}, '{_OFFSET}') THEN {with_offset} ELSE {parsed} END"


def _written(cell: str, clock: Clock) -> str:
    attempts = [f"TRY_CAST({cell} AS TIMESTAMP)"]
    if clock.formats:
        return f"coalesce({_any_format(cell, clock.formats)}, {attempts[0]})"
    attempts.append(_any_format(cell, _SURE_FORMATS))
    day, month = _any_format(cell, _DAY_FIRST), _any_format(cell, _MONTH_FIRST)
    if clock.day_first is None:
        first, second = slashed_parts(cell)
        attempts.append(f"CASE WHEN {first} > 12 OR {first} = {second} THEN {day} WHEN {second} > 12 THEN {month} END")
    else:
        attempts.append(day if clock.day_first else month)
    return f"coalesce({', '.join(attempts)})"


def slashed_parts(cell: str) -> tuple[str, str]:
    """SQL: the first and second number of a date such as 03/04/2026, NULL where it is written otherwise."""
    part = "TRY_CAST(regexp_extract({}, '{}', {}) AS INTEGER)"
    return part.format(cell, SLASHED, 1), part.format(cell, SLASHED, 2)


def _any_format(cell: str, formats: tuple[str, ...] | list[str]) -> str:
    return f"try_strptime({cell}, [{', '.join(map(literal, formats))}])"


def _sensible(moment: str) -> str:
    """Two-digit years and `infinity` parse too, to moments no shop has seen."""
    return f"CASE WHEN {moment} BETWEEN TIMESTAMP '1900-01-01' AND TIMESTAMP '2999-12-31' THEN {moment} END"


def _in_shop_zone(moment: str, clock: Clock) -> str:
    if clock.source_zone == clock.shop_zone:
        return moment
    return f"timezone('{clock.shop_zone}', timezone('{clock.source_zone}', {moment}))"
