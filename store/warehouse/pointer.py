"""The pointer files: small JSON notes that say which version is current, replaced atomically."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from store.warehouse.schema import Kind


@dataclass(frozen=True)
class FactsInfo:
    """What the current facts are. Moments are naive: `as_of` in the shop's time zone, `loaded_at` in UTC."""

    version: str
    as_of: datetime
    currency: str
    timezone: str
    name: str
    rows: dict[str, int]
    loaded_at: datetime


@dataclass(frozen=True)
class InsightsInfo:
    """What the current insights are, and the version of the facts they were computed from."""

    version: str
    facts_version: str
    rows: dict[str, int]
    built_at: datetime


def warehouse_folder(home: Path) -> Path:
    return home / "warehouse"


def pointer_file(home: Path, kind: Kind) -> Path:
    return warehouse_folder(home) / f"{kind}.json"


def version_file(home: Path, kind: Kind, version: str) -> Path:
    return warehouse_folder(home) / f"{kind}-{version}.duckdb"


def pointer_text(home: Path, kind: Kind) -> str | None:
    """The pointer as it stands, or None where there is no version yet."""
    try:
        return pointer_file(home, kind).read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None


def parse_facts(text: str) -> FactsInfo:
    fields = _fields(text, "as_of", "loaded_at")
    return FactsInfo(**fields)


def parse_insights(text: str) -> InsightsInfo:
    return InsightsInfo(**_fields(text, "built_at"))


def _fields(text: str, *moments: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(text)
    fields.pop("previous", None)
    return fields | {name: datetime.fromisoformat(fields[name]) for name in moments}


def kept_versions(text: str | None) -> list[str]:
    """The current version and the one before it: readers may still be about to attach that one."""
    fields: dict[str, Any] = json.loads(text) if text else {}
    return [version for version in (fields.get("version"), fields.get("previous")) if version]


def write_pointer(home: Path, kind: Kind, info: FactsInfo | InsightsInfo, previous: str | None) -> None:
    """Make `info` the current version; a reader sees the old pointer or the new one, whole."""
    path = pointer_file(home, kind)
    draft = path.with_suffix(".json.draft")
    with draft.open("w", encoding="utf-8") as out:
        json.dump(asdict(info) | {"previous": previous}, out, default=datetime.isoformat, indent=1)
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames inside `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
