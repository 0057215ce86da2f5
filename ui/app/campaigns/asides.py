"""Beside the campaigns: why somebody got what they got, contact pressure and fairness, and the policy."""

from pathlib import Path
from typing import Any

from markupsafe import Markup
from sqlmodel import col, select

from store.errors import WinbackError
from store.ledger import PolicyVersion
from tools.behaviour.lookup import find_customer
from tools.offers.approval import may_decide
from tools.offers.funnel import why as explain
from tools.offers.policy import deploy, live_policy, mode_now, switch_back
from tools.offers.results import contact_pressure, fairness
from ui.app.frame import Desk, Templates, Visit
from ui.app.shown import table

_render = Templates(Path(__file__).parent)
_SHOWN, _VERSIONS = 200, 10


def why(desk: Desk, visit: Visit) -> Markup:
    """The trace of a decision, a draft's or a customer's latest. Raises WinbackError where there is none."""
    asked, shop = visit.query.get("why", "").strip()[:80], desk.shop()
    kind, colon, number = asked.partition(":")
    wanted: dict[str, Any] = {}
    if colon and kind in ("draft", "decision") and number.isascii() and number.isdigit() and len(number) < 16:
        wanted[f"{kind}_id"] = int(number)
    else:
        wanted["customer_id"] = find_customer(shop.warehouse, asked)
    said = explain(shop.ledger, language=desk.language, **wanted)
    return _render("why", t=desk.words, desk=desk, said=said, asked=asked)


def pressure(desk: Desk, visit: Visit) -> Markup:
    shop, t = desk.shop(), desk.words
    found = contact_pressure(shop.ledger, visit.now)
    with shop.warehouse.pinned():
        fair = fairness(shop)
    capped = [
        [one.customer_id, t.or_plain("channel", one.channel), f"{one.until:%Y-%m-%d %H:%M}"]
        for one in found.capped[:_SHOWN]
    ]
    groups = [
        [one.group, one.considered, one.offered, f"{one.share:.0%}", t(f"differs.{one.differs}") if one.differs else ""]
        for one in fair.groups
    ]
    heads = [t(name) for name in ("group", "considered", "offered", "share", "differs")]
    return _render(
        "pressure",
        t=t,
        desk=desk,
        found=found,
        fair=fair,
        capped=table(["customer_id", t("channels"), t("until")], capped, language=desk.language) if capped else "",
        groups=table(heads, groups, language=desk.language) if groups else "",
    )


def policy(desk: Desk, visit: Visit, notice: tuple[str, str] | None = None) -> Markup:
    shop = desk.shop()
    newest = select(PolicyVersion).order_by(col(PolicyVersion.created_at).desc()).limit(_VERSIONS)
    with shop.ledger.session() as session:
        found = list(session.exec(newest))
    return _render(
        "policy",
        t=desk.words,
        desk=desk,
        live=live_policy(shop),
        mode=mode_now(shop.ledger),
        versions=[(one, (one.evaluation.get("gain") or {}).get("DR")) for one in found],
        decides=may_decide(visit.actor),
        notice=notice,
    )


def policy_act(desk: Desk, visit: Visit) -> tuple[str, str] | None:
    """Deploys or switches back; says what came of it."""
    try:
        if visit.text("act") == "deploy":
            version = visit.text("version", 100)
            deploy(desk.shop(), version, visit.actor, visit.now)
        elif visit.text("act") == "back":
            version = switch_back(desk.shop(), visit.actor, visit.now)
        else:
            return None
    except WinbackError as problem:
        return "bad", str(problem)
    return "good", desk.words("done.deploy", version=version)
