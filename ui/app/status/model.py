"""Whether the model server answers; looked at in the background, so that no page waits for it."""

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

import httpx

from agent.client import normal_url
from store.errors import WinbackError
from ui.app.frame.site import Site

_EVERY_S = 15.0
_PATIENCE_S = 5.0


@dataclass(frozen=True)
class ModelState:
    """`answers` is None before the first look. `address` is without credentials; `took_ms` is of listing the models."""

    answers: bool | None
    address: str = ""
    models: tuple[str, ...] = ()
    window: int | None = None
    took_ms: float | None = None
    problem: str = ""
    looked_at: datetime | None = None
    bundled: bool = False

    @property
    def word(self) -> Literal["up", "down", "unknown"]:
        if self.answers is None:
            return "unknown"
        return "up" if self.answers else "down"


class ModelStatus:
    """What was seen last, and a look in the background when that is old. The bundled model is in this process: up."""

    def __init__(self, site: Site) -> None:
        self._settings = site.settings
        self._lock = threading.Lock()
        self._state = ModelState(None)
        self._looked = -1e9
        self._looking = False

    def now(self) -> ModelState:
        """At once: the state as it was seen last."""
        if self._settings.model_url is None:
            return ModelState(True, bundled=True)
        with self._lock:
            due = not self._looking and time.monotonic() - self._looked > _EVERY_S
            self._looking = self._looking or due
        if due:
            threading.Thread(target=self._refresh, daemon=True).start()
        return self._state

    def look(self) -> ModelState:
        """Asks the server now, which takes up to some seconds."""
        if self._settings.model_url is None:
            return ModelState(True, bundled=True)
        self._refresh()
        return self._state

    def _refresh(self) -> None:
        try:
            self._state = self._ask(self._settings.model_url or "")
        finally:
            with self._lock:
                self._looked, self._looking = time.monotonic(), False

    def _ask(self, given: str) -> ModelState:
        started, now, url = time.perf_counter(), datetime.now(), ""
        try:
            url = normal_url(given)
            key = self._settings.model_api_key.get_secret_value()
            found = httpx.get(f"{url}/models", headers={"Authorization": f"Bearer {key}"}, timeout=_PATIENCE_S)
            found.raise_for_status()
            entries = [one for one in found.json()["data"] if isinstance(one, dict)]
        except WinbackError as problem:
            return ModelState(False, problem=str(problem), looked_at=now)
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as problem:
            return ModelState(False, _shown(url), problem=f"{type(problem).__name__}: {problem}"[:300], looked_at=now)
        took = round((time.perf_counter() - started) * 1000, 1)
        window = next((one["max_model_len"] for one in entries if isinstance(one.get("max_model_len"), int)), None)
        names = tuple(str(one.get("id")) for one in entries)
        return ModelState(True, _shown(url), names, window, took, looked_at=now)


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
