"""How a campaign's results read: the answer first, one statement a line."""

from functools import cache
from pathlib import Path
from typing import Literal, cast

import yaml

from tools.behaviour.wording import money
from tools.offers.results.model import Effect, Group, Results

_SEGMENTS = 3  # that are told; all are in the table
_NAME = 40
_UNANSWERED = ("pending", "rejected", "expired", "unsent")


def lines(found: Results, language: Literal["en", "zh"] = "en") -> list[str]:
    """Statements, most important first."""
    telling = Telling(language, found)
    if found.state in _UNANSWERED:
        return [telling.say(found.state)]
    said = [telling.say("head", all=f"{found.offered + found.held:,}", held=f"{found.held:,}"), *telling.effect()]
    said.append(telling.say("sent", **{one: f"{getattr(found, one):,}" for one in ("sent", "treated", "used")}))
    said += [telling.test(one) for one in found.tests]
    said += telling.segments() if found.state == "known" else []
    if found.unreported:
        said.append(telling.say("unreported"))
    if found.assumed_margin is not None:
        said.append(telling.say("assumed", share=f"{found.assumed_margin:.0%}"))
    return said


class Telling:
    """Statements in one language about one campaign."""

    def __init__(self, language: str, found: Results) -> None:
        self._words, self._found = _read()[language], found

    def say(self, key: str, **values: object) -> str:
        found = self._found
        name = found.name if len(found.name) <= _NAME else found.name[: _NAME - 1] + "…"
        return self._words[key].format(id=found.campaign_id, name=name, **values)

    def effect(self) -> list[str]:
        """What came of it; or until when that is not known, and what there is so far."""
        found, margin, net = self._found, self._found.margin, self._found.net
        if margin is None or net is None:
            return [self.say("no_holdout"), self.say("cost", cost=self._money(found.cost))]
        if found.state == "known":
            return [self._compared("margin", margin), self._net(net)]
        days = {"closes": found.closes.date(), "known": found.known_until.date()}
        waiting = self.say(found.state, days=found.days, window=found.window_days, **days)
        bought = margin.first_buyers or margin.second_buyers
        so_far = self._compared("so_far", margin) if bought else self.say("none_yet")
        return [waiting, so_far, self.say("cost", cost=self._money(found.cost))]

    def test(self, group: Group) -> str:
        first, _, second = group.name.partition("/")
        ahead = {1: first, -1: second}.get(group.net.sign) if self._found.state == "known" else None
        verdict = self._words["ahead"].format(name=ahead) if ahead else self._words["no_winner"]
        return self._compared("test", group.net, first_name=first, second_name=second, verdict=verdict)

    def segments(self) -> list[str]:
        """The surest first: those of which something can be told, by how little they spread."""
        groups = self._found.segments
        known = [one for one in groups if one.margin.low is not None]
        if not groups or not known:
            return [self.say("segments_few")] if groups else []
        known.sort(key=lambda one: (one.margin.sign == 0, (one.margin.high or 0) - (one.margin.low or 0)))
        said = [self._range(one) for one in known[:_SEGMENTS]]
        return [self.say("segments", number=len(groups), list=self.say("comma").join(said))]

    def _range(self, group: Group) -> str:
        return self._words["segment"].format(name=group.name, **self._ends(group.margin, 1))

    def _net(self, net: Effect) -> str:
        found = self._found
        sums = {"cost": self._money(found.cost), "gain": self._money(found.gain or 0)}
        if net.low is None:
            return self.say("net_few", **sums)
        verdict = self.say({1: "gained", -1: "lost"}.get(net.sign, "unclear"))
        return self.say("net", verdict=verdict, **sums, **self._ends(net, found.offered))

    def _compared(self, key: str, effect: Effect, **values: object) -> str:
        means = {"first": self._money(effect.first_mean), "second": self._money(effect.second_mean)}
        if effect.low is None:
            return self.say(f"{key}_few", **means, **values)
        return self.say(key, value=self._money(effect.value), **means, **self._ends(effect, 1), **values)

    def _ends(self, effect: Effect, times: int) -> dict[str, str]:
        return {"low": self._money((effect.low or 0) * times), "high": self._money((effect.high or 0) * times)}

    def _money(self, amount: float) -> str:
        return money(amount, self._found.currency)


@cache
def _read() -> dict[str, dict[str, str]]:
    text = Path(__file__).with_name("wording.yaml").read_text("utf-8")
    return cast(dict[str, dict[str, str]], yaml.safe_load(text))
