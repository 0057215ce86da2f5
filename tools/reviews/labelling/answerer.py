"""What the labellers have in common beyond `Labeller`: answers that come one by one, and may be missing."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from tools.reviews.labels import Label


class Answerer(Protocol):
    """A labeller that gives its answers as they come, so that those before a failure are not lost."""

    @property
    def version(self) -> str:
        """Names the model, as `family:detail`."""
        ...

    def answers(self, texts: Sequence[str | None]) -> Iterator[tuple[int, Label | None]]:
        """(position, label) for every text, in any order; None where it has no usable answer.

        Raises WinbackError where the labeller cannot be reached any more.
        """
        ...
