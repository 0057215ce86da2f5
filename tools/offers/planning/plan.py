"""Planning a campaign: texts are written outside the ledger's transaction, everything else is kept in one."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from store.errors import WinbackError
from store.ledger import Campaign, Ledger
from store.shop import Shop
from tools.context import Actor
from tools.offers.drafts import MessageWriter
from tools.offers.funnel.choice import RULED_OUT, Choice, choose
from tools.offers.funnel.settle import check_clock
from tools.offers.funnel.state import State, read_state
from tools.offers.funnel.sweep import sweep
from tools.offers.planning.asked import Asked, understood
from tools.offers.planning.keep import keep
from tools.offers.planning.messages import Texts, keys_of, written
from tools.offers.planning.nobody import nobody
from tools.offers.planning.report import PlanReport
from tools.offers.planning.request import PlanRequest
from tools.offers.planning.summary import summary


@dataclass(frozen=True)
class Planned:
    """A plan on the state of the ledger that it was made on."""

    name: str
    state: State
    choice: Choice


def plan(shop: Shop, request: PlanRequest, actor: Actor, now: datetime, write: MessageWriter) -> PlanReport:
    """Decide on every customer of the segment and keep it all as a pending campaign; one that dies leaves nothing.

    Raises WinbackError, one sentence, where words are not known, where nobody can be given anything, and where the
    clock went back.
    """
    check_clock(shop.ledger, now)
    sweep(shop.ledger, now)
    asked = understood(shop, request, now)
    with shop.ledger.session() as session:
        planned = _planned(session, asked)
    texts: Texts = {}
    while True:
        _write_missing(asked, planned, texts, write)
        done = _kept(shop.ledger, asked, texts, actor)
        if isinstance(done, PlanReport):
            return done
        planned = done


def _kept(ledger: Ledger, asked: Asked, texts: Texts, actor: Actor) -> PlanReport | Planned:
    """The plan made anew and kept; only made where others changed so much meanwhile that a text is missing."""
    with ledger.exclusive() as session:
        planned = _planned(session, asked)
        if set(keys_of(asked, planned.choice)) - set(texts):
            return planned
        campaign = keep(session, asked, planned.name, planned.state, planned.choice, texts, actor)
        return summary(asked, campaign, planned.state, planned.choice, texts)


def _planned(session: Session, asked: Asked) -> Planned:
    name = _free_name(session, asked)
    state = read_state(session, asked.crowd.people.ids, asked.terms)
    choice = choose(asked.crowd, state, name, asked.variants, asked.budget)
    if choice.of_arm(RULED_OUT).all():
        raise WinbackError(nobody(asked, state, choice))
    return Planned(name, state, choice)


def _write_missing(asked: Asked, planned: Planned, texts: Texts, write: MessageWriter) -> None:
    for key in keys_of(asked, planned.choice):
        if key not in texts:
            texts[key] = written(asked, key, write)


def _free_name(session: Session, asked: Asked) -> str:
    taken = set(session.exec(select(Campaign.name)))
    if asked.name is not None:
        if asked.name in taken:
            raise WinbackError(f"There is a campaign named {asked.name} already; give this one another name.")
        return asked.name
    usual = f"{' '.join(asked.segment).replace('_', ' ')} {asked.terms.now.date()}"
    numbered = (f"{usual} ({nth})" for nth in range(2, len(taken) + 3))
    return next(name for name in (usual, *numbered) if name not in taken)
