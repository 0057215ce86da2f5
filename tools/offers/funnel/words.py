"""The funnel in words, English or Chinese."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from tools.behaviour.wording import money
from tools.offers.catalogue.model import NOTHING, Catalogue

Record = Mapping[str, Any]


class Words:
    """Says things of offers by their name in one language; `catalogue` is the one they were decided on with."""

    def __init__(self, language: str, catalogue: Catalogue) -> None:
        self._words, self._language, self._catalogue = _read()[language], language, catalogue

    def say(self, key: str, **values: object) -> str:
        return str(self._words[key]).format(**values)

    def named(self, kind: str, key: str) -> str:
        """Of `steps`, `channels`, `states` or `reasons`."""
        return str(self._words[kind].get(key, key))

    def offer(self, offer_id: str) -> str:
        if offer_id == NOTHING:
            return self.say("nothing")
        names = self._catalogue.offer(offer_id).name
        return names.get(self._language) or names["en"]

    def offers(self, offer_ids: Sequence[str]) -> str:
        return self.say("comma").join(self.offer(one) for one in offer_ids)

    def joined(self, parts: Sequence[str]) -> str:
        return self.say("then").join(parts)

    def money(self, amount: Any) -> str:
        return money(amount, self._catalogue.currency)

    def chance(self, share: float) -> str:
        return f"{share:.0%}" if share >= 0.1 or share == 0 else f"{share:.1%}"

    def reason(self, key: str, numbers: Record) -> str:
        """Why an offer is out, with until when where that is known."""
        words = self.named("reasons", key)
        until = _until(numbers.get("capped_until") or {}) if key.startswith("cap_") else None
        return self.say("until", reason=words, moment=until) if until else words

    def out(self, step: Record) -> str:
        """What a step ruled out, offers of the same reason together."""
        by_reason: dict[str, list[str]] = {}
        for offer, key in cast(dict[str, str], step["out"]).items():
            by_reason.setdefault(key, []).append(offer)
        said = [
            self.say("out", offers=self.offers(offers), reason=self.reason(key, step["numbers"]))
            for key, offers in by_reason.items()
        ]
        return self.joined(said)

    def step(self, step: Record) -> str:
        key = "step_out" if step["out"] else "step"
        return self.say(key, step=self.named("steps", step["step"]), left=len(step["left"]), list=self.out(step))

    def last_reason(self, trace: Sequence[Record]) -> str:
        """Why nothing was left: the reasons of the step that ruled out the last offers."""
        last = trace[-1]
        keys = dict.fromkeys(cast(dict[str, str], last["out"]).values())
        return self.joined([self.reason(key, last["numbers"]) for key in keys])

    def refusal(self, customer: str, offer: str, trace: Sequence[Record]) -> str:
        """Why a named offer is not possible."""
        step = next(step for step in trace if offer in step["out"])
        reason = self.reason(step["out"][offer], step["numbers"])
        return self.say("refused", offer=self.offer(offer), customer=customer, reason=reason)


def _until(moments: Mapping[str, str | None]) -> str | None:
    """The latest, to the minute; None where a cap of 0 holds for ever."""
    known = [moment for moment in moments.values() if moment]
    return max(known)[:16].replace("T", " ") if known and len(known) == len(moments) else None


@cache
def _read() -> dict[str, dict[str, Any]]:
    text = Path(__file__).with_name("wording.yaml").read_text("utf-8")
    return cast(dict[str, dict[str, Any]], yaml.safe_load(text))
