"""How a process of the embedded labeller begins. Nothing heavy is imported here: numpy must find its setting made."""

import contextlib
import ctypes
import os
import signal
import threading
from multiprocessing import parent_process

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # parameters of mallopt(3)


def begin() -> None:
    """Makes this a process of another's: that one hears Ctrl-C, and this one ends with it, however it ends.

    Each process computes on one thread, since there is a process for each core.
    """
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _keep_memory()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _keep_memory() -> None:
    """Lets glibc keep freed arrays for the next ones: asking the system for them anew took a tenth of the time."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_MMAP_THRESHOLD, 32 << 20)
        libc.mallopt(_TRIM_THRESHOLD, 256 << 20)


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)
