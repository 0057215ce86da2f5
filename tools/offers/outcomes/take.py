"""Taking outcomes in. Whatever is told twice counts once; what contradicts is refused and the rest is kept."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlmodel import Session

from store.ledger import Outcome
from store.shop import Shop
from tools.offers.catalogue import cents
from tools.offers.funnel.sweep import sweep
from tools.offers.outcomes.consents import withdraw
from tools.offers.outcomes.known import Known
from tools.offers.outcomes.report import OutcomeReport
from tools.offers.outcomes.row import OutcomeRow, parsed
from tools.offers.outcomes.spending import Spending

_BATCH = 2000
_AHEAD = timedelta(minutes=5)
Raw = tuple[int, dict[str, Any]]


def take_outcomes(shop: Shop, rows: Iterable[Raw], source: str, now: datetime) -> OutcomeReport:
    """Keep (line, row) pairs as outcomes; `source` says where they come from.

    An outcome belongs to the decision of its code, or to the customer's latest one whose window holds it. Orders with a
    code settle what their offer holds; unsubscriptions and bounces withdraw consent at once.
    """
    report, spending = OutcomeReport(), Spending(shop.ledger)
    rest = iter(rows)
    while batch := list(islice(rest, _BATCH)):
        report.read += len(batch)
        _take(shop, batch, source, now, report, spending)
    report.notes += spending.notes
    sweep(shop.ledger, now)
    return report


def _take(shop: Shop, batch: list[Raw], source: str, now: datetime, report: OutcomeReport, spending: Spending) -> None:
    read = [(line, raw, parsed(raw)) for line, raw in batch]
    good = [(line, raw, row) for line, raw, row in read if isinstance(row, OutcomeRow)]
    report.rejects += [(line, row, raw) for line, raw, row in read if isinstance(row, str)]
    with shop.ledger.exclusive() as session:
        known = Known(session, [row for _line, _raw, row in good])
        for line, raw, row in good:
            if reason := _kept(session, known, row, source, now, report, spending):
                report.rejects.append((line, reason, raw))


def _kept(
    session: Session,
    known: Known,
    row: OutcomeRow,
    source: str,
    now: datetime,
    report: OutcomeReport,
    spending: Spending,
) -> str | None:
    """Keeps an outcome, or says why not."""
    draft = known.by_code.get(row.code or "")
    if reason := _refused(known, row, now):
        return reason
    customer = row.customer_id or (draft.customer_id if draft else "")
    before = known.by_key.get(row.key) or (known.orders.get(row.order_id or "") if row.kind == "order" else None)
    outcome = _outcome(row, customer, source, now)
    if before is not None:
        report.duplicates += 1
        return _contradiction(before, outcome, report)
    window = known.window(customer, row.at, draft.decision_id if draft else None)
    if window is None and row.kind in ("order", "refund") and customer not in known.by_customer:
        return "no offer was ever decided on for this customer"
    outcome.decision_id = window.decision_id if window else None
    session.add(outcome)
    known.add(outcome)
    if row.kind in ("unsubscribe", "bounce"):
        report.unsubscribed += withdraw(session, customer, row.channel or (window.channel if window else None), now)
    if window and draft and row.kind in ("order", "refund"):
        spending.settle(session, draft, outcome)
    if window:
        report.matched += 1
    elif customer in known.by_customer:
        report.late += 1
    else:
        report.unmatched += 1
    return None


def _refused(known: Known, row: OutcomeRow, now: datetime) -> str | None:
    if row.at > now + _AHEAD:
        return "it lies in the future"
    if row.code and row.code not in known.by_code:
        return "the code is not known"
    if row.code and row.customer_id and known.by_code[row.code].customer_id != row.customer_id:
        return "the code is another customer's"
    return None


def _contradiction(before: Outcome, now_told: Outcome, report: OutcomeReport) -> str | None:
    """None where it is the same as before; else it is no duplicate, and the first word stands."""
    same = ("kind", "customer_id", "order_id", "revenue_cents")
    if all(getattr(before, name) == getattr(now_told, name) for name in same):
        return None
    report.duplicates -= 1
    return "it contradicts what was told before of the same event or order"


def _outcome(row: OutcomeRow, customer: str, source: str, now: datetime) -> Outcome:
    return Outcome(
        id=None,
        decision_id=None,
        key=row.key,
        customer_id=customer,
        kind=row.kind,
        at=row.at,
        code=row.code,
        order_id=row.order_id,
        revenue_cents=None if row.revenue is None else cents(row.revenue),
        margin_cents=None if row.margin is None else cents(row.margin),
        source=source[:200],
        received_at=now,
    )
