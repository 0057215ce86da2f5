"""One campaign: who, what, how much, the texts, and what came of it."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from markupsafe import Markup

from tools.behaviour.wording import money
from tools.offers.approval import may_decide, preview
from tools.offers.campaigns import Listed, offers, one_campaign
from tools.offers.catalogue import catalogue_of
from tools.offers.delivery.kept import kept_files
from tools.offers.funnel import sweep
from tools.offers.funnel.words import Words
from tools.offers.results import Effect, Results, lines
from tools.offers.results import table as results_table
from ui.app import charts
from ui.app.campaigns.facts import Facts
from ui.app.frame import Desk, Templates, Visit
from ui.app.shown import artifact_table, table

_render = Templates(Path(__file__).parent)
_TEXTS, _REASONS = 30, 4


def campaign(desk: Desk, visit: Visit, campaign_id: int, notice: tuple[str, str] | None = None) -> Markup:
    """Raises WinbackError where there is no such campaign. `notice`: kind (good, bad) and words."""
    shop = desk.shop()
    sweep(shop.ledger, visit.now)
    one, facts = one_campaign(shop.ledger, campaign_id), desk.site.service(Facts)
    words = Words(desk.language, catalogue_of(shop.ledger, one.campaign.catalogue_version))
    texts = preview(shop.ledger, one.id)
    with shop.warehouse.pinned():
        size, found = facts.size(shop, one), facts.results(shop, one, visit.now)
    return _render(
        "campaign",
        t=desk.words,
        desk=desk,
        one=one,
        words=words,
        money=lambda amount: money(amount, shop.currency),
        notice=notice,
        decides=may_decide(visit.actor),
        facts=_facts(desk, one),
        funnel=_funnel(desk, facts, one, words),
        size=size,
        offers=_offers(desk, one, words),
        texts=texts[:_TEXTS],
        more=len(texts[_TEXTS:]),
        open=one.drafts["approved"],
        files=kept_files(shop, one.id),
        **_results(desk, found, words),
    )


def _facts(desk: Desk, one: Listed) -> dict[str, Any]:
    """Who decided what, and the request in words."""
    t, row = desk.words, one.campaign
    state = t.or_plain("state", row.state)
    told = (
        t("decided", state=state, who=row.decided_by, when=f"{row.decided_at:%Y-%m-%d %H:%M}")
        if row.decided_at and row.decided_by
        else t("expires", when=row.expires_at.date())
        if row.state == "pending"
        else state
    )
    only = [f"{name}: {_plain(value)}" for name, value in row.filters.items()]
    only += [t.or_plain("channel", row.channel)] if row.channel else []
    only += [value for value in (row.language, row.tone) if value]
    segments = ", ".join(t.or_plain("segment", name) for name in row.segment)
    return {"state": state, "told": told, "asked": "; ".join([segments, *only]), "reason": row.reason}


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _funnel(desk: Desk, facts: Facts, one: Listed, words: Words) -> dict[str, Any]:
    found, t = facts.left_out(desk.shop(), one.id), desk.words
    steps = [(t(f"step.{name}"), float(number)) for name, number in found.steps]
    reasons = [f"{words.named('reasons', key)} {number:,}" for key, number in found.reasons[:_REASONS]]
    return {"chart": charts.funnel(t("funnel"), steps, language=desk.language), "reasons": "; ".join(reasons)}


def _offers(desk: Desk, one: Listed, words: Words) -> Markup:
    t, parts = desk.words, offers(desk.shop().ledger, one.id)
    rows: list[Sequence[Any]] = [
        [words.offer(part.offer), part.customers, part.reserved, part.spent, part.gain] for part in parts
    ]
    sums = [sum((getattr(part, name) for part in parts), Decimal(0)) for name in ("reserved", "spent", "gain")]
    rows.append([t("total"), sum(part.customers for part in parts), *sums])
    names = {"offer": t("offer"), "customers": t("offers_customers"), "most_cost": t("most")}
    names |= {"spent_cost": t("spent"), "gain_margin": t("expected")}
    told: dict[str, Any] = {"language": desk.language, "currency": desk.shop().currency}
    return table(list(names), rows, title=t("offers_title"), name=f"campaign-{one.id}-offers", names=names, **told)


def _results(desk: Desk, found: Results, words: Words) -> dict[str, Any]:
    """Words, and where there is something to draw, the charts and the table."""
    said, t = lines(found, desk.language), desk.words
    if found.margin is None:
        return {"said": said, "charts": [], "figures": ""}
    parts: list[tuple[str, Effect | None]] = [(t("part.campaign"), found.margin)]
    parts += [(t.or_plain("segment", one.name), one.margin) for one in found.segments]
    offered = [(words.offer(one.offer), one.margin) for one in found.offers]
    drawn = [
        _drawn(desk, t("uplift"), parts, found.currency),
        _drawn(desk, t("uplift_offers"), offered, found.currency),
    ]
    figures = artifact_table(results_table(found), desk.language)
    return {"said": said, "charts": [one for one in drawn if one], "figures": figures}


def _drawn(desk: Desk, title: str, parts: Sequence[tuple[str, Effect | None]], currency: str) -> Markup | None:
    """Those of which an interval is known."""
    sure = [
        (name, one.value, one.low, one.high)
        for name, one in parts
        if one is not None and one.low is not None and one.high is not None
    ]
    if not sure:
        return None
    names, middle, low, high = zip(*sure, strict=True)
    return charts.intervals(title, names, middle, low, high, unit=currency, language=desk.language)
