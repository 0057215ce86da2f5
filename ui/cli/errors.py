"""A user's mistake is one sentence; what was not foreseen is one sentence and a log file."""

import logging
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager

from store.errors import WinbackError
from ui.cli.log import log_file, log_to_file

INTERRUPTED = 130


def complain(sentence: str) -> None:
    """One red line on stderr."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(" ".join(sentence.split()), style="red", markup=False)


@contextmanager
def told_in_one_sentence() -> Generator[None]:
    """Turns exceptions into a red sentence and exit code 1."""
    log_to_file()
    try:
        yield
    except WinbackError as problem:
        complain(str(problem))
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read the output has gone; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        complain("Stopped.")
        sys.exit(INTERRUPTED)
    except Exception:
        logging.getLogger("winback").exception("unforeseen")
        complain(f"Something unforeseen went wrong; the details are in {log_file()}.")
        sys.exit(1)
