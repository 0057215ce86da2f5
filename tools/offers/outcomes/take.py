"""Taking outcomes in. Whatever is told twice counts once; what contradicts is refused and the rest is kept."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlmodel import Session

from store.ledger import Draft, Outcome
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
_BOUGHT = ("order", "refund")
_UNWANTED = ("unsubscribe", "bounce")
_SAME = ("kind", "customer_id", "order_id", "revenue_cents", "margin_cents")
Raw = tuple[int, dict[str, Any]]


def take_outcomes(shop: Shop, rows: Iterable[Raw], source: str, now: datetime) -> OutcomeReport:
    """Keep (line, row) pairs as outcomes; `source` says where they come from.

    An outcome belongs to the decision of its code, or to the customer's latest one whose window holds it. Orders
    settle what their offer holds: with its code, or in time where it has none. Unsubscriptions and bounces withdraw
    consent at once.
    """
    report, spending = OutcomeReport(), Spending(shop.ledger)
    rest = iter(rows)
    while batch := list(islice(rest, _BATCH)):
        report.read += len(batch)
        read = [(line, raw, parsed(raw)) for line, raw in batch]
        good = [row for _line, _raw, row in read if isinstance(row, OutcomeRow)]
        with shop.ledger.exclusive() as session:
            intake = Intake(session, Known(session, good), report, spending, source, now)
            for line, raw, row in read:
                if reason := row if isinstance(row, str) else intake.take(row):
                    report.rejects.append((line, reason, raw))
    report.notes += spending.notes
    sweep(shop.ledger, now)
    return report


class Intake:
    """Takes rows one by one, within one transaction."""

    def __init__(
        self, session: Session, known: Known, report: OutcomeReport, spending: Spending, source: str, now: datetime
    ) -> None:
        self._session, self._known, self._report, self._spending = session, known, report, spending
        self._source, self._now = source[:200], now

    def take(self, row: OutcomeRow) -> str | None:
        """Keeps an outcome, or says why not. Who does not want to be written to is heard even then."""
        draft = self._known.draft(row)
        customer = row.customer_id or (draft.customer_id if draft else "")
        window = self._known.window(customer, row.at, draft.decision_id if draft else None)
        if row.kind in _UNWANTED and customer:
            channel = row.channel or (window.channel if window else draft.channel if draft else None)
            self._report.unsubscribed += withdraw(self._session, customer, channel, self._now)
        if reason := self._refused(row, customer):
            return reason
        outcome = self._outcome(row, customer)
        outcome.decision_id = draft.decision_id if draft else window.decision_id if window else None
        if (before := self._known.before(row)) is not None:
            return self._again(before, outcome, draft)
        self._session.add(outcome)
        self._known.add(outcome)
        if draft and row.kind in _BOUGHT:
            self._spending.settle(self._session, draft, outcome)
        elif window and row.kind == "order":
            self._spending.settle_without_code(self._session, window.decision_id, outcome)
        known = customer in self._known.by_customer
        where = "matched" if window else "late" if known else "unmatched"
        setattr(self._report, where, getattr(self._report, where) + 1)
        return None

    def _refused(self, row: OutcomeRow, customer: str) -> str | None:
        if row.at > self._now + _AHEAD:
            return "it lies in the future"
        if row.code and row.code not in self._known.by_code:
            return "the code is not known"
        if row.code and self._known.by_code[row.code].customer_id != customer:
            return "the code is another customer's"
        if row.kind in _BOUGHT and customer not in self._known.by_customer:
            return "no offer was ever decided on for this customer"
        return None

    def _again(self, before: Outcome, told: Outcome, draft: Draft | None) -> str | None:
        """The first word stands, but for a code that was not told of the order before."""
        if any(getattr(before, name) != getattr(told, name) for name in _SAME) or (
            before.code and told.code and before.code != told.code
        ):
            return "it contradicts what was told before of the same event or order"
        if told.code and not before.code and draft:
            before.code, before.decision_id = told.code, told.decision_id
            self._session.add(before)
            self._spending.settle(self._session, draft, before)
        self._report.duplicates += 1
        return None

    def _outcome(self, row: OutcomeRow, customer: str) -> Outcome:
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
            source=self._source,
            received_at=self._now,
        )
