"""Outcome models never see the row, or the customer, that they judge."""

import numpy as np

from eval.offers.simulated_log import ACTIONS, Scenario, draw
from tools.offers.off_policy import cross_fitted, fit_outcomes, make_log


def test_a_rows_own_reward_does_not_change_its_expectation() -> None:
    log, _ = draw(Scenario("binary", "softmax -> softmax", 300), np.random.default_rng(0))
    changed = log.rewards.copy()
    changed[17] += 1000
    other = make_log(log.actions, changed, log.propensities, log.context, customers=log.customers)
    before, after = cross_fitted(log, ACTIONS), cross_fitted(other, ACTIONS)
    assert (before[17] == after[17]).all()
    assert abs(before - after).max() > 1


def test_nor_does_that_of_the_same_customers_other_decisions() -> None:
    log, _ = draw(Scenario("binary", "softmax -> softmax", 400, repeats=4), np.random.default_rng(1))
    changed = log.rewards.copy()
    changed[40] += 1000
    other = make_log(log.actions, changed, log.propensities, log.context, customers=log.customers)
    assert (cross_fitted(log, ACTIONS)[40:44] == cross_fitted(other, ACTIONS)[40:44]).all()


def test_effects_that_depend_on_the_customer_are_found() -> None:
    random = np.random.default_rng(2)
    x, actions = random.normal(size=(3000, 2)), random.integers(0, 2, 3000)
    rewards = np.where(actions == 1, x[:, 0], -x[:, 0]) + 0.1 * random.normal(size=3000)
    predict = fit_outcomes(make_log(actions, rewards, np.full(3000, 0.5), x), 2)
    found = predict(np.array([[1.0, 0.0], [-1.0, 0.0]]))
    assert np.allclose(found, [[-1, 1], [1, -1]], atol=0.05)


def test_without_context_actions_get_their_means() -> None:
    random = np.random.default_rng(3)
    actions = random.integers(0, 3, 3000)
    log = make_log(actions, actions * 2.0 + random.normal(size=3000), np.full(3000, 1 / 3))
    assert np.allclose(cross_fitted(log, 3), [[0, 2, 4]], atol=0.15)
