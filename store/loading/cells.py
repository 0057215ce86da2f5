"""Reading cells of a relation as types, with a reason for each cell that does not fit."""

from dataclasses import dataclass

from store.loading.expressions import literal
from store.loading.job import Job
from store.loading.mapping import Kind
from store.loading.types import SLASHED, Clock, present, read_as, slashed_parts

_LARGEST_CELL = 1 << 20
_WANTED: dict[Kind, str] = {
    "integer": "a whole number",
    "number": "a number",
    "money": "an amount",
    "timestamp": "a date in a known format",
    "json": "JSON",
}


@dataclass(frozen=True)
class Cell:
    """A value to read: `sql` gives it raw, as `source_type`; the result is called `name`."""

    name: str
    sql: str
    source_type: str
    kind: Kind
    required: bool = False
    formats: tuple[str, ...] = ()


def typed_query(job: Job, cells: list[Cell], relation: str, kept: list[str], source_zone: str) -> str:
    """SQL: `kept` columns, every cell under its name as its type, and `_reason` (NULL where all fit).

    `relation` must give each raw cell as `raw_<position>`.
    """
    present_cells = [
        f"{present(f'raw_{at}', cell.source_type, cell.kind)} AS cell_{at}" for at, cell in enumerate(cells)
    ]
    inner = f"SELECT {', '.join([*kept, *present_cells])} FROM ({relation})"
    typed: list[str] = []
    reasons: list[str] = []
    for at, item in enumerate(cells):
        clock = _clock(job, item, inner, f"cell_{at}", source_zone)
        typed.append(f"{read_as(f'cell_{at}', item.source_type, item.kind, clock)} AS typed_{at}")
        reasons += _reasons(item, at)
    middle = f"SELECT *, {', '.join(typed)} FROM ({inner})"
    named = [f'typed_{at} AS "{item.name}"' for at, item in enumerate(cells)]
    reason = f"CASE {' '.join(reasons)} END" if reasons else "CAST(NULL AS VARCHAR)"
    return f"SELECT {', '.join([*kept, *named])}, {reason} AS _reason FROM ({middle})"


def _reasons(item: Cell, at: int) -> list[str]:
    reasons: list[str] = []
    if item.required:
        reasons.append(f"WHEN cell_{at} IS NULL THEN {literal(f'{item.name} is missing')}")
    if item.kind in _WANTED:
        reason = literal(f"{item.name} is not {_WANTED[item.kind]}")
        reasons.append(f"WHEN cell_{at} IS NOT NULL AND typed_{at} IS NULL THEN {reason}")
    if item.source_type in ("VARCHAR", "JSON"):
        reason = literal(f"{item.name} is larger than 1 MB")
        reasons.append(f"WHEN strlen(CAST(cell_{at} AS VARCHAR)) > {_LARGEST_CELL} THEN {reason}")
    return reasons


def _clock(job: Job, item: Cell, inner: str, cell: str, source_zone: str) -> Clock:
    formats = item.formats
    if item.kind != "timestamp" or item.source_type != "VARCHAR" or formats:
        return Clock(job.timezone, source_zone, formats)
    return Clock(job.timezone, source_zone, (), _day_comes_first(job, item, inner, cell))


def _day_comes_first(job: Job, item: Cell, inner: str, cell: str) -> bool | None:
    """What the column itself says about dates such as 13/02/2026; None where it says nothing or both."""
    first, second = slashed_parts(cell)
    counts = job.rows(
        f"SELECT count(*) FILTER ({first} > 12), count(*) FILTER ({second} > 12), "
        f"count(*) FILTER ({first} <= 12 AND {second} <= 12 AND {first} <> {second}) "
        f"FROM ({inner}) WHERE regexp_matches({cell}, '{SLASHED}')"
    )
    day, month, unclear = (int(str(count)) for count in counts[0])
    if (day > 0) != (month > 0):
        return day > 0
    if unclear:
        job.notes.append(
            f"{unclear} dates in {item.name} can be read as day/month or month/day; name the format in the mapping."
        )
    return None
