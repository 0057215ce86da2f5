"""The shop as a whole: what changed, sales, retention, risk and complaints."""

from pathlib import Path
from typing import Any

from markupsafe import Markup

from tools.behaviour.compute import has_totals
from tools.behaviour.metrics import metrics
from tools.behaviour.wording import figure, money
from tools.overview.weeks import Change
from tools.words.text import shorten
from ui.app import charts
from ui.app.frame import Desk, Templates, Visit, panel
from ui.app.overview.kept import MONTH, YEAR, Kept, Risk

_render = Templates(Path(__file__).parent)
_TENTHS = 10


def build(desk: Desk) -> None:
    top, rest = panel(), panel()

    def first(_visit: Visit) -> Markup:
        return _top(desk)

    def later(_visit: Visit) -> Markup:
        return _rest(desk)

    desk.on_load(first, top)
    desk.on_load(later, rest)


def _top(desk: Desk) -> Markup:
    kept = desk.site.service(Kept)
    changed = [_told(desk, one) for one in kept.changes()] + kept.alerts(desk.language)
    day = desk.shop().as_of.date()
    return _render("top", t=desk.words, day=day, figures=_figures(desk, kept), changed=changed)


def _figures(desk: Desk, kept: Kept) -> list[tuple[str, str, str]]:
    t, shop = desk.words, desk.shop()
    found: list[tuple[str, str, str]] = []
    if has_totals(shop):
        found.append(_against(desk, kept, "revenue"))
    found.append(_against(desk, kept, "orders"))
    rate = kept.figure("repeat_rate", YEAR)
    found.append((t("figure.repeat_rate"), _worth(desk, "repeat_rate", rate), t("figure.year")))
    risk = kept.risk()
    if risk is not None and risk.whole.value is not None:
        note = t("figure.likely", n=f"{risk.whole.likely:,}", of=f"{risk.whole.customers:,}")
        found.append((t("figure.value_at_risk"), money(risk.whole.value, shop.currency), note))
    return found


def _against(desk: Desk, kept: Kept, metric: str) -> tuple[str, str, str]:
    """The last 30 days, and by how much they are more or less than the 30 before."""
    now, before = kept.figure(metric, MONTH), kept.figure(metric, MONTH, MONTH)
    note = desk.words("figure.no_before")
    if before:
        note = desk.words("figure.against", change=f"{float(now) / float(before) - 1:+.1%}")
    return desk.words(f"figure.{metric}"), _worth(desk, metric, now), note


def _worth(desk: Desk, metric: str, value: Any) -> str:
    return "–" if value is None else figure(value, metrics()[metric].unit, desk.shop().currency)


def _told(desk: Desk, one: Change) -> str:
    t, metric = desk.words, metrics()[one.metric]
    behind = ""
    if one.dimension and one.member:
        behind = t(f"week.behind_{one.dimension}", member=shorten(one.member))
    return t(
        "week.rose" if one.now > one.before else "week.fell",
        what=metric.label_zh if desk.language == "zh" else metric.label,
        before=_worth(desk, one.metric, one.before),
        now=_worth(desk, one.metric, one.now),
        usual=_worth(desk, one.metric, one.usual),
        behind=behind,
    )


def _rest(desk: Desk) -> Markup:
    kept, warehouse = desk.site.service(Kept), desk.shop().warehouse
    risk = kept.risk()
    return _render(
        "rest",
        t=desk.words,
        desk=desk,
        revenue=_monthly(desk, kept, "revenue", 1) if has_totals(desk.shop()) else "",
        repeat=_monthly(desk, kept, "repeat_rate", 100),
        cohorts=_cohorts(desk, kept),
        spread=_spread(desk, risk) if risk else "",
        segments=_segments(desk, risk) if risk else [],
        at_stake=_at_stake(desk, risk) if risk else "",
        days=risk.whole.horizon_days if risk else 0,
        silent=f"{risk.whole.silent:,}" if risk else "",
        reviews=warehouse.has("reviews"),
        events=warehouse.has("events"),
        alerts=kept.alerts(desk.language),
    )


def _monthly(desk: Desk, kept: Kept, metric: str, times: int) -> Markup:
    found = kept.monthly(metric)
    if len(found) < 2:
        return Markup("")
    name = desk.words(f"chart.{metric}")
    values = {name: [round(value * times, 2) for _month, value in found]}
    unit = "%" if times != 1 else desk.shop().currency.replace("XXX", "")
    return charts.trend(name, [month for month, _value in found], values, unit=unit, language=desk.language)


def _cohorts(desk: Desk, kept: Kept) -> Markup:
    found = kept.cohorts()
    if not found:
        return Markup("")
    width = max(len(one.kept) for one in found)
    rows = [desk.words("cohort.row", month=one.month, n=f"{one.size:,}") for one in found]
    values: list[list[float | None]] = [[*one.kept, *[None] * (width - len(one.kept))] for one in found]
    columns = [desk.words("cohort.column", n=after) for after in range(width)]
    return charts.heatmap(desk.words("cohort.title"), rows, columns, values, language=desk.language)


def _spread(desk: Desk, risk: Risk) -> Markup:
    edges = [100 * place / _TENTHS for place in range(_TENTHS + 1)]
    return charts.histogram(desk.words("risk.spread"), edges, risk.spread, unit="%", language=desk.language)


def _segments(desk: Desk, risk: Risk) -> list[dict[str, str]]:
    currency = desk.shop().currency
    return [
        {
            "name": desk.words.or_plain("segment", name),
            "url": desk.url("customers", segment=name),
            "value": "–" if one.value is None else money(one.value, currency),
            "likely": desk.words("figure.likely", n=f"{one.likely:,}", of=f"{one.customers:,}"),
        }
        for name, one in risk.segments.items()
    ]


def _at_stake(desk: Desk, risk: Risk) -> Markup:
    known = {name: float(one.value) for name, one in risk.segments.items() if one.value is not None}
    if not known:
        return Markup("")
    labels = [desk.words.or_plain("segment", name) for name in known]
    unit = desk.shop().currency.replace("XXX", "")
    values = [round(value, 2) for value in known.values()]
    return charts.bars(desk.words("risk.by_segment"), labels, values, unit=unit, language=desk.language)
