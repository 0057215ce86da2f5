"""Intervals keep their promise where values are skewed, and count customers where decisions repeat."""

import numpy as np
import pytest

from tools.offers.off_policy.intervals import mean_of


def test_margins_of_few_buyers_are_covered_where_the_normal_interval_fails() -> None:
    random = np.random.default_rng(0)
    truth, ours, normal = 0.1 * np.exp(0.5), 0, 0
    for _ in range(2000):
        values = (random.random(400) < 0.1) * random.lognormal(0, 1, 400)
        mean = mean_of(values)
        ours += mean.low <= truth <= mean.high
        normal += abs(mean.value - truth) <= 1.96 * mean.error
    assert 0.93 <= ours / 2000 <= 0.97
    assert normal / 2000 < 0.93


def test_symmetric_values_get_the_usual_t_interval() -> None:
    values = np.array([-3.0, -1.0, 1.0, 3.0] * 500)
    mean = mean_of(values)
    assert (mean.low, mean.high) == pytest.approx((-1.961 * mean.error, 1.961 * mean.error), rel=1e-3)


def test_the_interval_leans_to_the_long_tail() -> None:
    mean = mean_of(np.random.default_rng(1).lognormal(0, 1.5, 300))
    assert mean.high - mean.value > 1.3 * (mean.value - mean.low)


def test_copies_of_a_customers_decision_add_no_certainty() -> None:
    values = np.random.default_rng(2).normal(size=500)
    once = mean_of(values)
    copied = mean_of(np.repeat(values, 4), customers=np.repeat(np.arange(500), 4))
    assert (copied.value, copied.low, copied.high) == pytest.approx((once.value, once.low, once.high))
    assert mean_of(np.repeat(values, 4)).error < 0.6 * copied.error


@pytest.mark.parametrize("values", [[2.0], [2.0, 2.0, 2.0]])
def test_values_without_spread_have_no_width(values: list[float]) -> None:
    mean = mean_of(np.array(values))
    assert mean.low == mean.value == mean.high == 2
