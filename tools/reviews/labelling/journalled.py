"""A labeller with a memory: what the journal holds is not asked again, and every answer is kept as it comes."""

from collections.abc import Iterator, Sequence
from typing import cast

from store.label_journal import Entry, LabelJournal
from tools.reviews.labelling.answerer import Answerer
from tools.reviews.labelling.keys import text_key
from tools.reviews.labels import Label, Sentiment

_AT_ONCE = 32  # labels a commit: about what is lost when the process is killed


class Journalled:
    """Wraps a labeller. Equal texts are asked once.

    A text with a label of an older version of the same family keeps it, unless `relabel` is set; an interrupted
    relabelling goes on where it stopped.
    """

    def __init__(self, inner: Answerer, journal: LabelJournal, relabel: bool = False) -> None:
        self._inner = inner
        self._journal = journal
        self._relabel = relabel

    @property
    def version(self) -> str:
        return self._inner.version

    def label(self, texts: Sequence[str | None]) -> list[Label]:
        """One label a text; for labellers that always answer."""
        found = dict(self.answers(texts))
        return [cast("Label", found[place]) for place in range(len(texts))]

    def answers(self, texts: Sequence[str | None]) -> Iterator[tuple[int, Label | None]]:
        """Known answers first, then new ones as they come."""
        places: dict[str, list[int]] = {}
        for place, text in enumerate(texts):
            places.setdefault(text_key(text), []).append(place)
        known = self._journal.read(places, self.version, older=not self._relabel)
        for key, entry in known.items():
            label = _label(entry)
            yield from ((place, label) for place in places[key])
        missing = [key for key in places if key not in known]
        for at, label in self._kept(missing, [texts[places[key][0]] for key in missing]):
            yield from ((place, label) for place in places[missing[at]])

    def _kept(self, keys: list[str], texts: list[str | None]) -> Iterator[tuple[int, Label | None]]:
        fresh: dict[str, Entry] = {}
        try:
            for at, label in self._inner.answers(texts):
                if label is not None:
                    fresh[keys[at]] = _entry(label)
                if len(fresh) >= _AT_ONCE:
                    self._journal.write(fresh)
                    fresh = {}
                yield at, label
        finally:
            if fresh:
                self._journal.write(fresh)


def _entry(label: Label) -> Entry:
    return Entry(label.sentiment, label.probabilities, dict(label.aspects), label.version)


def _label(entry: Entry) -> Label:
    sentiment = cast("Sentiment", entry.sentiment)
    aspects = cast("dict[str, Sentiment]", entry.aspects)
    score = dict(zip(("negative", "neutral", "positive"), entry.probabilities, strict=True))[sentiment]
    return Label(sentiment, score, entry.probabilities, aspects, entry.version)
