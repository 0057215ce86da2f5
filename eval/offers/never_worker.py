"""One process of `eval.offers.never`: does what people and programs do to a ledger, in random order, until it is killed."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from store.errors import WinbackError
from store.ledger import Consent, Decision, Draft, Ledger, Message
from store.settings import Settings
from store.shop import Shop
from tools.context import Actor
from tools.offers.drafts import writer
from tools.offers.funnel import Decided, decide
from tools.offers.planning import PlanRequest, plan

START = datetime(2026, 7, 1, 9)
HOURS_A_SECOND = 2.0  # simulated: caps and quiet hours must open and close again while it runs
MARKETER, APPROVER = Actor("mo", "marketer"), Actor("ada", "approver")
_SEGMENTS = ["everyone", "lapsed", "loyal", "high_value", "unhappy", "at_risk"]
_COUNTRIES = ["Germany", "France", "China", "United States", "Spain"]


@dataclass(frozen=True)
class Work:
    """Where, since when on the real clock, and with which random numbers."""

    home: Path
    url: str | None
    began: float
    seed: int

    @property
    def now(self) -> datetime:
        """The simulated clock, the same for all processes: it runs with the real one, but faster."""
        return START + timedelta(hours=(time.time() - self.began) * HOURS_A_SECOND)


def work(given: Work) -> None:
    """Never returns."""
    rng = random.Random(given.seed)
    shop = Shop.open(given.home, Settings(home=given.home, ledger=given.url))
    while True:
        act = rng.choices([act for act, _ in ACTS], [weight for _, weight in ACTS])[0]
        try:
            act(shop, rng, given)
            _say(given, act.__name__)
        except WinbackError as problem:
            _say(given, f"{act.__name__} refused: {' '.join(str(problem).split()[:6])}")
        except Exception as problem:
            _say(given, f"{act.__name__} FAILED: {type(problem).__name__} {problem}")


def said(home: Path) -> Counter[str]:
    """What the processes did."""
    files = (home / "said").glob("*.txt")
    return Counter(line for file in files for line in file.read_text("utf-8").splitlines())


def _say(given: Work, what: str) -> None:
    folder = given.home / "said"
    folder.mkdir(exist_ok=True)
    with (folder / f"{given.seed}.txt").open("a", encoding="utf-8") as file:
        file.write(" ".join(what.split())[:160] + "\n")


def _plan(shop: Shop, rng: random.Random, given: Work) -> None:
    request = PlanRequest(
        segment=rng.choice(_SEGMENTS),
        filters={"country": rng.choice(_COUNTRIES)} if rng.random() < 0.2 else {},
        budget=rng.choice([None, 5, 50, 500]),
        channel=rng.choice([None, None, None, "email", "sms"]),
        limit=rng.choice([None, 500, 1500]),
        mode=rng.choice(["explore", "exploit"]),
        variants={"A": {"tone": "warm"}, "B": {"tone": "formal"}} if rng.random() < 0.2 else {},
    )
    plan(shop, request, MARKETER, given.now, writer(None))


def _decide(shop: Shop, rng: random.Random, given: Work) -> None:
    """One customer, with the draft in the same transaction."""
    customer, now = f"c{rng.randint(1, shop.warehouse.info.rows['customers']):06d}", given.now

    def draft(session: Session, decided: Decided) -> None:
        if decided.arm == "treated" and decided.decision_id is not None:
            session.add(message := _message(decided, now))
            session.flush()
            session.add(_draft(decided, message.id or 0, now))

    decide(shop, customer, MARKETER, now, nothing=False, also=draft)


def _message(decided: Decided, now: datetime) -> Message:
    return Message(
        offer=decided.offer,
        catalogue_version=decided.catalogue_version,
        channel=decided.channel or "",
        language=decided.language or "en",
        tone="warm",
        body="Hello",
        author="template",
        created_at=now,
        created_by=MARKETER.id,
    )


def _draft(decided: Decided, message: int, now: datetime) -> Draft:
    return Draft(
        decision_id=decided.decision_id or 0,
        message_id=message,
        customer_id=decided.customer_id,
        offer=decided.offer,
        channel=decided.channel or "",
        language=decided.language or "en",
        valid_until=decided.valid_until,
        state="pending",
        created_at=now,
        expires_at=now + timedelta(days=7),
    )


def _withdraw_consent(shop: Shop, rng: random.Random, given: Work) -> None:
    """A customer changes their mind; under the same lock, so that what was decided before is known to be."""
    with shop.ledger.exclusive() as session:
        consents = select(Consent).where(col(Consent.granted).is_(True))
        one = session.exec(consents.offset(rng.randint(0, 2_000)).limit(1)).first()
        if one is not None:
            one.granted, one.at = False, given.now
            session.add(one)


ACTS: tuple[tuple[Callable[[Shop, random.Random, Work], None], int], ...] = (
    (_plan, 6),
    (_decide, 3),
    (_withdraw_consent, 1),
)


def received(home: Path) -> Iterator[str]:
    """Keys of the messages that came out, each as often as it came."""
    return iter(())
