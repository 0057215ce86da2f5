"""`winback load`: a source becomes the next version of the facts, or nothing changes."""

import secrets
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from store.errors import WinbackError
from store.loading.expressions import literal
from store.loading.identity import identified, merged_with
from store.loading.infer import infer_mapping
from store.loading.job import Job, Progress
from store.loading.mapping import Mapping, read_mapping, read_preset
from store.loading.merge import merge
from store.loading.rejects import Account, common_reasons, settle_account, write_rejects
from store.loading.report import LoadReport, add_sample, build_report
from store.loading.steps import fill
from store.warehouse import FactsInfo, KeepCurrent, building
from store.warehouse.pointer import parse_facts, pointer_text, version_file, warehouse_folder


@dataclass(frozen=True)
class _Request:
    source: Path
    home: Path
    plan: Mapping
    pointer: str | None
    previous: FactsInfo | None
    notes: list[str]
    dry_run: bool
    progress: Progress


def load(
    source: Path,
    home: Path,
    *,
    preset: str | None = None,
    mapping: Path | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> LoadReport:
    """Load `source` (a file or a folder) into the shop at `home`, by a preset, a mapping, or what its names suggest.

    `progress` is called with a fraction from 0 to 1 and what is being done. A dry run writes nothing. Raises
    WinbackError, and leaves the shop as it was, when nothing can be loaded.
    """
    if not source.exists():
        raise WinbackError(f"There is no file or folder {source}; check the path.")
    text = pointer_text(home, "facts")
    before = parse_facts(text) if text else None
    previous = merged_with(before)
    notes = ["The demo shop is replaced."] if before and not previous else []
    plan = identified(_plan(source, preset, mapping), source, previous, notes)
    request = _Request(source, home, plan, text, previous, notes, dry_run, progress or _silent)
    try:
        with _target(home, dry_run) as target:
            return _build(request, target)
    except (duckdb.Error, OSError) as error:
        reason = str(error).splitlines()[0]
        raise WinbackError(f"{source} could not be loaded, and nothing was changed: {reason}") from error


def _silent(fraction: float, message: str) -> None:
    pass


def _plan(source: Path, preset: str | None, mapping: Path | None) -> Mapping:
    if preset and mapping:
        raise WinbackError("Give a preset or a mapping, not both.")
    if preset:
        return read_preset(preset)
    return read_mapping(mapping) if mapping else infer_mapping(source)


@contextmanager
def _target(home: Path, dry_run: bool) -> Generator[Path]:
    """Where the draft is written: the shop, or for a dry run a folder that vanishes."""
    if not dry_run:
        yield home
        return
    with tempfile.TemporaryDirectory(prefix="winback-dry-run-") as folder:
        yield Path(folder)


def _build(request: _Request, target: Path) -> LoadReport:
    report: LoadReport | None = None
    plan = request.plan
    identity = {"name": plan.name or "", "currency": plan.currency or "", "timezone": plan.timezone or ""}
    with building(target, "facts", **identity) as connection, _workspace(request, target, connection) as job:
        if pointer_text(request.home, "facts") != request.pointer:
            raise WinbackError("Another load finished at the same moment; nothing was changed, so load again.")
        fill(job)
        report = _finish(job, request)
        if request.dry_run or not report.changed:
            raise KeepCurrent
    assert report is not None
    request.progress(1.0, "Done")
    return report


@contextmanager
def _workspace(request: _Request, target: Path, connection: duckdb.DuckDBPyConnection) -> Generator[Job]:
    """A scratch database beside the draft, and the facts before, attached; swept like a draft if killed."""
    folder = warehouse_folder(target) / f"draft-facts-work-{secrets.token_hex(4)}"
    folder.mkdir()
    connection.execute(f"ATTACH {literal(str(folder / 'scratch.duckdb'))} AS scratch")
    if request.previous:
        facts = version_file(request.home, "facts", request.previous.version)
        connection.execute(f"ATTACH {literal(str(facts))} AS previous (READ_ONLY)")
    zone = request.plan.timezone or "UTC"
    now = datetime.now(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    try:
        yield Job(
            connection=connection,
            source=request.source,
            mapping=request.plan,
            folder=folder,
            timezone=zone,
            now=now,
            has_previous=request.previous is not None,
            progress=request.progress,
            notes=request.notes,
        )
        connection.execute("DETACH scratch")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _finish(job: Job, request: _Request) -> LoadReport:
    job.progress(0.7, "Counting")
    account = settle_account(job)
    rejects = None if request.dry_run or not account.rejected else _write_rejects(job, request.home)
    job.notes += common_reasons(job)
    _refuse_nothing(job, account, rejects)
    job.progress(0.75, "Writing the new version")
    report = build_report(job, account, merge(job))
    report.rejects_file = rejects
    if request.dry_run:
        add_sample(job, report)
    return report


def _write_rejects(job: Job, home: Path) -> Path:
    target = home / "rejects" / f"{job.source.stem}-{datetime.now(UTC):%Y%m%dT%H%M%S}.csv"
    write_rejects(job, target)
    return target


def _refuse_nothing(job: Job, account: Account, rejects: Path | None) -> None:
    if account.loaded:
        return
    why = f"all {account.rejected:,} lines were rejected ({job.notes[-1]})" if account.rejected else "it has no lines"
    where = f"; see {rejects}" if rejects else ""
    raise WinbackError(f"Nothing was loaded from {job.source}: {why}{where}.")
