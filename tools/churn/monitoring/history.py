"""What each refresh found, one JSON line each in HOME/models/churn/history.jsonl, oldest first."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Line = dict[str, Any]


@dataclass(frozen=True)
class History:
    """`unreadable` counts the lines that were skipped because they are damaged."""

    lines: list[Line]
    unreadable: int = 0


def read_history(file: Path) -> History:
    """Empty where there is none yet."""
    try:
        written = file.read_bytes().splitlines()
    except FileNotFoundError:
        return History([])
    found = [_parsed(line) for line in written if line.strip()]
    return History([line for line in found if line is not None], found.count(None))


def append(file: Path, line: Line) -> None:
    """One write, so that a reader or another writer sees all of the line or nothing; what a killed process may have
    left half-written stays a line of its own."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        size = os.fstat(handle).st_size
        start = "\n" if size and os.pread(handle, 1, size - 1) != b"\n" else ""
        os.write(handle, f"{start}{json.dumps(line, allow_nan=False)}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _parsed(text: bytes) -> Line | None:
    try:
        line = json.loads(text)
        return line if isinstance(line["at"], str) and isinstance(line["findings"], list) else None
    except (ValueError, KeyError, TypeError):
        return None
