"""The simulated loop: what it counts, and that the product's policy finds what works in it."""

from typing import Any

import numpy as np
import pytest

from eval.offers.closed_loop import WEEKS, figures, regret
from eval.offers.simulation.before import checks
from eval.offers.simulation.learners import Bandit, Random
from eval.offers.simulation.loop import WINDOW, Log, play, respond
from eval.offers.simulation.world import NAMES, Baskets, World, pooled
from tools.offers.catalogue import parse_catalogue
from tools.offers.catalogue.demo import demo_catalogue
from tools.offers.people import CONTEXT, People
from tools.offers.policy.actions import actions_of
from tools.offers.policy.contexts import contexts_of

WITH_CARD = NAMES.index("double_points")
WITHOUT = NAMES.index("gift_with_order")


def _world(n: int = 2000, seed: int = 0) -> World:
    """Points bring orders from card holders, gifts from the others; nothing else does anything."""
    rng = np.random.default_rng(seed)
    card = rng.random(n) < 0.5
    features = np.zeros((n, len(CONTEXT) + 1))
    for name, value in {"expected_orders": 0.02, "order_value": 60.0, "margin": 0.5, "churn_probability": 0.5}.items():
        features[:, CONTEXT.index(name)] = value
    features[:, -1] = card
    chance = np.full((n, len(NAMES)), 0.45)
    chance[card, WITH_CARD] = chance[~card, WITHOUT] = 0.75
    catalogue = parse_catalogue(demo_catalogue())
    baskets = Baskets(np.arange(0, 2 * n + 1, 2), np.tile([50.0, 70.0], n), np.tile([25.0, 35.0], n))
    return World(
        _people(features), catalogue, actions_of(catalogue, NAMES), chance, chance,
        np.ones(chance.shape, dtype=bool), rng.random(n) < 0.1, baskets,
    )  # fmt: skip


def _people(features: np.ndarray) -> People:
    n = len(features)
    none: Any = [None] * n
    sets = [frozenset[str]()] * n
    numbers = np.full(n, 60.0)
    return People(
        [f"c{i}" for i in range(n)],
        none,
        none,
        sets,
        sets,
        numbers,
        numbers,
        numbers,
        none,
        features,
        (*CONTEXT, "card"),
    )


@pytest.fixture(scope="module")
def world() -> World:
    return _world()


def test_expected_rewards_are_what_drawn_ones_come_to(world: World) -> None:
    rng = np.random.default_rng(1)
    who = np.arange(len(world))
    for offer in (0, NAMES.index("twenty_percent_off"), WITH_CARD):
        taken = np.full(len(who), offer)
        totals: list[float] = []
        for _turn in range(30):
            _decision, _day, margin, due = respond(world, who, taken, who, 0.0, rng)
            totals.append((margin.sum() - due.sum()) / len(who) - world.actions[offer].contact)
        assert abs(np.mean(totals) - world.expected[:, offer].mean()) < 4 * np.std(totals) / 30**0.5


def test_a_learner_sees_only_what_has_come(world: World) -> None:
    rng, log = np.random.default_rng(2), Log()
    who = np.arange(len(world))
    taken = np.zeros(len(who), dtype=np.int64)
    decisions = log.add(who, taken, 0.0, np.eye(len(NAMES))[taken])
    log.orders.append(respond(world, who, taken, decisions, 0.0, rng))
    contexts = contexts_of(world.people.names, world.people.features, WINDOW)
    early, late = log.seen(world, contexts, 10.0), log.seen(world, contexts, 40.0)
    assert np.allclose(early.share, 1 / 3)
    assert np.allclose(late.share, 1)
    assert (early.orders <= late.orders).all()
    assert abs(early.orders.sum() / late.orders.sum() - 1 / 3) < 0.06


def test_the_bandit_finds_what_works_for_whom_and_random_does_not(world: World) -> None:
    found = {name: play(world, learner, 3, weeks=15) for name, learner in (("b", Bandit(world)), ("r", Random()))}
    last = {name: sum(run.gained[10:]) / sum(run.others["oracle_traits"][10:]) for name, run in found.items()}
    assert last["b"] > 0.8
    assert last["r"] < 0.4
    assert np.allclose(found["r"].gained, found["r"].others["random"])
    gained = np.array(found["b"].gained)
    assert (gained <= np.array(found["b"].others["oracle_pairs"]) + 1e-9).all()


def test_after_a_change_the_best_offer_moves_nobody(world: World) -> None:
    gains = (world.expected - world.expected[:, :1])[~world.holdout].mean(axis=0)
    worn = int(gains.argmax())
    assert (world.changed.chance[:, worn] == world.chance[:, 0]).all()
    run = play(world, Bandit(world), 4, weeks=12, change_at=6)
    assert run.others[f"always {NAMES[worn]}"][5] > 0 > run.others[f"always {NAMES[worn]}"][6]


def test_the_oracle_told_everything_seen_knows_who_has_a_card(world: World) -> None:
    card = world.people.features[:, -1] == 1
    best = world.expected_seen.argmax(axis=1)
    assert (best[card] == WITH_CARD).all()
    assert (best[~card] == WITHOUT).all()


def test_shops_together_keep_their_customers(world: World) -> None:
    both = pooled([world, _world(300, 5)])
    assert len(both) == len(world) + 300
    assert np.allclose(both.expected[: len(world)], world.expected)
    assert np.allclose(both.expected[len(world) :], _world(300, 5).expected)
    assert len(set(both.people.ids)) == len(both)


def test_what_a_policy_will_earn_is_estimated_before(world: World) -> None:
    found = checks(world, 5)
    for check in found.values():
        assert check.low < check.estimate < check.high
    assert found["gain"].then > 0
    assert found["value"].held == (found["value"].low <= found["value"].then <= found["value"].high)


def _play(bandit: float, after: float) -> dict[str, Any]:
    def arms(gained: list[float]) -> dict[str, Any]:
        flat = {"random": 1.0, "oracle_seen": 3.0, "oracle_traits": 5.0, "oracle_pairs": 9.0, "best fixed": 2.0}
        return {
            "decisions": [10] * WEEKS,
            "fixed": "x",
            **{n: [v * 10] * WEEKS for n, v in flat.items()},
            "bandit": gained,
        }

    held = {"held": True}
    return {
        "steady": arms([bandit * 10] * WEEKS),
        "changed": arms([bandit * 10] * 13 + [after * 10] * 13),
        "before": {"value": held, "gain": {"held": False}},
    }


def test_figures_are_shares_of_what_oracles_gain_over_random() -> None:
    found = figures([_play(2.0, 2.0), _play(2.0, 1.2)])
    assert found["margin_per_decision"]["bandit"][0] == 2.0
    assert {name: one[0] for name, one in found["share_of_oracle_gain"]["bandit"].items()} == {
        "oracle_seen": 0.5,
        "oracle_traits": 0.25,
        "oracle_pairs": 0.125,
    }
    assert found["change"]["recovered"] == 1
    assert found["estimates_held"] == {"value": 2, "gain": 0}
    assert np.allclose(regret([_play(2.0, 2.0)], "bandit"), np.arange(1, WEEKS + 1))
