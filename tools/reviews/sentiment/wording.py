"""The sentences of `wording.yaml`, filled in."""

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tools.behaviour.compute import Filter
from tools.reviews.selection import Selection


class Wording:
    """Sentences in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._words = _words()[language]

    def say(self, key: str, **values: object) -> str:
        return str(self._words[key]).format(**values)

    def aspect(self, name: str) -> str:
        return str(self._words["aspects"][name])

    def mood(self, name: str) -> str:
        return str(self._words["moods"][name])

    def listed(self, items: list[str]) -> str:
        """`a, b and c`, `a、b和c`."""
        if len(items) < 2:
            return "".join(items)
        return f"{self._words['comma'].join(items[:-1])}{self._words['and']}{items[-1]}"

    def scope(self, selection: Selection) -> str:
        """The period and the filters."""
        chosen = [self._filter(one) for one in selection.filters if one.dimension != "customer"]
        return self._words["comma"].join([self._period(selection), *chosen])

    def _filter(self, chosen: Filter) -> str:
        return f"{self._words['dimensions'][chosen.dimension]} {chosen.said.removeprefix(chosen.dimension).strip()}"

    def _period(self, selection: Selection) -> str:
        start, end = selection.start, selection.end
        key = "all_time" if not (start or end) else "between" if start and end else "since" if start else "until"
        return self.say(key, start=start, end=end)

    def taken(self, selection: Selection) -> list[str]:
        to = self.say("between", start="", end="")
        return [self.say("taken", said=said, meant=meant.replace(" to ", to)) for said, meant in selection.taken]

    def source(self, day: date, rating: float | None, product: str | None, customer: str | None) -> str:
        """Where a quotation comes from, in what the shop itself knows."""
        stars = self.say("stars", rating=f"{rating:g}") if rating is not None else None
        return self._words["and_then"].join(part for part in (str(day), stars, product, customer) if part)


@cache
def _words() -> dict[str, dict[str, Any]]:
    return yaml.safe_load((files("tools.reviews.sentiment") / "wording.yaml").read_text("utf-8"))
