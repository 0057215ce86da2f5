"""Models of a shop, by name and version under HOME/models: each is made aside and becomes current in one rename."""

import json
import os
import secrets
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from store.errors import WinbackError

KEPT = 3  # versions, so that a bad one can be gone back from


class ModelStore:
    """The versions of one model, such as `churn`."""

    def __init__(self, home: Path, name: str) -> None:
        self.name = name
        self.folder = home / "models" / name

    @property
    def facts(self) -> dict[str, Any] | None:
        """What was noted when the current version was saved; None where there is none, or the note is damaged."""
        try:
            noted: dict[str, Any] = json.loads((self.folder / "current.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return noted if isinstance(noted.get("version"), str) else None  # pyright: ignore[reportUnnecessaryIsInstance]

    @property
    def current(self) -> Path:
        """The folder of the current version. Raises WinbackError where there is none."""
        noted = self.facts
        if noted is None or not (self.folder / noted["version"]).is_dir():
            raise WinbackError(f"This shop has no {self.name} model yet; run `winback refresh` first.")
        return self.folder / noted["version"]

    @contextmanager
    def saving(self, version: str, noted: dict[str, Any]) -> Generator[Path]:
        """An empty folder to fill; leaving the block makes it the current version, an exception leaves the old one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f".draft-{secrets.token_hex(4)}"
        draft.mkdir()
        try:
            yield draft
            place = self.folder / version
            if place.exists():
                shutil.rmtree(place)
            os.rename(draft, place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        self._point({**noted, "version": version})
        self._sweep(version)

    def _point(self, noted: dict[str, Any]) -> None:
        draft = self.folder / ".current.draft"
        draft.write_text(json.dumps(noted, indent=1, default=str), "utf-8")
        os.replace(draft, self.folder / "current.json")

    def _sweep(self, current: str) -> None:
        """Old versions go, oldest first; so do drafts that a killed process left behind."""
        folders = [path for path in self.folder.iterdir() if path.is_dir()]
        versions = sorted((path for path in folders if path.name[0] != "."), key=lambda path: path.stat().st_mtime)
        gone = [path for path in versions if path.name != current][: -(KEPT - 1)]
        for path in [*gone, *(path for path in folders if path.name.startswith(".draft-"))]:
            shutil.rmtree(path, ignore_errors=True)
