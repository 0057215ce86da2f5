"""Progress bars, on terminals only."""

import sys
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
