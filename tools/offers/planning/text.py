"""How a plan reads: the answer first, one statement a line."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast

import yaml

from tools.offers.catalogue.model import Catalogue
from tools.offers.funnel.words import Words
from tools.offers.planning.report import PlanReport, Sample
from tools.offers.policy.notes import in_language

_TOLD = 3  # reasons for which customers were ruled out
_OFFERS = 4
_SAMPLE = 90  # characters of a message


class Telling:
    """Statements in one language about one plan."""

    def __init__(self, language: str, catalogue: Catalogue) -> None:
        self._own, self._words, self._language = _read()[language], Words(language, catalogue), language

    def lines(self, report: PlanReport) -> list[str]:
        shown = [self._head(report), self._money(report)]
        if report.offers:
            shown += [self.say("offers", list=self._items(report)), self._ways(report)]
        shown.append(self.say("control", **{arm: f"{report.arms[arm]:,}" for arm in ("holdout", "control")}))
        if report.ruled_out:
            shown.append(self._ruled_out(report.ruled_out))
        if report.variants:
            shown.append(self.say("variants", list=self._counts(report.variants)))
        shown += [self._sample(one) for one in report.samples[:1]]
        shown += [self.say("templates", number=f"{report.templates:,}")] if report.templates else []
        notes = [in_language(note, self._language) for note in report.notes]
        return [*shown, *notes, self.say("last", id=report.campaign_id, day=report.expires_at.date())]

    def say(self, key: str, **values: object) -> str:
        return self._own[key].format(**values)

    def taken(self, said: str, meant: str) -> str:
        return self.say("taken", said=said, meant=meant)

    def _head(self, report: PlanReport) -> str:
        treated = report.arms["treated"]
        key = "head" if treated > 1 else "head_one" if treated else "head_none"
        numbers = {"treated": f"{treated:,}", "asked": f"{report.asked:,}", "control": f"{report.arms['control']:,}"}
        return self.say(key, id=report.campaign_id, name=report.name, **numbers)

    def _money(self, report: PlanReport) -> str:
        sums = {name: getattr(report, name) for name in ("reserved", "budget", "expected", "gain")}
        return self.say("money", **{name: self._words.money(amount) for name, amount in sums.items()})

    def _items(self, report: PlanReport) -> str:
        said = [
            self.say("item", name=self._words.offer(offer), number=f"{number:,}")
            for offer, number in list(report.offers.items())[:_OFFERS]
        ]
        rest = sum(list(report.offers.values())[_OFFERS:])
        said += [self.say("rest", number=f"{rest:,}")] if rest else []
        return self.say("comma").join(said)

    def _ways(self, report: PlanReport) -> str:
        channels = {self._words.named("channels", name): number for name, number in report.channels.items()}
        return self.say("channels", list=self._counts(channels), languages=self._counts(report.languages))

    def _counts(self, numbers: Mapping[str, int]) -> str:
        return self.say("comma").join(self.say("count", name=name, number=f"{one:,}") for name, one in numbers.items())

    def _ruled_out(self, reasons: Mapping[str, int]) -> str:
        named = {self._words.named("reasons", key): number for key, number in list(reasons.items())[:_TOLD]}
        return self.say("ruled_out", number=f"{sum(reasons.values()):,}", list=self._counts(named))

    def _sample(self, sample: Sample) -> str:
        plain = " ".join(sample.body.split())
        text = plain if len(plain) <= _SAMPLE else plain[: _SAMPLE - 1] + "…"
        channel, offer = self._words.named("channels", sample.channel), self._words.offer(sample.offer)
        return self.say("sample", offer=offer, channel=channel, language=sample.language, text=text)


@cache
def _read() -> dict[str, dict[str, str]]:
    text = Path(__file__).with_name("wording.yaml").read_text("utf-8")
    return cast(dict[str, dict[str, str]], yaml.safe_load(text))
