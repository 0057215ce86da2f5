"""Outcomes drawn from a demo shop's truth: alike for every arm, and found again in the campaign's results."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from eval.offers.cuped import measured
from eval.offers.outcomes import COLUMNS, decisions, expected, outcomes, true_uplift, write
from eval.offers.recovered import before, run, truth
from eval.offers.simulation.world import NAMES, World, read_world
from store.demo.make import make_demo
from store.shop import Shop
from tests.tools.offers.rewards.books import AT, campaign, decide
from tools.offers.catalogue.demo import install_demo_catalogue
from tools.offers.outcomes.take import take_outcomes
from tools.offers.results import results

LATER = AT + timedelta(days=31)
CUSTOMERS = 600


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign for everybody: a fifth held back, a fifth picked nothing, a fifth not sent."""
    made = tmp_path_factory.mktemp("demo")
    make_demo(made, CUSTOMERS, 6)
    shop = Shop.open(made)
    install_demo_catalogue(shop.ledger, AT)
    number = campaign(shop)
    with shop.ledger.session() as session:
        for place, customer in enumerate(_customers(shop)):
            arm = "holdout" if place % 5 == 0 else "control" if place % 5 == 1 else "treated"
            state = "rejected" if place % 5 == 2 else "exported"
            decide(session, number, customer, arm, "free_delivery", draft=state, as_of=shop.as_of)
    shop.close()
    return made


def _customers(shop: Shop) -> list[str]:
    found = shop.warehouse.table("customers").select("customer_id").to_pyarrow()
    return sorted(found["customer_id"].to_pylist())


@pytest.fixture(scope="module")
def world(home: Path) -> World:
    return read_world(home)


@pytest.fixture
def shop(home: Path) -> Iterator[Shop]:
    opened = Shop.open(home)
    yield opened
    opened.close()


def test_only_what_was_sent_changes_what_is_expected(shop: Shop, world: World) -> None:
    asked = decisions(shop, 1)
    with_it, without = expected(world, asked, offered=True), expected(world, asked, offered=False)
    sent = np.array([one.sent for one in asked])
    assert (with_it[~sent] == without[~sent]).all()
    assert (with_it[sent] != without[sent]).all()


def test_codes_come_with_the_first_order_of_those_who_got_one(shop: Shop, world: World) -> None:
    asked = {one.customer_id: one for one in decisions(shop, 1)}
    rows = outcomes(world, list(asked.values()), 3)
    coded = [row for row in rows if row["code"]]
    assert coded
    assert all(asked[row["customer_id"]].sent and row["code"] == asked[row["customer_id"]].code for row in coded)
    assert len({row["customer_id"] for row in coded}) == len(coded)
    held = {one.customer_id for one in asked.values() if one.arm == "holdout"}
    assert held & {row["customer_id"] for row in rows}
    assert len({row["event_id"] for row in rows}) == len(rows)


def test_the_same_seed_draws_the_same_and_another_does_not(shop: Shop, world: World) -> None:
    asked = decisions(shop, 1)
    assert outcomes(world, asked, 3) == outcomes(world, asked, 3)
    assert outcomes(world, asked, 3) != outcomes(world, asked, 4)


def test_a_true_uplift_is_found_again(shop: Shop, world: World, tmp_path: Path) -> None:
    """With effects larger than the demo's, so that 600 customers are enough."""
    chance = np.full_like(world.chance, 0.35)
    chance[:, NAMES.index("free_delivery")] = 0.9
    strong = replace(world, chance=chance)
    asked = decisions(shop, 1)
    path = tmp_path / "outcomes.csv"
    write(path, outcomes(strong, asked, 5))
    with path.open(encoding="utf-8") as file:
        reader = csv.DictReader(file)
        assert tuple(reader.fieldnames or ()) == COLUMNS
        rows = list(enumerate(reader, 2))
    report = take_outcomes(shop, rows, "test", LATER)
    assert (report.matched, report.rejected) == (len(rows), 0)
    found = results(shop, 1, LATER)
    truth = true_uplift(strong, asked)
    assert found.state == "known"
    assert found.margin is not None
    assert found.margin.low is not None
    assert found.margin.high is not None
    assert found.margin.low <= truth <= found.margin.high
    assert found.margin.sign == 1
    assert found.used == sum(bool(row["code"]) for _line, row in rows)
    assert found.cost == pytest.approx(found.sent * 0.01 + found.used * 3.95)


def test_results_are_not_known_before_the_window_is_over(shop: Shop) -> None:
    assert results(shop, 1, datetime(2026, 6, 20)).state == "open"


def test_campaigns_drawn_anew_find_the_true_difference_on_average(home: Path, world: World) -> None:
    known, rng = before(home, world), np.random.default_rng(2)
    runs = [run(world, known, truth(world), rng, cuped=True) for _ in range(60)]
    found = np.array([one.found for one in runs])
    assert found.mean() == pytest.approx(truth(world), abs=4 * found.std() / np.sqrt(len(found)))
    assert np.mean([one.ever for one in runs]) <= 0.1


def test_what_customers_left_before_explains_part_of_what_they_leave(home: Path) -> None:
    lines = list(measured(home))
    assert [customers for _start, customers, _left in lines][-1] == CUSTOMERS
    assert all(0.2 < left < 1 for _start, _customers, shares in lines[-2:] for left in shares[:2])
    assert lines[-1][0].endswith("(truth)")
