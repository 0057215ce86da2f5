"""Sixteen processes plan, decide, approve, reject, export and deliver at once on one ledger and are killed at random;
afterwards the ledger alone must show that nothing happened that never may.

    python -m eval.offers.never [--decisions 100000] [--url postgresql://…] [--break]
"""

import os
import random
import signal
import time
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from sqlmodel import col, func, select

from eval.offers.never_planted import plant
from eval.offers.never_worker import START, Work, received, said, work
from eval.offers.violations import KINDS, lines, violations
from store.demo import make_demo
from store.ledger import Consent, Contact, ContactBase, Decision, Ledger
from tools.offers.catalogue import decide_catalogue, propose_catalogue
from tools.offers.catalogue.demo import demo_catalogue

PROCESSES = 16
CUSTOMERS = 3_000
_MOST_S = 3_600.0
_PLAN = 20  # decisions that only a plan makes at once
_BUDGET = "monthly_budget: 15000"


@dataclass
class Killed:
    """How many processes were started, and killed before the end."""

    started: int = 0
    killed: int = 0
    alive: dict[int, BaseProcess] = field(default_factory=dict)


def prepared(home: Path, url: str | None, customers: int = CUSTOMERS) -> Ledger:
    """A demo shop whose catalogue leaves too little money for everybody; the ledger may be elsewhere."""
    make_demo(home, customers=customers, seed=7)
    own = Ledger.open(home)
    ledger = own if url is None else _moved(own, url)
    text = demo_catalogue().replace("monthly_budget: 20000", _BUDGET)
    decide_catalogue(ledger, propose_catalogue(ledger, text, "ann", START), "bob", START, approve=True)
    return ledger


def _moved(own: Ledger, url: str) -> Ledger:
    """The demo's people in another database."""
    ledger = Ledger.open(Path(), url)
    with own.session() as session:
        ledger.add_consents([Consent(**one.model_dump()) for one in session.exec(select(Consent))])
        ledger.add_contacts([ContactBase.model_validate(one.model_dump()) for one in session.exec(select(Contact))])
    return ledger


def hammer(
    home: Path, url: str | None, ledger: Ledger, decisions: int, *, seed: int = 1, busy: int = PROCESSES
) -> Killed:
    """Let processes work and die until the ledger holds so many decisions. They are forked, to start at once.

    One to three are killed, at random, whenever a plan has got done: so a busy machine gets there as well.
    """
    rng, done, began, before = random.Random(seed), Killed(), time.time(), 0
    while (made := _decisions(ledger)) < decisions and time.time() - began < _MOST_S:
        ledger.close()  # no connection may be open where a process forks
        for place in range(busy):
            if place not in done.alive or not done.alive[place].is_alive():
                done.started += 1
                done.alive[place] = _started(Work(home, url, began, seed * 1_000_000 + done.started))
        time.sleep(rng.uniform(0.5, 4.0))
        for victim in rng.sample(sorted(done.alive), rng.randint(1, 3) if made > before + _PLAN else 0):
            done.killed += _kill(done.alive[victim])
        before = made
    for process in done.alive.values():
        _kill(process)
    return done


def _started(given: Work) -> BaseProcess:
    process = get_context("fork").Process(target=work, args=(given,), daemon=True)
    process.start()
    return process


def _kill(process: BaseProcess) -> bool:
    """Whether it was alive."""
    living = process.is_alive()
    if living and process.pid is not None:
        os.kill(process.pid, signal.SIGKILL)
    process.join()
    return living


def _decisions(ledger: Ledger) -> int:
    with ledger.session() as session:
        return session.exec(select(func.count(col(Decision.id)))).one()


def main(
    decisions: Annotated[int, typer.Option(help="Stop once the ledger holds so many.")] = 100_000,
    url: Annotated[str | None, typer.Option(help="Ledger in PostgreSQL; default SQLite in a temporary folder.")] = None,
    customers: int = CUSTOMERS,
    seed: int = 1,
    broken: Annotated[
        bool, typer.Option("--break", help="Plant one violation of each kind: all must be found.")
    ] = False,
) -> None:
    """Exit code 1 where something happened that never may, or, with --break, where something planted was not found."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        ledger = prepared(home, url, customers)
        began = time.time()
        done = hammer(home, url, ledger, decisions, seed=seed)
        print(f"{done.started} processes, {done.killed} killed, {time.time() - began:.0f} s")
        print(*(f"  {number:,} {what}" for what, number in said(home).most_common(12)), sep="\n")
        planted = plant(ledger) if broken else []
        found = violations(ledger, [*received(home), *planted])
        print(*lines(found), sep="\n")
    missed = set(KINDS) - set(found.broken) if broken else set(found.broken)
    raise typer.Exit(1 if missed else 0)


if __name__ == "__main__":
    typer.run(main)
