"""Making the demo shop: facts through the warehouse's builder, people into the ledger, the truth beside them."""

import json
import shutil
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import delete

from store.demo.contacts import Person, draw_people
from store.demo.customers import draw_customers
from store.demo.process import Process
from store.demo.prose.writer import Writer
from store.demo.simulate import simulate
from store.demo.sink import Sink
from store.demo.world import World, build_world
from store.errors import WinbackError
from store.settings import Settings
from store.warehouse import Warehouse, building
from store.warehouse.pointer import parse_facts, pointer_text
from store.warehouse.schema import DEMO_SHOP

Progress = Callable[[float, str], None]
END = date(2026, 6, 30)
SEED = 7


@dataclass(frozen=True)
class DemoReport:
    """What was made: the rows of each table of facts, and the window's first and last day."""

    rows: dict[str, int]
    start: date
    end: date


def make_demo(
    home: Path,
    customers: int = 5000,
    months: int = 18,
    seed: int = SEED,
    progress: Progress | None = None,
    *,
    end: date = END,
    ledger: str | None = None,
) -> DemoReport:
    """Make the demo shop in `home`; one that is there already is replaced.

    The window is `months` calendar months (at least 3) up to and including the day `end`. The same arguments make
    the same shop. `progress` is called with a fraction from 0 to 1 and what is being done; `ledger` is a database
    URL (default: as set, else HOME/ledger.db). Raises WinbackError where another shop lives in `home`.
    """
    if customers < 1 or months < 3:
        raise WinbackError("A demo shop needs at least 1 customer and 3 months.")
    _is_demo(home)
    world = build_world(Process(), seed, customers, _first_day(end, months), end)
    home.mkdir(parents=True, exist_ok=True)
    _build(world, home, ledger or Settings().ledger, progress or (lambda fraction, what: None))
    return DemoReport(Warehouse.open(home).info.rows, world.calendar.start, end)


def _build(world: World, home: Path, ledger: str | None, report: Progress) -> None:
    process = world.process
    writers = {language: Writer(language, process.sarcasm, process.injection) for language in ("en", "zh")}
    blocks = _blocks(world)
    with building(home, "facts", name=DEMO_SHOP, currency="GBP", timezone="Europe/London") as connection:
        sink = Sink(connection, world)
        for block in blocks:
            report(0.8 * block / len(blocks), "Customers sign up, browse, buy and review")
            sink.add(simulate(world, block, writers))
        report(0.8, "Numbering orders and reviews")
        truth = _empty(home / "truth.draft")
        sink.finish(truth)
        (truth / "shop.json").write_text(_described(world), "utf-8")
        report(0.9, "Writing contacts and consent")
        _keep_people(world, home, ledger)
        shutil.rmtree(home / "truth", ignore_errors=True)
        truth.rename(home / "truth")
        report(0.97, "Writing the new version")
    report(1.0, "Done")


def _blocks(world: World) -> range:
    return range(-(-world.customers // world.process.block))


def _first_day(end: date, months: int) -> date:
    """The window's first day: a whole number of months before the day after `end`."""
    after = end + timedelta(days=1)
    month = after.year * 12 + after.month - 1 - months
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(after.day, monthrange(year, month)[1]))


def _is_demo(home: Path) -> bool:
    """Whether a demo shop is there already. Raises WinbackError for any other shop."""
    text = pointer_text(home, "facts")
    if text is None:
        return False
    if parse_facts(text).name != DEMO_SHOP:
        raise WinbackError(f"There is a shop in {home} already; make the demo shop elsewhere (set WINBACK_HOME).")
    return True


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _described(world: World) -> str:
    window = {"start": world.calendar.start.isoformat(), "days": world.calendar.days}
    made = {"seed": world.seed, "customers": world.customers, **window, "process": asdict(world.process)}
    return json.dumps(made, indent=1)


def _keep_people(world: World, home: Path, url: str | None) -> None:
    """Contacts and consent of everybody; those of a demo shop before are removed."""
    from store.ledger import Consent, Contact, ContactBase, Ledger

    def people() -> Iterator[Person]:
        for block in _blocks(world):
            yield from draw_people(world, block, draw_customers(world, block))

    book = Ledger.open(home, url)
    try:
        if _is_demo(home):
            with book.session() as session:
                session.exec(delete(Consent))
                session.exec(delete(Contact))
        book.add_contacts(ContactBase(**p.contact()) for p in people())
        book.add_consents(
            Consent(customer_id=p.customer_id, channel=channel, granted=granted, at=p.at, source=p.source)
            for p in people()
            for channel, granted in p.consent.items()
        )
    finally:
        book.close()
