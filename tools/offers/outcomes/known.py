"""What the ledger knows that a batch of outcomes can be about; fetched once for all of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, select

from store.ledger import Decision, Draft, Outcome
from tools.offers.outcomes.row import OutcomeRow

_CHUNK = 900  # values in one query; SQLite once allowed 999


class Window(NamedTuple):
    """A decision and how long what follows is its outcome."""

    decision_id: int
    customer_id: str
    start: datetime
    end: datetime
    channel: str | None


class Known:
    """Decisions by customer and by code, and outcomes by key and by order."""

    def __init__(self, session: Session, rows: Sequence[OutcomeRow]) -> None:
        self.by_code: dict[str, Draft] = {}
        self.by_customer: dict[str, list[Window]] = defaultdict(list)
        self.by_key: dict[str, Outcome] = {}
        self.orders: dict[str, Outcome] = {}
        for some in _chunks(row.order_id for row in rows):
            told = select(Outcome).where(col(Outcome.order_id).in_(some), Outcome.kind == "order")
            self.orders |= {one.order_id or "": one for one in session.exec(told)}
        for some in _chunks([*(row.code for row in rows), *(one.code for one in self.orders.values())]):
            drafts = session.exec(select(Draft).where(col(Draft.code).in_(some)))
            self.by_code |= {draft.code or "": draft for draft in drafts}
        customers = {row.customer_id for row in rows} | {draft.customer_id for draft in self.by_code.values()}
        for some in _chunks(customers):
            self._decisions(session, some)
        for some in _chunks(row.key for row in rows):
            self.by_key |= {one.key: one for one in session.exec(select(Outcome).where(col(Outcome.key).in_(some)))}

    def draft(self, row: OutcomeRow) -> Draft | None:
        """The draft of its code; a refund's is that of its order."""
        order = self.orders.get(row.order_id or "") if row.kind == "refund" else None
        return self.by_code.get(row.code or (order.code if order else None) or "")

    def before(self, row: OutcomeRow) -> Outcome | None:
        """The same event, or the same order, as it was told before."""
        return self.by_key.get(row.key) or (self.orders.get(row.order_id or "") if row.kind == "order" else None)

    def add(self, outcome: Outcome) -> None:
        self.by_key[outcome.key] = outcome
        if outcome.kind == "order" and outcome.order_id:
            self.orders[outcome.order_id] = outcome

    def window(self, customer_id: str, at: datetime, decision_id: int | None = None) -> Window | None:
        """The latest decision on a customer, or this one, whose window holds the moment."""
        for window in self.by_customer.get(customer_id, []):
            if decision_id in (None, window.decision_id) and window.start < at <= window.end:
                return window
        return None

    def _decisions(self, session: Session, customers: list[str]) -> None:
        wanted = select(Decision).where(col(Decision.customer_id).in_(customers), Decision.arm != "ruled_out")
        for one in session.exec(wanted.order_by(col(Decision.at).desc(), col(Decision.id).desc())):
            end = one.at + timedelta(days=one.window_days)
            window = Window(one.id or 0, one.customer_id, one.at, end, one.channel)
            self.by_customer[one.customer_id].append(window)


def _chunks(values: Iterable[str | None]) -> Iterable[list[str]]:
    distinct = sorted({value for value in values if value})
    return (distinct[start : start + _CHUNK] for start in range(0, len(distinct), _CHUNK))
