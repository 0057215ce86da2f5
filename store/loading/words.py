"""What headers and file names mean, in English and Chinese."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import yaml

_WORDS = cast(
    "dict[str, dict[str, list[str]]]",
    yaml.safe_load((Path(__file__).parent / "headers.yaml").read_text("utf-8")),
)
TABLE_WORDS = _WORDS["tables"]
HINT = "write a mapping as docs/data.md shows, or name a preset"


def normal(name: str) -> str:
    """Lower case, letters and digits only."""
    return "".join(char for char in name.lower() if char.isalnum())


def header_for(column: str, headers: list[str], aka: Sequence[str] = ()) -> str | None:
    """The header that means a canonical column: its own name first, then the known ones in order, then `aka`."""
    by_name = {normal(header): header for header in headers}
    words = [normal(column), *_WORDS["columns"].get(column, []), *map(normal, aka)]
    return next((by_name[word] for word in words if word in by_name), None)
