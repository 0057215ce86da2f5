"""What a shop could do without a model of its own: the simple and the classical predictions to compare with.

Pareto/NBD and BG/NBD are fitted by `lifetimes` (Davidson-Pilon), in units that it scales itself. They rank by the
probability of a purchase within the horizon. 1 - P(alive) would not do: under BG/NBD whoever bought once is alive for
certain, so those who are likeliest gone come out as the safest.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special  # pyright: ignore[reportMissingTypeStubs]

from tools.churn.btyd import Dates, ParetoNBD
from tools.churn.observations import Observed, column, dates_of

Floats = NDArray[np.float64]
_special: Any = special
_MOST = 50_000  # customers a classical model is fitted on
_PENALTY = 1e-4
_WEEK = 7.0


@dataclass(frozen=True)
class Prediction:
    """Of n customers: a risk of leaving to rank by; the probability of leaving and the orders expected, where the
    method says them. note: a sentence where the method failed."""

    risk: Floats
    probability: Floats | None = None
    orders: Floats | None = None
    note: str | None = None


def recency(x: Floats) -> Prediction:
    """The longer ago the last order, the likelier gone."""
    return Prediction(column(x, "recency_days"))


def past_rate(x: Floats, days: int) -> Prediction:
    """Everybody goes on as before: orders a day since the first, at least a horizon ago."""
    orders = column(x, "orders") / np.maximum(column(x, "age_days") + 1, days) * days
    return Prediction(-orders, np.exp(-orders), orders)


def rfm_logistic(x: Floats, past: Sequence[Observed]) -> Prediction:
    """Logistic regression on the logarithms of recency, frequency and spend, learned from past cut-offs."""
    from sklearn.linear_model import LogisticRegression  # pyright: ignore[reportMissingTypeStubs]

    gone = np.concatenate([one.orders == 0 for one in past]) if past else np.zeros(0, dtype=np.bool_)
    if len(np.unique(gone)) < 2:
        return Prediction(column(x, "recency_days"), note="All past customers ended alike: ranked by recency.")
    library: Any = LogisticRegression
    fitted: Any = library(max_iter=500).fit(np.concatenate([_rfm(one.x) for one in past]), gone)
    probability: Floats = fitted.predict_proba(_rfm(x))[:, 1]
    return Prediction(probability, probability)


def _rfm(x: Floats) -> Floats:
    names = ("recency_days", "orders", "spend_mean")
    return np.column_stack([np.log1p(np.maximum(column(x, name), 0)) for name in names])


def pareto_nbd(x: Floats, days: int) -> Prediction:
    """Schmittlein, Morrison & Colombo (1987)."""
    dates = dates_of(x)
    fitted = _fitted("ParetoNBDFitter", dates)
    if isinstance(fitted, str):
        return Prediction(column(x, "recency_days"), note=fitted)
    model = ParetoNBD(fitted["r"], fitted["alpha"] * _WEEK, fitted["s"], fitted["beta"] * _WEEK)
    gone = np.exp(model.log_none(dates, days))
    return Prediction(gone, gone, model.expected(dates, days))


def bg_nbd(x: Floats, days: int) -> Prediction:
    """Fader, Hardie & Lee (2005), "Counting your customers the easy way"."""
    dates = dates_of(x)
    fitted = _fitted("BetaGeoFitter", dates)
    if isinstance(fitted, str):
        return Prediction(column(x, "recency_days"), note=fitted)
    gone = np.exp(np.minimum(_likelihood(fitted, dates, days) - _likelihood(fitted, dates, 0), 0))
    return Prediction(gone, gone, _expected(fitted, dates, days))


def _fitted(name: str, dates: Dates) -> dict[str, float] | str:
    """Parameters in weeks, or why there are none."""
    step = -(-len(dates.age) // _MOST)
    states, _, count = Dates(dates.repeats[::step], dates.span[::step], dates.age[::step]).unique()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitter: Any = getattr(_lifetimes(), name)(penalizer_coef=_PENALTY)
            # A purchase on the last day leaves no time to be watched, which lifetimes rejects.
            fitter.fit(states.repeats, states.span / _WEEK, np.maximum(states.age, 0.5) / _WEEK, weights=count)
    except Exception as error:  # ConvergenceError, or overflow in its likelihood
        return (
            f"{name} of lifetimes could not be fitted to these customers ({type(error).__name__}): ranked by recency."
        )
    found = {key: float(value) for key, value in fitter.params_.items()}
    if not all(np.isfinite(value) and value > 0 for value in found.values()):
        return f"{name} of lifetimes found no finite parameters for these customers: ranked by recency."
    return found


def _lifetimes() -> Any:
    """Imported when it is needed: it brings plotting along, and warns of it."""
    import lifetimes  # pyright: ignore[reportMissingTypeStubs]

    return lifetimes


def _likelihood(fitted: dict[str, float], dates: Dates, days: float) -> Floats:
    """(n,) of the dates under BG/NBD, up to a part without the time watched; with `days` without an order added."""
    r, alpha, a, b = (fitted[name] for name in ("r", "alpha", "a", "b"))
    x, span, age = dates.repeats, dates.span / _WEEK, (dates.age + days) / _WEEK
    active = -(r + x) * np.log(alpha + age)
    gone = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + span)
    return np.where(x > 0, np.logaddexp(active, gone), active)


def _expected(fitted: dict[str, float], dates: Dates, days: float) -> Floats:
    """Equation 10 of the paper."""
    r, alpha, a, b = (fitted[name] for name in ("r", "alpha", "a", "b"))
    x, span, age, t = dates.repeats, dates.span / _WEEK, dates.age / _WEEK, days / _WEEK
    series = _special.hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + age + t))
    growth = 1 - series * ((alpha + age) / (alpha + age + t)) ** (r + x)
    gone = np.where(x > 0, a / (b + np.maximum(x, 1) - 1) * ((alpha + age) / (alpha + span)) ** (r + x), 0.0)
    return np.maximum((a + b + x - 1) / (a - 1) * growth / (1 + gone), 0.0)
