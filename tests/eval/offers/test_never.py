"""The count of what must never happen finds what is planted, and nothing where processes are killed at work."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.offers.never import hammer, prepared
from eval.offers.never_planted import plant
from eval.offers.never_worker import received, said
from eval.offers.violations import KINDS, violations
from store.ledger import Ledger
from tests.tools.offers.funnel.crowds import agree, crowd_of, ledger_in, run, terms_for


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = ledger_in(tmp_path)
    people = crowd_of(60)
    agree(opened, people.ids)
    run(opened, people, terms_for())
    yield opened
    opened.close()


def test_a_sound_ledger_shows_none(ledger: Ledger) -> None:
    found = violations(ledger, ["a", "b"])
    assert (found.decisions, found.broken) == (60, {})
    assert 0 < found.treated < 60


def test_every_planted_violation_is_found(ledger: Ledger) -> None:
    found = violations(ledger, plant(ledger))
    assert set(found.broken) == set(KINDS)


def test_processes_that_are_killed_at_work_leave_nothing_wrong(tmp_path: Path) -> None:
    ledger = prepared(tmp_path, None, customers=200)
    done = hammer(tmp_path, None, ledger, decisions=300, busy=2)
    found = violations(ledger, received(tmp_path))
    assert found.broken == {}
    assert found.decisions >= 300
    assert done.started >= 2  # those still at work are killed at the end, the others before
    assert not [line for line in said(tmp_path) if "FAILED" in line]
