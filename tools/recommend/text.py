"""How recommendations read."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast

import yaml

from tools.recommend.goods import Goods
from tools.recommend.reasons import Reason
from tools.recommend.statistics import NEW

_NAME = 48  # characters of a product's name in a line


class Telling:
    """Sentences in one language; `goods` are the products' by place in the statistics."""

    def __init__(self, language: str, goods: Mapping[int, Goods]) -> None:
        self._words, self._goods = _words()[language], goods

    def say(self, key: str, **values: object) -> str:
        return self._words[key].format(**values)

    def row(self, nth: int, goods: Goods, reason: Reason) -> str:
        return self.say("row", nth=nth, name=_short(goods.name), reason=self.reason(reason))

    def reason(self, reason: Reason) -> str:
        numbers = {
            name: self.days(number) if name in ("gap", "last") else f"{number:,}"
            for name, number in reason.numbers.items()
        }
        other = _short(self._goods[reason.other].name) if reason.other is not None else ""
        return self.say(reason.kind, **numbers, other=other, peers=self.peers(reason.group))

    def days(self, number: int) -> str:
        return self.say("day" if number == 1 else "days", number=f"{number:,}")

    def peers(self, group: str | None) -> str:
        """Who they are, in words."""
        if group is None:
            return self.say("everybody")
        country = group.removeprefix(NEW)
        if group == country:
            return self.say("country", country=country)
        return self.say("new_country", country=country) if country else self.say("new")


def _short(name: str) -> str:
    plain = " ".join(name.split())
    return plain if len(plain) <= _NAME else plain[: _NAME - 1] + "…"


@cache
def _words() -> dict[str, dict[str, str]]:
    text = Path(__file__).with_name("wording.yaml").read_text("utf-8")
    return cast(dict[str, dict[str, str]], yaml.safe_load(text))
