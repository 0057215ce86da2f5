"""What a load tells its caller."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from store.loading.job import Job
from store.loading.merge import Change
from store.loading.rejects import Account
from store.warehouse.schema import FACTS

_SAMPLE_ROWS = 10


@dataclass
class LoadReport:
    """What became of the source, in lines: read = loaded + rejected. `tables` are the shop's rows afterwards.

    `mapping` is the mapping that was used, as YAML; `sample` holds ten rows of each
    table after a dry run; `changed` is false where the shop already had all of it.
    """

    read: int
    loaded: int
    rejected: int
    tables: dict[str, int]
    rejects_file: Path | None = None
    notes: list[str] = field(default_factory=list[str])
    changed: bool = True
    mapping: str = ""
    sample: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])


def build_report(job: Job, account: Account, changes: dict[str, Change]) -> LoadReport:
    return LoadReport(
        read=account.read,
        loaded=account.loaded,
        rejected=account.rejected,
        tables={table: change.rows for table, change in changes.items()},
        changed=not job.has_previous or any(change.new or change.changed for change in changes.values()),
        notes=[*job.notes, *_news(job, changes)],
        mapping=job.mapping.as_yaml(),
    )


def add_sample(job: Job, report: LoadReport) -> None:
    """Ten rows of every table that the source fills."""
    for table in job.filled:
        columns = list(FACTS[table])
        rows = job.rows(f"SELECT {', '.join(columns)} FROM {table} ORDER BY ALL LIMIT {_SAMPLE_ROWS}")
        report.sample[table] = [dict(zip(columns, row, strict=True)) for row in rows]


def _news(job: Job, changes: dict[str, Change]) -> list[str]:
    if not job.has_previous:
        return []
    news = [
        f"{table}: {change.new:,} new, {change.changed:,} changed."
        for table, change in changes.items()
        if change.new or change.changed
    ]
    return news or ["0 new, 0 changed: the shop already had all of it."]
