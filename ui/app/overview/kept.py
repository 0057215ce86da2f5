"""What the overview shows, worked out once per version of the data."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from store.shop import Shop
from tools.behaviour.compute import Question, compute
from tools.behaviour.metrics import metrics
from tools.overview.cohorts import Cohort, cohorts
from tools.overview.risk import AtRisk, at_risk, by_segment, spread
from tools.overview.weeks import Change, changes
from tools.reviews.alerts.tool import new_alerts
from ui.app.frame import Language
from ui.app.frame.site import Site

WEEK, MONTH, YEAR = 7, 30, 365  # days
_MONTHS = 24


@dataclass(frozen=True)
class Risk:
    """All of it, by segment, and how many customers have a probability within each tenth."""

    whole: AtRisk
    segments: dict[str, AtRisk]
    spread: list[int]


class Kept:
    """Figures of one shop; what belongs to an earlier version is forgotten."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = threading.Lock()
        self._version: tuple[object, ...] = ()
        self._made: dict[object, Any] = {}

    def figure(self, metric: str, days: int, back: int = 0) -> Any:
        """A metric of `days` days, the last of which is `back` days before the shop's today; None where unknown."""

        def asked(shop: Shop) -> Any:
            end = shop.as_of.date() - timedelta(days=back)
            found = compute(shop, Question(metrics()[metric], (), end - timedelta(days=days - 1), end))
            return found.rows[0]["value"]

        return self._once(("figure", metric, days, back), asked)

    def monthly(self, metric: str) -> list[tuple[str, float]]:
        """The last months with data, the oldest first."""

        def asked(shop: Shop) -> list[tuple[str, float]]:
            rows = compute(shop, Question(metrics()[metric], ("month",), None, shop.as_of.date())).rows
            return sorted((f"{row['month']:%Y-%m}", float(row["value"])) for row in rows)[-_MONTHS:]

        return self._once(("monthly", metric), asked)

    def cohorts(self) -> list[Cohort]:
        return self._once("cohorts", cohorts)

    def risk(self) -> Risk | None:
        """None where nobody is scored."""

        def asked(shop: Shop) -> Risk | None:
            if not shop.warehouse.has("churn_scores"):
                return None
            return Risk(at_risk(shop), by_segment(shop), spread(shop))

        return self._once("risk", asked)

    def changes(self) -> list[Change]:
        return self._once("changes", changes)

    def alerts(self, language: Language) -> list[str]:
        """Surges of complaints that the last seven days brought, as sentences."""

        def asked(shop: Shop) -> list[str]:
            since: date = shop.as_of.date() - timedelta(days=WEEK)
            return new_alerts(shop, since, language)

        return self._once(("alerts", language), asked)

    def _once(self, key: object, make: Callable[[Shop], Any]) -> Any:
        shop = self._site.shop()
        with shop.warehouse.pinned():
            version = (shop.warehouse.info.version, shop.warehouse.insights_file, shop.as_of)
            with self._lock:
                if version != self._version:
                    self._version, self._made = version, {}
                if key in self._made:
                    return self._made[key]
            found = make(shop)
            with self._lock:
                if version == self._version:
                    self._made[key] = found
            return found
