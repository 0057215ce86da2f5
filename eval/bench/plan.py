"""Planning a campaign for a whole shop: seconds, decisions a second and peak memory; and the bulk inserts beside the
same rows added one by one through SQLAlchemy's ORM.

    python -m eval.bench.plan HOME [--limit N] [--peer]

HOME needs churn scores, and is only read: decisions go to a copy of its ledger.
"""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer
from sqlmodel import Session, col, func, select

from store.ledger import Decision, Ledger, Reservation
from store.settings import Settings
from store.shop import Shop
from tools.context import Actor
from tools.offers.catalogue import decide_catalogue, propose_catalogue
from tools.offers.catalogue.demo import demo_catalogue
from tools.offers.drafts import Brief, Written
from tools.offers.funnel.choice import TREATED, Choice, Variant, choose
from tools.offers.funnel.crowd import Crowd, gather
from tools.offers.funnel.holds import month_scope
from tools.offers.funnel.record import Rows, Signed, record
from tools.offers.funnel.settle import terms_of
from tools.offers.funnel.state import State, read_state
from tools.offers.funnel.trace import Traces
from tools.offers.people import people
from tools.offers.planning import PlanRequest, plan

ACTOR = Actor("bench", "marketer")
_BUDGET = "monthly_budget: 20000"
_AMPLE = "monthly_budget: 9000000"


def main(
    home: Path,
    limit: Annotated[int | None, typer.Option(help="Customers at most; default all.")] = None,
    peer: Annotated[bool, typer.Option(help="Also write the same rows one by one.")] = False,
) -> None:
    now = datetime.now()
    with _shop(home, now) as shop:
        wall, cpu = time.perf_counter(), time.process_time()
        report = plan(shop, PlanRequest(segment="everyone", limit=limit), ACTOR, now, template)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    arms = ", ".join(f"{arm} {number:,}" for arm, number in report.arms.items())
    print(f"{report.asked:,} customers: {wall:.1f} s, {cpu:.1f} s of processor time, {peak:,.0f} MB at most ({arms})")
    print(f"{report.asked / wall:,.0f} decisions a second")
    if peer:
        _compare(home, now, limit)


def template(brief: Brief) -> Written:
    """The offer's own words: decisions are timed here, not texts."""
    texts = brief.offer.texts[brief.language]
    text = texts.get(brief.channel) or texts["any"]
    return Written(subject=text.subject, body=text.body, author="template")


@contextmanager
def _shop(home: Path, now: datetime) -> Iterator[Shop]:
    """The shop with a copy of its ledger in which there is money for everybody."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / "ledger.db"
        copyfile(home / "ledger.db", place)
        shop = Shop.open(home, Settings(home=home, ledger=f"sqlite:///{place}"))
        text = demo_catalogue().replace(_BUDGET, _AMPLE)
        decide_catalogue(shop.ledger, propose_catalogue(shop.ledger, text, "ann", now), "bob", now, approve=True)
        yield shop
        shop.close()


def _compare(home: Path, now: datetime, limit: int | None) -> None:
    """The same decisions and reservations, written in bulk and object by object, each in one transaction."""
    seconds: dict[str, float] = {}
    for name, write in (("bulk inserts", record), ("ORM, row by row", by_objects)):
        with _shop(home, now) as shop:
            terms = terms_of(shop, now)
            crowd = gather(people(shop, limit=limit), terms)
            signed = Signed(None, [month_scope(now)], ACTOR.id, [Variant(None, terms.mode, terms.fixed)])
            with shop.ledger.exclusive() as session:
                state = read_state(session, crowd.people.ids, terms)
                choice = choose(crowd, state, "bench", signed.variants, None)
                began = time.perf_counter()
                write(session, crowd, state, choice, signed)
                session.flush()
                seconds[name] = time.perf_counter() - began
            _same(shop.ledger, choice)
    for name, taken in seconds.items():
        print(f"writing {len(crowd):,} decisions, {name}: {taken:.1f} s")
    print(f"ratio {seconds['ORM, row by row'] / seconds['bulk inserts']:.1f}")


def by_objects(session: Session, crowd: Crowd, state: State, choice: Choice, signed: Signed) -> None:
    """What `record` does, as one would write it first."""
    rows = Rows(crowd, choice, Traces(crowd, state, choice), signed)
    treated = choice.of_arm(TREATED)
    for place, customer in enumerate(crowd.people.ids):
        decision = Decision(**rows.decision(place))
        session.add(decision)
        session.flush()
        if treated[place]:
            session.add(Reservation(**rows.reservation(place, {customer: decision.id or 0})))


def _same(ledger: Ledger, choice: Choice) -> None:
    with ledger.session() as session:
        held = session.exec(select(func.count(col(Reservation.decision_id)))).one()
    assert held == int(np.count_nonzero(choice.of_arm(TREATED)))


if __name__ == "__main__":
    typer.run(main)
