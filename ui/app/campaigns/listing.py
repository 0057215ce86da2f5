"""All campaigns."""

from decimal import Decimal
from pathlib import Path

from markupsafe import Markup

from tools.behaviour.wording import money
from tools.offers.campaigns import Listed, campaigns
from ui.app.campaigns.facts import Facts
from ui.app.frame import Desk, Templates, Visit
from ui.app.shown import table

_render = Templates(Path(__file__).parent)
_PAGE = 50
_HEADS = {
    "name": "name",
    "segment": "segment",
    "state": "state",
    "created": "created",
    "customers": "customers",
    "budget_cost": "budget",
    "cost": "cost",
    "gain_margin": "gain",
}


def listing(desk: Desk, visit: Visit) -> Markup:
    shop, t = desk.shop(), desk.words
    offset = (visit.number("from") or 0) if "from" in visit.query else 0
    found, total = campaigns(shop.ledger, _PAGE, min(offset, 10**6))
    with shop.warehouse.pinned():
        rows = [_row(desk, visit, one) for one in found]
    shown = (
        table(list(_HEADS), rows, language=desk.language, name="campaigns", names=_named(desk), currency=shop.currency)
        if rows
        else ""
    )
    older = desk.url("campaigns", **{"from": offset + _PAGE}) if offset + _PAGE < total else None
    return _render("list", t=t, desk=desk, table=shown, older=older)


def _named(desk: Desk) -> dict[str, str]:
    return {column: desk.words(key) for column, key in _HEADS.items()}


def _row(desk: Desk, visit: Visit, one: Listed) -> list[object]:
    campaign = one.campaign
    link = Markup('<a href="{}">{}</a>').format(desk.url("campaigns", id=one.id), campaign.name)
    budget = one.budget
    cost = budget.reserved_cents + budget.spent_cents if budget else one.reserved_cents
    return [
        link,
        ", ".join(desk.words.or_plain("segment", name) for name in campaign.segment),
        desk.words.or_plain("state", campaign.state),
        f"{campaign.created_at:%Y-%m-%d}, {campaign.created_by}",
        one.arms["treated"],
        Decimal(budget.limit_cents) / 100 if budget else None,
        Decimal(cost) / 100,
        _gain(desk, visit, one),
    ]


def _gain(desk: Desk, visit: Visit, one: Listed) -> str | None:
    """What is known of it, with how sure that is; of campaigns that sent nothing there is nothing to know."""
    if not one.drafts["exported"]:
        return None
    found = desk.site.service(Facts).results(desk.shop(), one, visit.now)
    if found.state != "known" or found.net is None or found.net.low is None or found.net.high is None:
        return desk.words("unknown")
    half = (found.net.high - found.net.low) / 2 * found.offered
    return f"{money(found.gain, found.currency)} ± {money(half, found.currency)}"
