"""Writing a version: a new file beside the current one, swapped in whole or not at all."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from store.errors import WinbackError
from store.warehouse.pointer import (
    FactsInfo,
    InsightsInfo,
    kept_versions,
    parse_facts,
    pointer_text,
    sync_folder,
    version_file,
    warehouse_folder,
    write_pointer,
)
from store.warehouse.schema import MOMENTS, TABLES, Kind, create_table


class KeepCurrent(Exception):
    """Raised inside `building` to drop the draft quietly: there is nothing new."""


@contextmanager
def building(
    home: Path, kind: Kind, *, name: str = "", currency: str = "", timezone: str = ""
) -> Generator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection on a new file that holds the empty canonical tables of `kind`.

    Leaving the block makes the file the current version; an exception, or death at any moment, leaves the old
    one. Facts need the shop's `name`, `currency` (ISO 4217) and `timezone` (IANA), unless a version has them.
    Raises WinbackError when another process is building, when facts hold no moment at all, or when insights
    have no facts to rest on.
    """
    folder = warehouse_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    with _one_writer(folder, kind):
        _sweep(home, kind)
        draft = folder / f"draft-{kind}-{secrets.token_hex(4)}.duckdb"
        try:
            with _drafting(draft) as connection:
                for table, columns in TABLES[kind].items():
                    connection.execute(create_table(table, columns))
                yield connection
                info = (
                    _facts_info(home, connection, name, currency, timezone)
                    if kind == "facts"
                    else (_insights_info(home, connection))
                )
            _swap_in(home, kind, draft, info)
        except KeepCurrent:
            pass
        finally:
            _remove(draft)


@contextmanager
def _one_writer(folder: Path, kind: Kind) -> Generator[None]:
    with (folder / f".{kind}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WinbackError(
                f"Another process is writing the {kind} of this shop; wait until it is done, then try again."
            ) from None
        yield


@contextmanager
def _drafting(draft: Path) -> Generator[duckdb.DuckDBPyConnection]:
    spill = draft.with_suffix(".spill")
    connection = duckdb.connect(str(draft), config={"temp_directory": str(spill)})
    try:
        yield connection
        connection.execute("CHECKPOINT")
    finally:
        connection.close()


def _swap_in(home: Path, kind: Kind, draft: Path, info: FactsInfo | InsightsInfo) -> None:
    _sync_file(draft)
    os.rename(draft, version_file(home, kind, info.version))
    sync_folder(draft.parent)
    kept = kept_versions(pointer_text(home, kind))
    write_pointer(home, kind, info, kept[0] if kept else None)
    _sweep(home, kind)


def _sweep(home: Path, kind: Kind) -> None:
    """Remove drafts that a killed build left behind, and versions nobody needs."""
    folder = warehouse_folder(home)
    kept = kept_versions(pointer_text(home, kind))
    keep = {version_file(home, kind, version).name for version in kept}
    for path in [*folder.glob(f"draft-{kind}-*"), *folder.glob(f"{kind}-*.duckdb*")]:
        if path.name not in keep:
            _remove(path)


def _remove(path: Path) -> None:
    for doomed in (path, Path(f"{path}.wal"), path.with_suffix(".spill")):
        if doomed.is_dir():
            shutil.rmtree(doomed, ignore_errors=True)
        else:
            doomed.unlink(missing_ok=True)


def _sync_file(path: Path) -> None:
    with path.open("rb") as handle:
        os.fsync(handle.fileno())


def fill_countries(connection: duckdb.DuckDBPyConnection) -> None:
    """An order that does not say where it went is counted under its customer's country."""
    connection.execute(
        "UPDATE orders SET country = c.country FROM customers AS c "
        "WHERE orders.country IS NULL AND orders.customer_id = c.customer_id AND c.country IS NOT NULL"
    )


def _facts_info(
    home: Path, connection: duckdb.DuckDBPyConnection, name: str, currency: str, timezone: str
) -> FactsInfo:
    fill_countries(connection)
    text = pointer_text(home, "facts")
    before = parse_facts(text) if text else None
    currency = currency or (before.currency if before else "")
    timezone = timezone or (before.timezone if before else "")
    if not currency or not timezone:
        raise WinbackError("A shop needs a currency and a time zone; name both in the mapping.")
    return FactsInfo(
        version=_new_version(),
        as_of=_last_moment(connection),
        currency=currency,
        timezone=timezone,
        name=name or (before.name if before else ""),
        rows=_count_rows(connection, "facts"),
        loaded_at=_utc_now(),
    )


def _insights_info(home: Path, connection: duckdb.DuckDBPyConnection) -> InsightsInfo:
    text = pointer_text(home, "facts")
    if text is None:
        raise WinbackError("There are no facts to compute insights from; run `winback load SOURCE` first.")
    facts = parse_facts(text)
    rows = _count_rows(connection, "insights")
    return InsightsInfo(version=_new_version(), facts_version=facts.version, rows=rows, built_at=_utc_now())


def _last_moment(connection: duckdb.DuckDBPyConnection) -> datetime:
    moments = " UNION ALL ".join(f"SELECT max({column}) AS m FROM {table}" for table, column in MOMENTS.items())
    row = connection.execute(f"SELECT max(m) FROM ({moments})").fetchone()
    if row is None or row[0] is None:
        raise WinbackError("Nothing was loaded: the source holds no order, event or review with a date.")
    return row[0]


def _count_rows(connection: duckdb.DuckDBPyConnection, kind: Kind) -> dict[str, int]:
    counts: dict[str, int] = {}
    for table in TABLES[kind]:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        counts[table] = int(row[0]) if row else 0
    return counts


def _new_version() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def _utc_now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0, tzinfo=None)
