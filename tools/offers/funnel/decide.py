"""One customer through the funnel."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import cast

from sqlmodel import Session

from store.shop import Shop
from tools.behaviour.lookup import find_customer
from tools.context import Actor
from tools.offers.catalogue.model import NOTHING
from tools.offers.funnel.choice import RULED_OUT, TREATED, Choice, Variant, choose
from tools.offers.funnel.crowd import Crowd, gather
from tools.offers.funnel.decided import Arm, Decided
from tools.offers.funnel.holds import month_scope
from tools.offers.funnel.record import Rows, Signed, record, valid_until
from tools.offers.funnel.settle import check_clock, terms_of
from tools.offers.funnel.state import State, read_state
from tools.offers.funnel.sweep import sweep
from tools.offers.funnel.trace import Traces
from tools.offers.funnel.words import Words
from tools.offers.people import people
from tools.result import ToolError

Also = Callable[[Session, Decided], None]


def decide(
    shop: Shop,
    customer_id: str,
    actor: Actor,
    now: datetime,
    *,
    channel: str | None = None,
    language: str | None = None,
    offer: str | None = None,
    nothing: bool = True,
    dry_run: bool = False,
    also: Also | None = None,
) -> Decided:
    """What the funnel leaves and the policy picks; kept in the ledger unless `dry_run`.

    The lot of a customer is the same all day, so what a dry run tells is what a decision then does while nothing has
    changed. With `offer` only that one is in question; without `nothing` an offer is picked where one is allowed.
    `also` runs in the transaction that keeps the decision, to add its draft. Raises ToolError for an unknown customer
    and where a named offer is ruled out; WinbackError where the clock went back.
    """
    check_clock(shop.ledger, now)
    customer = find_customer(shop.warehouse, customer_id)
    asked = None if offer is None else [offer]
    terms = terms_of(shop, now, channel=channel, language=language, offers=asked, nothing=nothing)
    one = _One(gather(people(shop, [customer]), terms), actor)
    if dry_run:
        with shop.ledger.session() as session:
            return one.settled(session, named=offer is not None)[0]
    sweep(shop.ledger, now)
    with shop.ledger.exclusive() as session:
        decided, state, choice = one.settled(session, named=offer is not None)
        kept = one.kept(session, decided, state, choice)
        if also is not None:
            also(session, kept)
    return kept


@dataclass(frozen=True)
class _One:
    """A crowd of one."""

    crowd: Crowd
    actor: Actor

    @property
    def signed(self) -> Signed:
        terms = self.crowd.terms
        return Signed(None, [month_scope(terms.now)], self.actor.id, [Variant(None, terms.mode, terms.fixed)])

    def settled(self, session: Session, *, named: bool) -> tuple[Decided, State, Choice]:
        terms = self.crowd.terms
        state = read_state(session, self.crowd.people.ids, terms)
        choice = choose(self.crowd, state, f"day:{terms.now:%Y-%m-%d}", self.signed.variants, None)
        decided = self._decided(state, choice)
        if named and decided.arm == RULED_OUT:
            words = Words("en", terms.catalogue)
            raise ToolError(words.refusal(decided.customer_id, str(terms.fixed), decided.trace))
        return decided, state, choice

    def kept(self, session: Session, decided: Decided, state: State, choice: Choice) -> Decided:
        ids = record(session, self.crowd, state, choice, self.signed)
        return replace(decided, decision_id=ids[decided.customer_id])

    def _decided(self, state: State, choice: Choice) -> Decided:
        crowd, terms = self.crowd, self.crowd.terms
        traces = Traces(crowd, state, choice)
        row = Rows(crowd, choice, traces, self.signed).decision(0)
        text = int(crowd.texts[0, choice.picked[0]])
        treated = row["arm"] == TREATED
        return Decided(
            decision_id=None,
            customer_id=crowd.people.ids[0],
            arm=cast(Arm, row["arm"]),
            offer=row["offer"],
            best=_best(row["options"]),
            channel=row["channel"],
            language=crowd.languages[text] if treated else None,
            propensity=row["propensity"],
            gain=round(float(crowd.gains[0, choice.picked[0]]), 2) if treated else 0.0,
            options=row["options"],
            out=traces.out(0),
            trace=row["trace"],
            reserved=Decimal(row["reserved_cents"]) / 100,
            send_after=row["send_after"],
            valid_until=valid_until(terms, row["offer"], row["send_after"]) if treated else None,
            as_of=terms.as_of,
            catalogue_version=terms.version,
            catalogue=terms.catalogue,
            policy_version=terms.policy.version,
            mode=terms.mode,
            notes=[terms.policy.note] if terms.policy.note else [],
        )


def _best(options: dict[str, dict[str, float]]) -> str:
    """The option of the highest gain; "nothing", which gains 0, where no other gains anything."""
    worth = {offer: one["gain"] for offer, one in options.items() if one["gain"] > 0}
    return max(worth, key=lambda offer: worth[offer], default=NOTHING)
