"""What redeemed offers did cost: from reserved to spent."""

from decimal import Decimal
from functools import cache

from sqlmodel import Session, col, select

from store.ledger import Budget, Draft, Ledger, Message, Outcome, Reservation
from tools.offers.catalogue import Catalogue, catalogue_of, cents, contact_cost, redemption_cost
from tools.offers.catalogue.costs import rates
from tools.offers.funnel.holds import settle


class Spending:
    """Settles reservations; `notes` says where an offer cost more than was set aside for it, which stays unspent."""

    def __init__(self, ledger: Ledger) -> None:
        self.notes: list[str] = []
        self._catalogue = cache(lambda version: catalogue_of(ledger, version))  # pyright: ignore[reportUnknownLambdaType,reportUnknownArgumentType]

    def settle(self, session: Session, draft: Draft, outcome: Outcome) -> None:
        """The cost of the contact, and of the redemption unless the order was given back."""
        catalogue = self._of(session, draft)
        cost = cents(contact_cost(catalogue, draft.channel))
        if outcome.kind == "order":
            revenue = Decimal(outcome.revenue_cents or 0) / 100
            cost += cents(redemption_cost(catalogue.offer(draft.offer), revenue))
        held = session.get(Reservation, draft.decision_id)
        if held is None or held.state == "released" or cost > held.cents or not _fits(session, held, cost):
            self.notes.append(f"The offer of draft {draft.id} cost more than is set aside for it; look at its order.")
            cost = min(cost, held.cents) if held and held.state == "held" else 0
        if cost:
            settle(session, draft.decision_id, cost)

    def settle_without_code(self, session: Session, decision_id: int, order: Outcome) -> None:
        """An offer without a code is used with the first order in time that is large enough."""
        wanted = select(Draft).where(Draft.decision_id == decision_id, Draft.state == "exported")
        draft = session.exec(wanted.where(col(Draft.code).is_(None))).first()
        if draft is None or (draft.valid_until is not None and order.at > draft.valid_until):
            return
        catalogue = self._of(session, draft)
        offer, held = catalogue.offer(draft.offer), session.get(Reservation, decision_id)
        used = held is not None and held.spent_cents > cents(contact_cost(catalogue, draft.channel))
        if not used and any(rates(offer)) and (order.revenue_cents or 0) >= cents(offer.minimum_order):
            self.settle(session, draft, order)

    def _of(self, session: Session, draft: Draft) -> Catalogue:
        version = session.exec(select(Message.catalogue_version).where(col(Message.id) == draft.message_id)).one()
        return self._catalogue(version)


def _fits(session: Session, held: Reservation, cost: int) -> bool:
    """Whether the budgets still have the money: a reservation that was settled for less gave the rest away."""
    if held.state == "held":
        return True
    budgets = [session.get(Budget, scope) for scope in held.scopes]
    more = cost - held.spent_cents
    return all(one is None or one.reserved_cents + one.spent_cents + more <= one.limit_cents for one in budgets)
