"""From the thread in which the agent runs to the one in which a person reads.

LangGraph's own streaming takes a thread for every item that it hands over, which costs a quarter of the overhead.
"""

import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from langchain_core.tracers._streaming import _StreamingCallbackHandler  # pyright: ignore[reportPrivateUsage]

_PATIENCE_S = 2.0

Item = TypeVar("Item")
Result = TypeVar("Result")


class Stopped(BaseException):
    """Ends work that nobody waits for any more; no handler of errors should see it."""


class Channel(Generic[Item]):
    """Items on their way from one piece of work; used once."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Item | None] = SimpleQueue()
        self._stopped = threading.Event()
        self._problem: BaseException | None = None
        self._thread: threading.Thread | None = None

    def put(self, item: Item) -> None:
        """Hands an item over. Raises Stopped when the reader has gone (Ctrl-C, a closed browser tab)."""
        if self._stopped.is_set():
            raise Stopped
        self._queue.put(item)

    def items(self, work: Callable[[], None]) -> Iterator[Item]:
        """Starts the work and yields what it puts; what it raises is raised here."""
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()
        try:
            while (item := self._queue.get()) is not None and not self._stopped.is_set():
                yield item
            if self._stopped.is_set():
                raise Stopped
        finally:
            self._stopped.set()
            self._thread.join(_PATIENCE_S)
        if self._problem is not None:
            raise self._problem

    def stop(self) -> None:
        """Ends the reading from another thread: `items` raises Stopped there, however long the work is silent."""
        self._stopped.set()
        self._queue.put(None)

    def settle(self) -> None:
        """Waits until work that was given up has ended, so that it cannot write over what comes next."""
        if self._thread is not None:
            self._thread.join()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as problem:
            self._problem = problem
        finally:
            self._queue.put(None)


class Listener(BaseCallbackHandler, _StreamingCallbackHandler[Any]):
    """Puts every piece that a model writes into a channel, and by its kind makes models stream."""

    raise_error = True
    run_inline = True

    def __init__(self, put: Callable[[AIMessageChunk], None]) -> None:
        self._put = put

    def on_llm_new_token(self, token: Any, *, chunk: Any = None, **kwargs: Any) -> None:
        if isinstance(chunk, ChatGenerationChunk) and isinstance(chunk.message, AIMessageChunk):
            self._put(chunk.message)

    def tap_output_iter(self, run_id: Any, output: Iterator[Result]) -> Iterator[Result]:
        return output

    def tap_output_aiter(self, run_id: Any, output: Any) -> Any:
        return output
