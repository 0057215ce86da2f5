"""One process of `eval.offers.never`: does what people and programs do to a ledger, at random, until it is killed."""

import csv
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import httpx
from pydantic import SecretStr
from sqlmodel import Session, col, select

from store.errors import WinbackError
from store.ledger import Campaign, Consent, Delivery, Draft, Message
from store.settings import Settings
from store.shop import Shop
from tools.context import Actor
from tools.offers.approval import approve, reject
from tools.offers.delivery import deliver, export_csv
from tools.offers.drafts import writer
from tools.offers.funnel import Decided, decide
from tools.offers.planning import PlanRequest, plan

START = datetime(2026, 7, 1, 9)
HOURS_A_SECOND = 3.0  # simulated: caps and quiet hours must open and close again while it runs
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
    def outbox(self) -> Path:
        return self.home / "out"

    @property
    def now(self) -> datetime:
        """The simulated clock, the same for all processes: it runs with the real one, but faster."""
        return START + timedelta(hours=(time.time() - self.began) * HOURS_A_SECOND)


def work(given: Work) -> None:
    """Never returns."""
    rng = random.Random(given.seed)
    given.outbox.mkdir(exist_ok=True)
    settings = Settings(home=given.home, ledger=given.url, webhook_secret=SecretStr("never tell a secret"))
    shop = Shop.open(given.home, settings)
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
        budget=rng.choice([None, Decimal(5), Decimal(500), Decimal(2000)]),
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
    return Message.model_validate(
        {
            "offer": decided.offer,
            "catalogue_version": decided.catalogue_version,
            "channel": decided.channel,
            "language": decided.language,
            "tone": "warm",
            "body": "Hello",
            "author": "template",
            "created_at": now,
            "created_by": MARKETER.id,
        }
    )


def _draft(decided: Decided, message: int, now: datetime) -> Draft:
    return Draft.model_validate(
        {
            "decision_id": decided.decision_id,
            "message_id": message,
            "customer_id": decided.customer_id,
            "offer": decided.offer,
            "channel": decided.channel,
            "language": decided.language,
            "valid_until": decided.valid_until,
            "state": "pending",
            "created_at": now,
            "expires_at": now + timedelta(days=7),
        }
    )


def _approve(shop: Shop, rng: random.Random, given: Work) -> None:
    approve(shop, APPROVER, given.now, **_pending(shop, rng))


def _reject(shop: Shop, rng: random.Random, given: Work) -> None:
    reject(shop, APPROVER, given.now, reason="not now", **_pending(shop, rng))


def _pending(shop: Shop, rng: random.Random) -> dict[str, int]:
    """A whole campaign or one draft that waits."""
    name, model = rng.choice([("campaign_id", Campaign), ("campaign_id", Campaign), ("draft_id", Draft)])
    with shop.ledger.session() as session:
        waiting = session.exec(select(model.id).where(model.state == "pending").limit(200)).all()
    return {name: rng.choice(waiting or [0]) or 0}


def _export(shop: Shop, rng: random.Random, given: Work) -> None:
    """Goes on with a file that somebody was killed over, as a person would who repeats the command."""
    with shop.ledger.session() as session:
        begun = session.exec(select(Delivery.target).where(Delivery.state == "sending", Delivery.via == "csv")).first()
    export_csv(shop, APPROVER, given.now, Path(begun) if begun else given.outbox / f"{rng.getrandbits(60):x}.csv")


def _deliver(shop: Shop, rng: random.Random, given: Work) -> None:
    """To a server that takes one message of a key, however often it comes, and now and then dies itself."""

    def take(request: httpx.Request) -> httpx.Response:
        (given.outbox / f"{request.headers['Idempotency-Key']}.message").touch()
        return httpx.Response(503 if rng.random() < 0.05 else 200)

    client = httpx.Client(transport=httpx.MockTransport(take))
    deliver(shop, APPROVER, given.now, "https://mail.example.com/hook", client=client, first_wait_s=0.001)


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
    (_decide, 2),
    (_approve, 5),
    (_reject, 1),
    (_export, 2),
    (_deliver, 2),
    (_withdraw_consent, 1),
)


def received(home: Path) -> Iterator[str]:
    """Keys of the messages that came out: for each file that holds one, and for the server."""
    for file in (home / "out").glob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as rows:
            yield from (row["key"] for row in csv.DictReader(rows))
    yield from (file.stem for file in (home / "out").glob("*.message"))
