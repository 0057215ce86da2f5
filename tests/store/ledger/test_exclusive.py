"""Money and contacts: one writer at a time, and limits that the database itself keeps."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from store.ledger import Budget, Decision, Ledger

NOW = datetime(2026, 11, 5, 10, 30)
SCOPE = "campaign:1"


def _decision(**changes: object) -> Decision:
    known = {"customer_id": "c1", "at": NOW, "as_of": NOW, "catalogue_version": 1, "policy_version": "start"}
    rest = {"mode": "explore", "arm": "control", "offer": "nothing", "window_days": 30, "actor": "kim"}
    return Decision(**{**known, **rest, "propensity": 0.5, **changes})


def _budget(ledger: Ledger, limit: int) -> None:
    with ledger.session() as session:
        session.add(Budget(scope=SCOPE, limit_cents=limit))


def _reserve(ledger: Ledger, cents: int) -> bool:
    with ledger.exclusive() as session:
        budget = session.get(Budget, SCOPE)
        assert budget is not None
        fits = budget.reserved_cents + cents <= budget.limit_cents
        budget.reserved_cents += cents if fits else 0
        session.add(budget)
    return fits


def test_what_is_read_in_an_exclusive_session_still_holds_when_it_is_written(place: tuple[Path, str | None]) -> None:
    ledgers = [Ledger.open(*place) for _ in range(4)]
    _budget(ledgers[0], 100)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda number: _reserve(ledgers[number % 4], 7), range(40)))
    with ledgers[0].session() as session:
        budget = session.get(Budget, SCOPE)
    assert sum(taken) == 14
    assert budget is not None
    assert budget.reserved_cents == 98
    for ledger in ledgers:
        ledger.close()


def _fail_halfway(ledger: Ledger) -> None:
    with ledger.exclusive() as session:
        session.merge(Budget(scope=SCOPE, limit_cents=100, reserved_cents=50))
        session.flush()
        raise RuntimeError


def test_an_exclusive_session_that_fails_leaves_nothing_and_lets_the_next_one_in(ledger: Ledger) -> None:
    _budget(ledger, 100)
    with pytest.raises(RuntimeError):
        _fail_halfway(ledger)
    assert _reserve(ledger, 100)


@pytest.mark.parametrize("wrong", [{"reserved_cents": 101}, {"spent_cents": 60, "reserved_cents": 41}])
def test_no_program_can_promise_more_than_a_budget_holds(ledger: Ledger, wrong: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), ledger.session() as session:
        session.add(Budget(scope=SCOPE, limit_cents=100, **wrong))


@pytest.mark.parametrize("propensity", [0.0, -0.1, 1.2, None])
def test_a_decision_without_a_propensity_is_refused(ledger: Ledger, propensity: float | None) -> None:
    with pytest.raises(IntegrityError), ledger.session() as session:
        session.add(_decision(propensity=propensity))


def test_a_budget_of_many_millions_fits(ledger: Ledger) -> None:
    _budget(ledger, 5_000_000_000_000)
    assert _reserve(ledger, 4_999_999_999_999)
