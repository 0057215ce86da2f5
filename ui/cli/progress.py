"""Progress: a bar on a terminal, or lines for a program that reads them."""

import json
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager


@contextmanager
def progress_bar(wanted: bool = True) -> Generator[Callable[[float, str], None]]:
    """A function of (fraction, message) that draws a bar on a terminal and nothing elsewhere."""
    if not (wanted and sys.stderr.isatty()):
        yield lambda fraction, message: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda fraction, message: bar.update(task, completed=fraction, description=escape(message))


@contextmanager
def progress_lines() -> Generator[Callable[[float, str], None]]:
    """A function of (fraction, message) that prints JSON objects, a few a second at most."""
    last: list[float | str] = [-1.0, ""]

    def told(fraction: float, message: str) -> None:
        now = time.monotonic()
        if message != last[1] or now - float(last[0]) > 0.3:
            last[:] = [now, message]
            print(json.dumps({"progress": round(fraction, 4), "message": message}), flush=True)

    yield told
