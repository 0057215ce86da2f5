"""Two labellers in turn: the first labels everything, the second what the first is unsure of."""

from collections.abc import Sequence
from math import ceil

from store.errors import WinbackError
from tools.reviews.labelling.answerer import Answerer
from tools.reviews.labels import Label, Labeller


class Cascade:
    """The first labeller's label stays wherever the second has no usable answer.

    What is unsure is set by `share`, the least sure of each batch (0 to 1), or by `below`, a score. With `strict`, a
    failure of the second is raised; without, it is noted in `trouble` and the second is not asked again.
    """

    def __init__(
        self, first: Labeller, second: Answerer, *, share: float = 1.0, below: float | None = None, strict: bool = True
    ) -> None:
        self._first = first
        self._second = second
        self._share = share
        self._below = below
        self._strict = strict
        self.trouble: WinbackError | None = None
        self.escalated = 0
        self.relabelled = 0

    @property
    def version(self) -> str:
        return "+".join(self.versions)

    @property
    def versions(self) -> tuple[str, str]:
        """The versions that labels of this cascade can bear."""
        return self._first.version, self._second.version

    def label(self, texts: Sequence[str | None]) -> list[Label]:
        """One label a text. Raises WinbackError where the second labeller fails and `strict` is set."""
        labels = self._first.label(texts)
        places = [] if self.trouble else unsure(texts, labels, self._share, self._below)
        self.escalated += len(places)
        try:
            for at, label in self._second.answers([texts[place] for place in places]):
                if label is not None:
                    labels[places[at]] = label
                    self.relabelled += 1
        except WinbackError as problem:
            if self._strict:
                raise
            self.trouble = problem
        return labels


def unsure(texts: Sequence[str | None], labels: Sequence[Label], share: float, below: float | None) -> list[int]:
    """Positions to escalate, least sure first; texts without a letter or digit hold nothing to be surer about."""
    order = sorted(range(len(labels)), key=lambda place: labels[place].score)
    if below is not None:
        order = [place for place in order if labels[place].score < below]
    else:
        order = order[: ceil(share * len(labels))]
    return [place for place in order if any(map(str.isalnum, texts[place] or ""))]
