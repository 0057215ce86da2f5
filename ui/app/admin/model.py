"""Which model answers, where, and how quickly."""

from datetime import timedelta
from pathlib import Path

from agent.memory import open_memory
from agent.transcript.pace import pace
from ui.app.frame import Desk, Templates, Visit
from ui.app.status import ModelState, ModelStatus

_render = Templates(Path(__file__).parent)
_DAYS = 7


class Model:
    def __init__(self, desk: Desk) -> None:
        self._words = desk.words
        self._site = desk.site

    def shown(self, visit: Visit) -> str:
        return self._page(visit, self._site.service(ModelStatus).now())

    def act(self, visit: Visit) -> str:
        return self._page(visit, self._site.service(ModelStatus).look())

    def _page(self, visit: Visit, state: ModelState) -> str:
        words = self._words
        named = self._site.settings.model_name or ", ".join(state.models[:5])
        return _render(
            "model",
            t=words,
            state=state,
            name=words("model.bundled") if state.bundled else named or "–",
            where=words("model.here") if state.bundled else state.address,
            turns=self._turns(visit),
        )

    def _turns(self, visit: Visit) -> str:
        """What people waited for answers lately."""
        found = pace(open_memory(self._site.settings.home), visit.now - timedelta(days=_DAYS))
        if not found.count:
            return self._words("model.no_turns")
        median = f"{(found.median_ms or 0) / 1000:.1f}"
        return self._words("model.turns_said", count=f"{found.count:,}", median=median, failed=f"{found.failed:,}")
