"""The steps from files to canonical rows."""

from store.errors import WinbackError
from store.loading.job import Job
from store.loading.lines import check_lines, reject_orphans, reject_untaken
from store.loading.staging import prepare, stage
from store.loading.tables import fill_table
from store.warehouse.schema import REQUIRED


def fill(job: Job) -> None:
    """Stage the sources, check their lines, and make rows of every table that they can give."""
    prepare(job)
    specs = job.mapping.tables
    wanted = {name for spec in specs.values() for name in (spec.from_, *(join.source for join in spec.join))}
    for name in sorted(wanted):
        job.progress(0.02, f"Reading {name}")
        staged = stage(job, name)
        if staged is not None:
            job.staged[name] = staged
    job.filled = _fillable(job)
    for at, staged in enumerate(job.staged.values()):
        job.progress(0.3 + 0.2 * at / len(job.staged), f"Checking {staged.name}")
        check_lines(job, staged)
    # Rows that stand for one line come first: what they reject must not count in a group of lines.
    for at, table in enumerate(sorted(job.filled, key=lambda name: bool(specs[name].group_by))):
        job.progress(0.5 + 0.2 * at / len(job.filled), f"Making {table}")
        fill_table(job, table)
    if "order_items" in job.filled:
        reject_orphans(job)
    reject_untaken(job)


def _fillable(job: Job) -> list[str]:
    """The tables whose sources are there. Raises WinbackError where a required one would stay empty."""
    filled: list[str] = []
    for table, spec in job.mapping.tables.items():
        missing = [name for name in (spec.from_, *(j.source for j in spec.join)) if name not in job.staged]
        if not missing:
            filled.append(table)
        elif job.mapping.missing_columns == "error":
            raise WinbackError(f"{job.source} has no file for {missing[0]}, which {table} needs; see the mapping.")
    lacking = [name for name in REQUIRED if name not in filled]
    if not filled or (lacking and not job.has_previous):
        raise WinbackError(
            f"{job.source} has no {' and no '.join(lacking)}; a shop needs {', '.join(REQUIRED)}, "
            "so add them or say in a mapping where they are."
        )
    return filled
