"""The bundled model: converted once, served in-process, spoken to like any OpenAI-compatible server."""

import threading
from pathlib import Path

_lock = threading.Lock()
_urls: dict[Path, str] = {}


def serve(folder: Path | None = None) -> str:
    """The base URL of the bundled model's server in this process, started at the first call.

    `folder` holds another checkpoint of the same layout.
    """
    from agent.bundled.checkpoint import MODEL
    from agent.bundled.convert import converted
    from agent.bundled.engine import Engine
    from agent.bundled.server import start

    place = folder or MODEL
    with _lock:
        if place not in _urls:
            _urls[place] = start(Engine(converted(place)))
        return _urls[place]
