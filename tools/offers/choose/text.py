"""How the pick for one customer reads: the answer first, one statement a line."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from tools.offers.catalogue.model import NOTHING, Catalogue
from tools.offers.choose.known import Known
from tools.offers.funnel import Decided
from tools.offers.funnel.choice import HOLDOUT, TREATED
from tools.offers.funnel.words import Words
from tools.offers.policy.notes import in_language

_OTHERS = 3
_SURE = 0.995
_LATELY = timedelta(days=60)  # a complaint that old still bears on what to say


class Telling:
    """Statements in one language."""

    def __init__(self, language: str, catalogue: Catalogue, now: datetime) -> None:
        self._own, self._words, self._now = _read()[language], Words(language, catalogue), now
        self._language = language

    def lines(self, decided: Decided, known: Known) -> list[str]:
        if decided.arm == HOLDOUT:
            return [self.say("holdout", customer=decided.customer_id)]
        if decided.arm != TREATED:
            reason = self._words.last_reason(decided.trace)
            return [self.say("ruled_out", customer=decided.customer_id, reason=reason), *self._out(decided)]
        return [
            *self._head(decided),
            *self._risk(known),
            *self._habits(known, decided),
            *self._others(decided),
            *self._out(decided),
            *self._way(decided, known),
            self.say("next"),
            *(in_language(note, self._language) for note in decided.notes),
        ]

    def say(self, key: str, **values: object) -> str:
        return self._own[key].format(**values)

    def _head(self, decided: Decided) -> list[str]:
        """The pick; where it was drawn, beside the one that is expected to gain most."""
        said: dict[str, object] = {
            "customer": decided.customer_id,
            "offer": self._words.offer(decided.offer),
            "channel": self._words.named("channels", decided.channel or ""),
            "gain": self._words.money(decided.gain),
            "reserved": self._words.money(decided.reserved),
        }
        if decided.best == NOTHING:
            return [self.say("head_loss", **said)]
        if decided.best == decided.offer or decided.propensity >= 1:
            return [self.say("head", **said)]
        most = self._words.money(decided.options[decided.best]["gain"])
        chance, best = self._words.chance(decided.propensity), self._words.offer(decided.best)
        return [self.say("head_lot", best=best, most=most, **said), self.say("lot", chance=chance, **said)]

    def _risk(self, known: Known) -> list[str]:
        if known.chance is None:
            return []
        chance = self.say("sure") if known.chance >= _SURE else self._words.chance(known.chance)
        numbers = {"chance": chance, "days": known.days}
        if known.reason is None:
            return [self.say("risk_bare", **numbers)]
        return [self.say("risk", reason=known.reason, **numbers)]

    def _habits(self, known: Known, decided: Decided) -> list[str]:
        value = self._words.money(known.order_value)
        if known.margin is None:
            said = [self.say("value", value=value)]
        else:
            said = [self.say("habits", value=value, margin=f"{known.margin:.0%}")]
        if known.complained and decided.as_of.date() - known.complained <= _LATELY:
            said.append(self.say("complained", day=known.complained))
        return said

    def _others(self, decided: Decided) -> list[str]:
        ranked = sorted(decided.options.items(), key=lambda pair: -pair[1]["gain"])
        said = [
            self.say("other", offer=self._words.offer(offer), gain=self._words.money(one["gain"]))
            for offer, one in ranked
            if offer not in (decided.offer, NOTHING)
        ]
        return [self.say("others", list=self._words.joined(said[:_OTHERS]))] if said else []

    def _out(self, decided: Decided) -> list[str]:
        steps: Sequence[Mapping[str, Any]] = [step for step in decided.trace if step["out"]]
        said = [self._words.out(step) for step in steps]
        return [self.say("out", list=self._words.joined(said))] if said else []

    def _way(self, decided: Decided, known: Known) -> list[str]:
        """When it may go out and in which language, where that is not at once and in their own."""
        said: list[str] = []
        if decided.send_after and decided.send_after > self._now:
            said.append(self.say("send_after", moment=f"{decided.send_after:%Y-%m-%d %H:%M}"))
        if decided.language != known.language:
            said.append(self.say("language", language=decided.language, wanted=known.language))
        return said


@cache
def _read() -> dict[str, dict[str, str]]:
    text = Path(__file__).with_name("wording.yaml").read_text("utf-8")
    return cast(dict[str, dict[str, str]], yaml.safe_load(text))
