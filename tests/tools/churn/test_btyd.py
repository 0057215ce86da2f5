"""Buy till you die: our likelihood and expectations against those of lifetimes."""

import lifetimes
import numpy as np
import pytest

from tools.churn.btyd import Dates, ParetoNBD

RNG = np.random.default_rng(4)


def some_dates(customers: int = 200) -> Dates:
    repeats = RNG.poisson(2, customers).astype(float)
    age = RNG.uniform(1, 300, customers)
    return Dates(repeats, np.where(repeats > 0, age * RNG.uniform(0, 1, customers), 0.0), age)


@pytest.mark.parametrize(
    "shapes", [(0.6, 80.0, 0.5, 60.0), (0.6, 60.0, 0.5, 80.0), (1.3, 30.0, 0.9, 400.0), (0.5, 58.0, 40.0, 5000.0)]
)
def test_pareto_nbd_is_that_of_lifetimes(shapes: tuple[float, float, float, float]) -> None:
    model, dates = ParetoNBD(*shapes), some_dates()
    theirs = lifetimes.ParetoNBDFitter()
    theirs.params_ = dict(zip(("r", "alpha", "s", "beta"), shapes, strict=True))
    args = (dates.repeats, dates.span, dates.age)
    none = theirs.conditional_probability_of_n_purchases_up_to_time(0, 50, *args)
    assert np.exp(model.log_none(dates, 50)) == pytest.approx(none, abs=1e-5)
    expected = theirs.conditional_expected_number_of_purchases_up_to_time(50, *args)
    assert model.expected(dates, 50) == pytest.approx(np.asarray(expected), rel=1e-4)
    assert model.active(dates) == pytest.approx(np.asarray(theirs.conditional_probability_alive(*args)), abs=1e-5)


def test_hundreds_of_purchases_stay_finite() -> None:
    dates = Dates(np.array([900.0, 900.0]), np.array([990.0, 990.0]), np.array([991.0, 1500.0]))
    model = ParetoNBD(0.6, 80, 0.5, 60)
    none = np.exp(model.log_none(dates, 30))
    assert none[0] < 0.1 < 0.99 < none[1] <= 1
    assert np.isfinite(model.expected(dates, 30)).all()


def test_a_fit_finds_the_parameters_it_was_drawn_from() -> None:
    true = ParetoNBD(0.8, 40, 0.7, 150)
    rng = np.random.default_rng(9)
    age = rng.uniform(200, 400, 4000)
    life = rng.exponential(1, 4000) / rng.gamma(true.s, 1 / true.beta, 4000)
    rate, until = rng.gamma(true.r, 1 / true.alpha, 4000), np.minimum(life, age)
    repeats = rng.poisson(rate * until).astype(float)
    span = np.where(repeats > 0, until * rng.uniform(size=4000) ** (1 / np.maximum(repeats, 1)), 0)
    found = ParetoNBD.fit(Dates(repeats, span, age))
    assert (found.r, found.alpha) == pytest.approx((true.r, true.alpha), rel=0.25)
    assert found.s / found.beta == pytest.approx(true.s / true.beta, rel=0.35)


def test_without_any_repeat_purchase_the_fit_is_still_a_model() -> None:
    dates = Dates(np.zeros(3), np.zeros(3), np.array([0.0, 10.0, 300.0]))
    model = ParetoNBD.fit(dates)
    expected = model.expected(dates, 90)
    assert np.isfinite(expected).all()
    assert (expected > 0).all()
    assert len(np.unique(expected)) == 3
