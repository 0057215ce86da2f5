"""The simulated logs are what they say, and intervals hold the truth about as often as they say."""

from dataclasses import replace

import numpy as np
import pytest

from eval.offers.coverage import SCENARIOS, judged
from eval.offers.simulated_log import PAIRS, Scenario, draw, truth
from tools.offers.off_policy import evaluate


@pytest.mark.parametrize(("reward", "pair"), [*(("margin", pair) for pair in PAIRS), ("binary", "steep -> uniform")])
def test_the_truth_is_what_very_many_decisions_say(reward: str, pair: str) -> None:
    scenario = Scenario(reward, pair, 200_000)
    log, target = draw(scenario, np.random.default_rng(11))
    found = evaluate(log, target, np.zeros(target.shape))["SNIPS"]
    assert abs(found.value - truth(replace(scenario, n=1))) < 3.5 * found.error


@pytest.mark.parametrize("pair", PAIRS)
def test_actions_are_drawn_with_the_probabilities_logged(pair: str) -> None:
    log, _ = draw(Scenario("binary", pair, 50_000), np.random.default_rng(12))
    assert log.logging is not None
    taken = np.bincount(log.actions, minlength=log.logging.shape[1]) / len(log)
    assert np.allclose(taken, log.logging.mean(axis=0), atol=0.01)


def test_repeated_customers_keep_their_taste() -> None:
    log, _ = draw(Scenario("binary", "uniform -> greedy", 40_000, repeats=2), np.random.default_rng(13))
    assert log.customers is not None
    assert np.bincount(log.customers).tolist() == [2] * 20_000
    assert np.corrcoef(log.rewards[::2], log.rewards[1::2])[0, 1] > 0.01


def test_dr_covers_and_what_it_cannot_conclude_it_refuses() -> None:
    found = judged(Scenario("binary", "softmax -> softmax", 1500), 80, seed=3)["methods"]
    assert 0.88 <= found["DR"]["coverage"] <= 1.0
    refused = judged(Scenario("margin", "greedy + 25 % -> greedy", 1000), 20, seed=3)["methods"]
    assert {each["conclusive"] for each in refused.values()} == {0}


def test_the_grid_holds_both_rewards_all_pairs_and_two_sizes() -> None:
    assert {(each.reward, each.pair, each.n) for each in SCENARIOS} == {
        (reward, pair, n) for reward in ("binary", "margin") for pair in PAIRS for n in (3000, 8000)
    }
