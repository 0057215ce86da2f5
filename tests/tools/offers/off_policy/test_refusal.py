"""An estimate that must not be acted on says so, and why."""

import numpy as np
import pytest

from eval.offers.simulated_log import ACTIONS, Scenario, draw
from tools.offers.off_policy import Log, evaluate, make_log


def log_of(n: int, *, rate: float = 0.3, shown: bool = True, floor: float = 0.0, seed: int = 0) -> Log:
    """Three actions: the first two even, the third with probability `floor`."""
    random = np.random.default_rng(seed)
    chances = np.tile([(1 - floor) / 2, (1 - floor) / 2, floor], (n, 1))
    actions = random.choice(3, size=n, p=chances[0])
    rewards = (random.random(n) < rate).astype(float)
    return make_log(actions, rewards, chances[0][actions], logging=chances if shown else None)


def always(action: int, n: int) -> np.ndarray:
    return np.tile(np.eye(3)[action], (n, 1))


def reasons(log: Log, target: np.ndarray, **how: float) -> dict[str, str | None]:
    found = evaluate(log, target, **how)
    assert all(each.conclusive == (each.reason is None) for each in found.values())
    return {method: each.reason for method, each in found.items()}


def test_enough_of_the_policy_in_the_log_is_conclusive() -> None:
    assert set(reasons(log_of(2000), always(0, 2000)).values()) == {None}


@pytest.mark.parametrize("shown", [True, False])
def test_offers_that_the_log_never_made_are_refused_by_all_methods(shown: bool) -> None:
    mixed = 0.9 * always(0, 2000) + 0.1 * always(2, 2000)
    said = reasons(log_of(2000, shown=shown), mixed)
    assert all(reason and reason.startswith("10.0% of the policy's choices are offers") for reason in said.values())


def test_a_trace_of_what_the_log_never_made_is_let_pass() -> None:
    target = 0.9995 * always(0, 2000) + 0.0005 * always(2, 2000)
    assert reasons(log_of(2000), target)["DR"] is None


def test_too_few_decisions_of_the_policy_are_refused() -> None:
    reason = reasons(log_of(80), always(0, 80))["DR"]
    assert reason
    assert "50 are needed" in reason


def test_a_rare_action_that_chance_left_out_counts_as_rare() -> None:
    """Not one of its weights is in the log, so the weights seen look harmless."""
    log = log_of(1000, floor=0.0005, seed=1)
    assert not (log.actions == 2).any()
    target = 0.6 * always(0, 1000) + 0.4 * always(2, 1000)
    assert evaluate(log, target)["DR"].effective_n < 4


def test_too_few_results_are_refused() -> None:
    reason = reasons(log_of(2000, rate=0.02), always(0, 2000))["IPS"]
    assert reason
    assert "result above 0" in reason


def test_a_few_decisions_of_great_weight_are_refused() -> None:
    log, target = draw(Scenario("margin", "steep -> uniform", 5000), np.random.default_rng(2))
    found = evaluate(log, target)["DR"]
    assert found.effective_n > 500
    assert found.reason
    assert found.reason.startswith("a few decisions of great weight")


def test_whether_results_suffice_does_not_depend_on_the_targets_luck() -> None:
    log = log_of(4000, rate=0.0)
    taken = np.flatnonzero(log.actions == 0)
    lucky, unlucky = log.rewards.copy(), log.rewards.copy()
    lucky[taken[:200]] = 1
    unlucky[np.flatnonzero(log.actions == 1)[:200]] = 1
    said = [
        reasons(make_log(log.actions, rewards, log.propensities, logging=log.logging), always(0, 4000))["IPS"]
        for rewards in (lucky, unlucky)
    ]
    assert said == [None, None]


def test_propensities_that_cannot_be_right_are_refused_where_weights_are_used() -> None:
    log = log_of(2000, shown=False)
    wrong = make_log(log.actions, log.rewards, np.full(2000, 0.8))
    said = reasons(wrong, always(0, 2000))
    assert all(said[method] and "propensities cannot be right" in str(said[method]) for method in ("IPS", "DR"))


def test_switch_dr_is_refused_where_its_model_alone_speaks() -> None:
    log, target = draw(Scenario("binary", "softmax -> softmax", 4000), np.random.default_rng(2))
    said = reasons(log, target, switch_at=2.0)
    assert said["DR"] is None
    assert said["Switch-DR"] == "too much of it rests on the outcome model alone"


def test_many_decisions_on_few_customers_count_as_few() -> None:
    log = log_of(2000)
    customers = np.arange(2000) % 40
    repeated = make_log(log.actions, log.rewards, log.propensities, logging=log.logging, customers=customers)
    found = evaluate(repeated, always(0, 2000))["DR"]
    assert found.effective_n <= 40
    assert not found.conclusive


def test_dms_interval_holds_its_value_and_that_of_dr() -> None:
    log, target = draw(Scenario("margin", "softmax -> softmax", 3000), np.random.default_rng(3))
    found = evaluate(log, target, np.full((3000, ACTIONS), 50.0))
    assert found["DM"].value == pytest.approx(50)
    assert found["DM"].high == pytest.approx(50)
    assert found["DM"].low == found["DR"].low < found["DR"].value < 10
