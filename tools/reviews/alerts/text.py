"""How surges read: the answer first, then a line for each."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tools.behaviour.wording import figure
from tools.reviews.alerts.reading import as_date
from tools.reviews.alerts.series import ANY, Item
from tools.reviews.alerts.watch import Alert
from tools.reviews.labels import ASPECTS
from tools.reviews.sentiment.wording import Wording

SHOWN = 5
Names = Mapping[Item, str]


class Telling:
    """Sentences in one language; `names` are the products'."""

    def __init__(self, language: str, names: Names) -> None:
        self._words, self._common, self._names = _words()[language], Wording(language), names

    def say(self, key: str, **values: object) -> str:
        return str(self._words[key]).format(**values)

    def answer(self, alerts: Sequence[Alert], scope: str, period: str) -> list[str]:
        if not alerts:
            return [self.say("none", scope=scope, period=period)]
        ongoing = sum(one.ongoing for one in alerts)
        only = "_one" if len(alerts) == 1 else ""
        going = self.say(f"going{only}", ongoing=ongoing) if ongoing else ""
        lines = [self.say(f"head{only}", number=len(alerts), scope=scope, period=period, going=going)]
        lines += [self.row(one) for one in alerts[:SHOWN]]
        return lines + ([self.say("more", number=len(alerts) - SHOWN)] if len(alerts) > SHOWN else [])

    def row(self, alert: Alert) -> str:
        first, last = as_date(alert.first), as_date(alert.last)
        return self.say(
            "row",
            item=self.item(alert.item),
            about=self.about(alert.aspect),
            count=f"{alert.complaints:,}",
            days=alert.last - alert.first + 1,
            when=self.say("open" if alert.ongoing else "closed", first=first, last=last),
            usual=f"{round(alert.expected):,}" if alert.expected >= 1 else self.say("few"),
            before=figure(alert.share_before, "share", ""),
            now=figure(alert.share_now, "share", ""),
            state=self.say("ongoing" if alert.ongoing else "over"),
        )

    def previous(self, alert: Alert) -> str:
        days = {"first": as_date(alert.first), "last": as_date(alert.last)}
        return self.say("last", item=self.item(alert.item), about=self.about(alert.aspect), **days)

    def item(self, item: Item) -> str:
        return self.say(item.scope, name=self._names.get(item, item.id))

    def about(self, aspect: int) -> str:
        return self.say("about", aspect=self._common.aspect(ASPECTS[aspect - 1])) if aspect != ANY else ""

    def scope(self, product: str | None, aspect: str | None) -> str:
        about = self.say("about", aspect=self._common.aspect(aspect)) if aspect else ""
        return about + (self.say("concerning", product=product) if product else "")

    def period(self, start: date | None, end: date | None) -> str:
        key = "all_time" if not (start or end) else "between" if start and end else "since" if start else "until"
        return self.say(key, start=start, end=end)

    def source(self, row: Mapping[str, Any]) -> str:
        """Where a quotation comes from."""
        return self._common.source(row["moment"].date(), row["rating"], row["product"], row["customer_id"])


@cache
def _words() -> dict[str, dict[str, Any]]:
    return yaml.safe_load((files("tools.reviews.alerts") / "wording.yaml").read_text("utf-8"))
