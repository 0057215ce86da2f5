"""The simple and classical predictions, and why they rank by the chance of a purchase within the horizon."""

import lifetimes
import numpy as np
import pytest

from tools.churn import baselines, metrics
from tools.churn.features import FEATURES
from tools.churn.observations import Observed


def one_time_buyers_and_regulars() -> Observed:
    """Half bought once and seldom come back; half bought often, and most do."""
    x = np.zeros((200, len(FEATURES)))
    once = np.arange(200) < 100
    age = np.linspace(200, 300, 200)
    put = {"repeat_days": np.where(once, 0, 8), "age_days": age, "recency_age_days": np.where(once, 0, age - 40)}
    put |= {"orders": put["repeat_days"] + 1, "recency_days": age - put["recency_age_days"], "spend_mean": age}
    for name, value in put.items():
        x[:, FEATURES.index(name)] = value
    back = np.where(once, np.arange(200) % 10 == 0, np.arange(200) % 10 < 8)
    return Observed(np.arange(200).astype(str), x, back * 2.0, back * 10.0, np.where(back, 5.0, np.nan), 90)


def test_one_minus_alive_ranks_worse_than_chance_and_the_chance_of_a_purchase_does_not() -> None:
    seen = one_time_buyers_and_regulars()
    gone = seen.orders == 0
    dates = baselines.dates_of(seen.x)
    fitted = lifetimes.BetaGeoFitter()
    fitted.params_ = {"r": 0.25, "alpha": 30.0, "a": 0.8, "b": 2.4}  # near those of CDNOW
    alive = fitted.conditional_probability_alive(dates.repeats, dates.span, dates.age)
    assert metrics.auc(gone, 1 - np.asarray(alive)) < 0.5
    assert metrics.auc(gone, baselines.bg_nbd(seen.x, 90).risk) > 0.7


def test_bg_nbd_expects_what_lifetimes_expects() -> None:
    seen = one_time_buyers_and_regulars()
    dates = baselines.dates_of(seen.x)
    fitted = lifetimes.BetaGeoFitter()
    fitted.params_ = {"r": 0.25, "alpha": 5.0, "a": 0.7, "b": 2.0}
    theirs = fitted.conditional_expected_number_of_purchases_up_to_time(
        90 / 7, dates.repeats, dates.span / 7, dates.age / 7
    )
    assert baselines._expected(fitted.params_, dates, 90) == pytest.approx(np.asarray(theirs))


def test_a_classical_model_that_does_not_converge_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: object, **_rest: object) -> None:
        raise lifetimes.utils.ConvergenceError("no")

    monkeypatch.setattr(lifetimes.ParetoNBDFitter, "fit", fails)
    seen = one_time_buyers_and_regulars()
    found = baselines.pareto_nbd(seen.x, 90)
    assert found.note is not None
    assert "ParetoNBDFitter of lifetimes could not be fitted" in found.note
    assert found.probability is None
    assert found.risk == pytest.approx(baselines.recency(seen.x).risk)


def test_logistic_regression_without_two_outcomes_ranks_by_recency() -> None:
    seen = one_time_buyers_and_regulars()
    assert baselines.rfm_logistic(seen.x, [seen]).probability is not None
    found = baselines.rfm_logistic(seen.x, [])
    assert found.probability is None
    assert found.note == "All past customers ended alike: ranked by recency."
