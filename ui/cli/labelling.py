"""Who labels: the embedded labeller, and behind it the shop's model server where there is one."""

import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store.errors import WinbackError
from store.settings import Settings
from tools.reviews.labelling.cascade import Cascade
from tools.reviews.labelling.embedded import EmbeddedLabeller, usable_cores
from tools.reviews.labelling.usage import Usage

if TYPE_CHECKING:
    from tools.reviews.labels import Labeller


@dataclass
class Labelling:
    """A labeller and what it has taken so far; `escalated` counts texts given to the model."""

    labeller: "Labeller"
    cascade: Cascade | None = None
    usage: Usage = field(default_factory=Usage)

    def figures(self, price: tuple[float, float]) -> dict[str, Any]:
        """`price` is of a million tokens in and out."""
        asked = vars(self.usage) if self.cascade else None
        cost = round(self.usage.cost(*price), 4) if self.cascade and any(price) else None
        escalated = self.cascade.escalated if self.cascade else 0
        return {"version": self.labeller.version, "escalated": escalated, "model": asked, "cost": cost}


class Bar:
    """The progress of the file, and of the model within it."""

    def __init__(self, draw: Callable[[float, str], None]) -> None:
        self._draw = draw
        self._done, self._said = 0.0, ""
        self._started = time.perf_counter()

    def rows(self, done: float, message: str) -> None:
        self._done, self._said = done, message
        self._draw(done, message)

    def model(self, usage: Usage) -> None:
        rate = usage.answered / (time.perf_counter() - self._started)
        tokens = f"{usage.input_tokens:,} tokens in and {usage.output_tokens:,} out"
        self._draw(self._done, f"{self._said}; the model: {usage.answered:,}, {rate:.1f}/s, {tokens}")


@contextmanager
def labelling(settings: Settings, share: float, concurrency: int, bar: Bar) -> Generator[Labelling]:
    """Labels with the embedded labeller; `share` of the texts goes to the model server, if `settings` name one.

    The bundled chat model is no labeller and is never asked. What a server answers is kept in the shop's journal.
    """
    with EmbeddedLabeller(usable_cores()) as embedded:
        if not (settings.model_url and share):
            yield Labelling(embedded)
            return
        from agent.client import chat_model
        from store.label_journal import LabelJournal
        from tools.reviews.labelling.journalled import Journalled
        from tools.reviews.labelling.model import ModelLabeller

        chat = chat_model(settings)
        asked = ModelLabeller(chat, chat.model_name, concurrency, told=bar.model)
        with closing(LabelJournal(settings.home)) as journal, _kept(asked.usage):
            cascade = Cascade(embedded, Journalled(asked, journal, relabel=True), share=share)
            yield Labelling(cascade, cascade, asked.usage)


@contextmanager
def _kept(usage: Usage) -> Generator[None]:
    """A failure says what is not lost."""
    try:
        yield
    except WinbackError as problem:
        if not usage.answered:
            raise
        kept = f"the model's {usage.answered:,} answers are kept, and the same command goes on from there."
        raise WinbackError(f"{str(problem).rstrip('.')}; {kept}") from problem
