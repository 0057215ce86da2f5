"""The interval that may be looked at every day."""

from statistics import NormalDist

import numpy as np
import pytest

from tools.offers.results.always_valid import FEWEST, compare, reach
from tools.offers.results.sums import Floats, Sums, arm


def arms(seed: int, n: int = 4000, held: float = 0.1, effect: float = 3.0) -> tuple[Sums, Sums, Floats, Floats]:
    """Both arms' sums; the outcome depends on what was before."""
    rng = np.random.default_rng(seed)
    before = rng.gamma(1, 30, n)
    out = rng.random(n) < held
    outcome = 5 + 0.8 * before + rng.normal(0, 10, n) + np.where(out, 0, effect)
    bought = np.ones(n, dtype=np.bool_)
    return arm(outcome[~out], before[~out], bought[~out]), arm(outcome[out], before[out], bought[out]), before, outcome


def test_without_cuped_it_is_the_difference_in_means() -> None:
    offered, held, *_ = arms(1)
    found = compare(offered, held, 1.0, cuped=False)
    assert found.value == pytest.approx(offered.mean - held.mean)
    assert found.offered == pytest.approx(offered.mean)
    assert found.kept == pytest.approx(1)


def test_at_the_end_it_reaches_as_far_as_the_reflection_principle_says() -> None:
    offered, held, *_ = arms(2)
    found = compare(offered, held, 1.0, cuped=False)
    variances = [one.spread[0] / (one.n - 1) for one in (offered, held)]
    pooled = sum(one.spread[0] for one in (offered, held)) / (offered.n + held.n - 2)
    error = np.sqrt(sum(max(v, pooled) / one.n for v, one in zip(variances, (offered, held), strict=True)))
    assert found.high - found.value == pytest.approx(NormalDist().inv_cdf(0.9875) * error)
    assert reach(0.25, 0.05) == pytest.approx(2 * reach(1.0, 0.05))


def test_cuped_takes_off_what_was_to_be_expected_and_stays_unbiased() -> None:
    with_it, without = [], []
    for seed in range(200):
        offered, held, *_ = arms(seed, n=500)
        with_it.append(float(compare(offered, held, 1.0).value))
        without.append(float(compare(offered, held, 1.0, cuped=False).value))
    assert np.std(with_it) < 0.6 * np.std(without)
    assert np.mean(with_it) == pytest.approx(3.0, abs=4 * np.std(with_it) / np.sqrt(200))
    assert compare(*arms(3)[:2], 1.0).kept < 0.2


def test_a_before_that_says_nothing_changes_nothing() -> None:
    offered, held, *_ = arms(4)
    flat = [Sums(one.n, one.y, 0 * one.x, one.yy, 0 * one.xy, 0 * one.xx, one.buyers) for one in (offered, held)]
    assert compare(*flat, 1.0).value == pytest.approx(compare(offered, held, 1.0, cuped=False).value)


def test_too_few_buyers_give_no_interval() -> None:
    outcome = np.concatenate([np.zeros(50), np.full(FEWEST - 1, 20.0)])
    few = arm(outcome, np.zeros(len(outcome)), outcome > 0)
    many = arm(np.full(100, 20.0), np.zeros(100), np.ones(100, dtype=np.bool_))
    found = compare(many, few, 1.0)
    assert np.isnan(found.low)
    assert np.isnan(found.high)
    assert not np.isnan(found.value)


def test_an_arm_that_happens_to_be_all_alike_is_not_taken_to_be_certain() -> None:
    rng = np.random.default_rng(5)
    outcome = np.where(rng.random(900) < 0.3, rng.lognormal(3, 1, 900), 0)
    alike = np.full(10, 1.0)
    found = compare(arm(outcome, 0 * outcome, outcome > 0), arm(alike, 0 * alike, alike > 0), 1.0)
    assert found.high - found.low > 2 * outcome.std() / np.sqrt(10)


def test_a_level_must_be_a_probability() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        compare(*arms(1)[:2], 1.0, level=1.0)
