"""Overview: how the shop is doing, what changed, and where value is at risk."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from markupsafe import Markup

from store.errors import WinbackError
from tools.behaviour.wording import money
from tools.call import call_tool
from tools.overview.cohorts import cohorts
from tools.overview.risk import BINS, spread
from tools.overview.weeks import Change, changes
from ui.app import charts
from ui.app.frame import Desk, Templates, Visit, panel

_render = Templates(Path(__file__).parent)
_MONTHS = 24
_DAYS = 30


def build(desk: Desk) -> None:
    """Figures first, then words and charts."""
    page = _Overview(desk)
    figures, changed, below = panel(), panel(), panel()
    desk.on_load(page.figures, figures)
    desk.on_load(page.changed, changed)
    desk.on_load(page.charts, below)


class _Overview:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._words = desk.words

    def figures(self, visit: Visit) -> str:
        shop = self._desk.shop()
        with shop.warehouse.pinned():
            shown = [self._figure(visit, label, metric) for label, metric in _FIGURES]
            shown.append(self._at_risk())
        return _render("figures", t=self._words, day=f"{shop.as_of:%Y-%m-%d}", figures=shown)

    def _figure(self, visit: Visit, label: str, metric: str) -> dict[str, str]:
        shop = self._desk.shop()
        end = shop.as_of.date()
        now = self._metric(visit, metric, f"last_{_DAYS}_days")
        before = self._metric(visit, metric, _days_before(end, 2 * _DAYS - 1, _DAYS))
        note = ""
        if now is not None and before:
            # A rate changes by points, an amount by its share.
            change = (
                f"{100 * (now - before):+.1f} pp" if metric == "repeat_rate" else f"{100 * (now / before - 1):+.1f}%"
            )
            note = self._words("overview.against", change=change)
        return {"label": self._words(label), "value": self._said(metric, now), "note": note}

    def _metric(self, visit: Visit, metric: str, period: str) -> float | None:
        outcome = call_tool("query_metric", {"metric": metric, "period": period}, self._desk.context(visit))
        rows = outcome.artifact.rows if outcome.artifact else []
        return float(rows[0][0]) if rows and rows[0][0] is not None else None

    def _said(self, metric: str, value: float | None) -> str:
        if value is None:
            return "–"
        if metric in ("repeat_rate", "refund_rate"):
            return f"{100 * value:.1f}%"
        return money(value, self._desk.shop().currency) if metric == "revenue" else f"{value:,.0f}"

    def _at_risk(self) -> dict[str, str]:
        label = self._words("overview.at_risk")
        try:
            found = spread(self._desk.shop())
        except WinbackError:
            return {"label": label, "value": "–", "note": ""}
        note = self._words("overview.horizon", days=found.horizon_days)
        return {"label": label, "value": money(found.value, self._desk.shop().currency), "note": note}

    def changed(self, visit: Visit) -> str:
        shop = self._desk.shop()
        with shop.warehouse.pinned():
            found = changes(shop)
        alerts = call_tool("sentiment_alerts", {}, self._desk.context(visit))
        return _render(
            "changed",
            t=self._words,
            lines=self._lines(found),
            alerts=alerts.text,
            reviews=self._desk.url("reviews"),
        )

    def _lines(self, found: list[Change]) -> list[str]:
        if not found:
            return [self._words("overview.too_short")]
        told = [self._line(one) for one in sorted(found, key=lambda one: not one.unusual)]
        return told if any(one.unusual for one in found) else [self._words("overview.nothing"), *told]

    def _line(self, one: Change) -> str:
        says = {
            name: self._said(one.measure, max(0.0, getattr(one, name))) for name in ("now", "before", "low", "high")
        }
        change = "–" if one.share is None else f"{100 * one.share:+.1f}%"
        key = "overview.unusual" if one.unusual else "overview.as_usual"
        what = self._words(f"overview.measure.{one.measure}")
        told = self._words(key, what=what, change=change, **says)
        return f"{told} {self._words('overview.behind', country=one.behind)}" if one.behind else told

    def charts(self, visit: Visit) -> str:
        shop = self._desk.shop()
        with shop.warehouse.pinned():
            shown = {
                "revenue": self._by_month(visit, "revenue", shop.currency),
                "repeat": self._by_month(visit, "repeat_rate", "%"),
                "cohorts": self._cohorts(),
                **self._risk(),
            }
        return _render("charts", t=self._words, **shown)

    def _by_month(self, visit: Visit, metric: str, unit: str) -> Markup:
        asked = {"metric": metric, "group_by": "month", "limit": 100}
        outcome = call_tool("query_metric", asked, self._desk.context(visit))
        rows = sorted(outcome.artifact.rows)[-_MONTHS:] if outcome.artifact else []
        scale = 100 if metric == "repeat_rate" else 1
        name = self._words("overview.by_month" if metric == "revenue" else "overview.repeat_by_month")
        series = {name: [scale * row[1] if row[1] is not None else None for row in rows]}
        return charts.trend("", [row[0] for row in rows], series, unit=unit, language=self._desk.language)

    def _cohorts(self) -> Markup:
        shop = self._desk.shop()
        found = cohorts(shop.warehouse, shop.as_of)
        wide = max((len(one.shares) for one in found), default=0)
        names = [
            self._words("overview.cohort", month=f"{one.start:%Y-%m}", count=f"{one.customers:,}") for one in found
        ]
        values = [[*one.shares, *[None] * (wide - len(one.shares))] for one in found]
        return charts.heatmap("", names, [str(age + 1) for age in range(wide)], values, language=self._desk.language)

    def _risk(self) -> dict[str, Any]:
        try:
            found = spread(self._desk.shop())
        except WinbackError as problem:
            return {"problem": str(problem)}
        names = [self._words.or_plain("segment", name) for name, _ in found.segments]
        values = [value for _, value in found.segments]
        edges = [place / BINS for place in range(BINS + 1)]
        language = self._desk.language
        return {
            "problem": "",
            "risk": charts.histogram("", edges, found.counts, language=language),
            "segments": charts.bars("", names, values, unit=self._desk.shop().currency, language=language),
            "links": [
                {"name": name, "url": self._desk.url("customers", segment=segment)}
                for name, (segment, _) in zip(names, found.segments, strict=True)
            ],
        }


_FIGURES = (("overview.revenue", "revenue"), ("overview.orders", "orders"), ("overview.repeat", "repeat_rate"))


def _days_before(end: date, first: int, last: int) -> str:
    return f"{end - timedelta(days=first)}..{end - timedelta(days=last)}"
