"""Where the command line writes what is not for the person at the terminal: HOME/logs/winback.log."""

import logging
import tempfile
from pathlib import Path

_home = Path("winback-data")


def log_under(home: Path) -> None:
    """Names the shop's folder; until then the default one is meant."""
    global _home
    _home = home


def log_file() -> Path:
    """The log of the shop, or one in the temporary folder where the shop's cannot be written."""
    folder = _home / "logs"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "winback.log").touch(mode=0o600)
    except OSError:
        folder = Path(tempfile.gettempdir())
    return folder / "winback.log"


class _ToLogFile(logging.Handler):
    """Opens the file for each line: few are written, and the shop may become known after the first."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        with log_file().open("a", encoding="utf-8", errors="replace") as out:
            out.write(self.format(record) + "\n")


def log_to_file() -> None:
    """Warnings and errors of all packages go to the log and none to the terminal."""
    root = logging.getLogger()
    if not any(isinstance(handler, _ToLogFile) for handler in root.handlers):
        root.addHandler(_ToLogFile())
    logging.captureWarnings(True)
