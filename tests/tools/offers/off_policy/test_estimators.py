"""Every estimator is its formula, and keeps what theory promises of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.offers.simulated_log import ACTIONS, Scenario, draw, truth
from store.errors import WinbackError
from tools.offers.off_policy import cross_fitted, evaluate, gain, make_log

SCENARIO = Scenario("binary", "softmax -> softmax", 500)


def by_loops(log, target, q, switch_at):
    """The formulas as published, row by row."""
    ips = ratio = weight = direct = robust = switch = 0.0
    n = len(log)
    for i in range(n):
        a, r = int(log.actions[i]), float(log.rewards[i])
        w = target[i][a] / log.propensities[i]
        model = sum(target[i][b] * q[i][b] for b in range(target.shape[1]))
        ips, ratio, weight = ips + w * r / n, ratio + w * r, weight + w
        direct, robust = direct + model / n, robust + (model + w * (r - q[i][a])) / n
        switch += (model + (w * (r - q[i][a]) if w <= switch_at else 0.0)) / n
    return {"IPS": ips, "SNIPS": ratio / weight, "DM": direct, "DR": robust, "Switch-DR": switch}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.5, 20))
def test_each_value_is_its_published_formula(seed: int, switch_at: float) -> None:
    random = np.random.default_rng(seed)
    log, target = draw(Scenario("margin", "steep -> uniform", 60), random)
    q = random.normal(size=target.shape)
    found = evaluate(log, target, q, switch_at=switch_at)
    expected = by_loops(log, target, q, switch_at)
    assert {method: each.value for method, each in found.items()} == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_a_hand_counted_log() -> None:
    log = make_log([0, 1, 0, 1], [1.0, 0.0, 3.0, 2.0], [0.5, 0.5, 0.25, 0.8])
    target = np.array([[1.0, 0.0], [0.5, 0.5], [0.5, 0.5], [0.2, 0.8]])
    q = np.array([[1.0, 5.0], [0.0, 1.0], [2.0, 4.0], [1.0, 1.0]])
    found = evaluate(log, target, q, switch_at=1.5)  # weights 2, 1, 2, 1
    assert found["IPS"].value == pytest.approx((2 + 0 + 6 + 2) / 4)
    assert found["SNIPS"].value == pytest.approx(10 / 6)
    assert found["DM"].value == pytest.approx((1 + 0.5 + 3 + 1) / 4)
    assert found["DR"].value == pytest.approx((1 + 0.5 - 1 + 3 + 2 + 1 + 1) / 4)
    assert found["Switch-DR"].value == pytest.approx((1 + 0.5 - 1 + 3 + 1 + 1) / 4)


def test_a_policy_judged_from_its_own_log_gets_what_it_got() -> None:
    log, _ = draw(SCENARIO, np.random.default_rng(0))
    assert log.logging is not None
    found = evaluate(log, log.logging)
    assert found["IPS"].value == pytest.approx(log.rewards.mean())
    assert found["SNIPS"].value == pytest.approx(log.rewards.mean())
    assert found["DR"].value == pytest.approx(log.rewards.mean(), abs=0.01)


@pytest.mark.parametrize("model", ["none", "wrong", "cross-fitted"])
def test_ips_and_dr_are_unbiased_whatever_the_model(model: str) -> None:
    values, right = [], truth(SCENARIO)
    for seed in range(200):
        log, target = draw(SCENARIO, np.random.default_rng(seed))
        made = {"none": np.zeros(target.shape), "wrong": np.tile(np.arange(ACTIONS) / 5, (len(log), 1))}
        q = cross_fitted(log, ACTIONS) if model == "cross-fitted" else made[model]
        found = evaluate(log, target, q)
        values.append([found["IPS"].value, found["DR"].value])
    error = np.std(values, axis=0) / np.sqrt(len(values))
    assert (abs(np.mean(values, axis=0) - right) < 3.5 * error).all()


def test_a_right_model_makes_dr_sharper_than_ips() -> None:
    random = np.random.default_rng(3)
    x, logging = random.normal(size=(4000, 2)), np.full((4000, 2), 0.5)
    actions = random.integers(0, 2, 4000)
    mean = np.column_stack([5 + x[:, 0], 5 + x[:, 1]])
    log = make_log(actions, mean[np.arange(4000), actions] + random.normal(size=4000), logging[:, 0], x)
    target = np.eye(2)[(x[:, 1] > x[:, 0]).astype(int)]
    found = evaluate(log, target)
    right = 5 + 1 / np.sqrt(np.pi)  # the mean of the larger of two standard normals
    assert found["DR"].low < right < found["DR"].high
    assert found["DR"].error < found["IPS"].error / 2.5


def test_snips_and_dr_do_not_mind_where_zero_is() -> None:
    log, target = draw(SCENARIO, np.random.default_rng(4))
    raised = make_log(log.actions, log.rewards + 100, log.propensities, log.context, logging=log.logging)
    before, after = evaluate(log, target), evaluate(raised, target)
    for method in ("SNIPS", "DR"):
        assert after[method].value - before[method].value == pytest.approx(100, abs=1e-6)
    assert after["IPS"].error > 10 * before["IPS"].error


def test_a_gain_is_the_difference_with_what_is_shared_cancelled() -> None:
    log, target = draw(Scenario("binary", "uniform -> greedy", 4000), np.random.default_rng(5))
    near = 0.9 * target + 0.1 / ACTIONS
    found, one, two = gain(log, near, target), evaluate(log, near), evaluate(log, target)
    for method in ("IPS", "DM", "DR", "Switch-DR"):
        assert found[method].value == pytest.approx(one[method].value - two[method].value)
    assert found["DR"].error < one["DR"].error / 3
    assert gain(log, target, target)["DR"].value == gain(log, target, target)["DR"].high == 0


def test_the_gain_over_the_log_itself() -> None:
    log, target = draw(SCENARIO, np.random.default_rng(6))
    assert gain(log, target)["IPS"].value == pytest.approx(evaluate(log, target)["IPS"].value - log.rewards.mean())


def test_a_higher_level_is_a_wider_interval() -> None:
    log, target = draw(SCENARIO, np.random.default_rng(7))
    usual, sure = evaluate(log, target), evaluate(log, target, level=0.99)
    for method, each in usual.items():
        assert sure[method].low <= each.low < each.value < each.high <= sure[method].high


@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_a_handful_of_decisions_is_estimated_and_refused(n: int) -> None:
    log, target = draw(Scenario("binary", "softmax -> softmax", n), np.random.default_rng(8))
    for each in evaluate(log, target).values():
        assert np.isfinite(each.value)
        assert not each.conclusive


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (np.ones((3, 2)), "no probabilities"),
        (np.array([[1.5, -0.5]] * 3), "no probabilities"),
        (np.array([[0.5, 0.5]] * 2), "each of the 3 logged decisions"),
        (np.array([[np.nan, 1.0]] * 3), "no probabilities"),
        (np.ones((3, 1)), "the log took number 2"),
    ],
)
def test_a_target_that_does_not_fit_is_said(target: np.ndarray, said: str) -> None:
    with pytest.raises(WinbackError, match=said):
        evaluate(make_log([0, 1, 0], [1, 0, 1], [0.5, 0.5, 0.5]), target)


def test_an_outcome_model_of_another_shape_is_said() -> None:
    with pytest.raises(WinbackError, match="expected reward for each"):
        evaluate(make_log([0, 1], [1, 0], [0.5, 0.5]), np.full((2, 2), 0.5), np.zeros((2, 3)))
