"""Ends a model's answer when nobody reads it any more (Ctrl-C, a closed browser tab)."""

import threading
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler


class Stopped(BaseException):
    """Raised in the thread that reads from the model; nobody sees it, and no handler of errors should."""


class Stopper(BaseCallbackHandler):
    """A callback that lets a model write on until `stop()`; the agent loop waits for its threads before it ends."""

    raise_error = True
    run_inline = True

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def stop(self) -> None:
        self._stopped.set()

    def on_llm_new_token(self, token: str | list[str | dict[str, Any]], **kwargs: Any) -> None:
        if self._stopped.is_set():
            raise Stopped
