"""What the ledger knows: decisions, whether their offers went out, and the orders that were reported."""

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col
from sqlmodel import select as _select

from store.ledger import Decision, Delivery, Draft, Outcome
from tools.offers.rewards.untyped import Frame, pd

select: Any = _select  # its overloads end at four columns
_DECIDED = {
    "decision_id": Decision.id,
    "campaign_id": Decision.campaign_id,
    "customer_id": Decision.customer_id,
    "at": Decision.at,
    "as_of": Decision.as_of,
    "window_days": Decision.window_days,
    "arm": Decision.arm,
    "offer": Decision.offer,
    "variant": Decision.variant,
    "channel": Decision.channel,
    "propensity": Decision.propensity,
    "catalogue_version": Decision.catalogue_version,
    "draft": Draft.state,
    "valid_until": Draft.valid_until,
    "delivery": Delivery.state,
}
_REPORTED = ("decision_id", "customer_id", "kind", "at", "code", "order_id", "revenue_cents", "margin_cents")


def decided(session: Session, campaign_id: int | None) -> Frame:
    """One row per decision that is not ruled out, by id, with `usual_margin`, the customer's share as it was seen."""
    columns: list[Any] = [col(column).label(name) for name, column in _DECIDED.items()]
    usual = col(Decision.context)["margin"].as_float().label("usual_margin")
    wanted: Any = select(*columns, usual).where(col(Decision.arm) != "ruled_out")
    wanted = wanted.outerjoin(Draft, col(Draft.decision_id) == Decision.id)
    wanted = wanted.outerjoin(Delivery, col(Delivery.draft_id) == Draft.id).order_by(col(Decision.id))
    if campaign_id is not None:
        wanted = wanted.where(Decision.campaign_id == campaign_id)
    return _frame(session, wanted, [*_DECIDED, "usual_margin"], ("at", "as_of", "valid_until"))


def reported(session: Session, campaign_id: int | None, now: datetime) -> Frame:
    """Orders and refunds that came back by `now`, the first of each order; in pounds, not pence."""
    wanted: Any = select(*[col(getattr(Outcome, name)) for name in _REPORTED])
    wanted = wanted.where(col(Outcome.kind).in_(("order", "refund")), col(Outcome.at) <= now)
    if campaign_id is not None:
        ours = select(Decision.customer_id).where(Decision.campaign_id == campaign_id)
        wanted = wanted.where(col(Outcome.customer_id).in_(ours))
    rows = _frame(session, wanted.order_by(col(Outcome.id)), list(_REPORTED), ("at",))
    rows["revenue"] = pd.to_numeric(rows.pop("revenue_cents")) / 100
    rows["margin"] = pd.to_numeric(rows.pop("margin_cents")) / 100
    return rows


def reported_until(session: Session) -> dict[int, datetime]:
    """Campaign (0: none) -> up to when its orders have been reported.

    A source that reports orders of a campaign is taken to report all of them, up to when it last reported any.
    """
    bought = col(Outcome.kind).in_(("order", "refund"))
    latest = select(Outcome.source, func.max(Outcome.received_at)).where(bought).group_by(Outcome.source)
    told = dict(_rows(session, latest).all())
    number = func.coalesce(Decision.campaign_id, 0)
    pairs = select(number, Outcome.source).join(Decision, col(Decision.id) == Outcome.decision_id).where(bought)
    found: dict[int, datetime] = {}
    for campaign, source in _rows(session, pairs.distinct()):
        found[campaign] = max(told[source], found.get(campaign, told[source]))
    return found


def _frame(session: Session, wanted: Any, columns: list[str], moments: tuple[str, ...]) -> Frame:
    rows = pd.DataFrame.from_records(_rows(session, wanted).all(), columns=columns)
    for name in moments:
        rows[name] = pd.to_datetime(rows[name]).astype("datetime64[us]")
    return rows


def _rows(session: Any, wanted: Any) -> Any:
    return session.exec(wanted)
