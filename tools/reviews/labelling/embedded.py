"""The embedded labeller: the bundled polarity model and the aspect finder, in this process or in several."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Self

from store.errors import WinbackError
from tools.reviews.labelling.local import chunk_labels, local_version
from tools.reviews.labelling.worker import begin
from tools.reviews.labels import Label

_CHUNK = 1024
_CHUNK_CHARACTERS = 1 << 18  # the models' working memory grows with the text they are given at once
_WORTH_A_POOL = 4096  # starting processes takes about as long as labelling so many texts
_MOST_WORKERS = 4


def usable_cores() -> int:
    """How many processes are worth having here, four at most."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST_WORKERS)


class EmbeddedLabeller:
    """Labels any number of texts; equal ones once. Close it, or use it as a context, to end its processes.

    With `workers` over 1, the first call with at least 4,096 different texts starts as many processes. They import the
    main module again, as Python's `spawn` does, so a script that asks for them needs its `if __name__ == "__main__"`.
    """

    def __init__(self, workers: int = 1) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self.version = f"embedded:{local_version()}"

    def label(self, texts: Sequence[str | None]) -> list[Label]:
        """One label a text, in their order. Raises WinbackError where a process was killed, such as for memory."""
        different = list(dict.fromkeys(text or "" for text in texts))
        known = dict(zip(different, self._labels(list(_chunks(different)), len(different)), strict=True))
        return [known[text or ""] for text in texts]

    def answers(self, texts: Sequence[str | None]) -> Iterator[tuple[int, Label | None]]:
        """The labels with their positions."""
        yield from enumerate(self.label(texts))

    def _labels(self, chunks: list[list[str]], count: int) -> Iterator[Label]:
        if self._pool is None and (self._workers < 2 or count < _WORTH_A_POOL):
            for chunk in chunks:
                yield from chunk_labels(self.version, chunk)
            return
        pool = self._pool = self._pool or _started(self._workers)
        try:
            for labels in pool.map(chunk_labels, [self.version] * len(chunks), chunks):
                yield from labels
        except BrokenProcessPool as problem:
            raise WinbackError(
                "A labelling process was ended from outside, perhaps for want of memory; free some and try again."
            ) from problem

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _chunks(texts: list[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    size = 0
    for text in texts:
        chunk.append(text)
        size += len(text)
        if len(chunk) >= _CHUNK or size >= _CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _started(workers: int) -> ProcessPoolExecutor:
    # Not by fork: the parent may have threads (Arrow, DuckDB, a web server) that hold locks.
    return ProcessPoolExecutor(workers, get_context("spawn"), initializer=begin)
