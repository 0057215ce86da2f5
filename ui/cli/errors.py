"""A user's mistake is one sentence; what was not foreseen is one sentence and a log file."""

import logging
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from store.errors import WinbackError

errors = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def told_in_one_sentence() -> Generator[None]:
    """Turns exceptions into a red sentence and exit code 1."""
    try:
        yield
    except WinbackError as problem:
        errors.print(str(problem), style="red", markup=False)
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        errors.print("Stopped.", style="red")
        sys.exit(130)
    except Exception:
        errors.print(f"Something unforeseen went wrong; the details are in {_log()}.", style="red", markup=False)
        sys.exit(1)


def _log() -> Path:
    """Writes the current exception to the shop's log; to the temporary folder when there is no shop."""
    import tempfile

    home = Path(os.environ.get("WINBACK_HOME", "winback-data"))
    folder = home / "logs" if home.is_dir() else Path(tempfile.gettempdir())
    folder.mkdir(exist_ok=True)
    path = folder / "winback.log"
    logger = logging.getLogger("winback")
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger.addHandler(handler)
    logger.exception("unforeseen")
    handler.close()
    return path
