"""A model trained up to a moment of the past, judged on what followed, beside simpler ones."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from store.errors import WinbackError
from store.warehouse import Warehouse
from tools.churn import baselines, metrics
from tools.churn.baselines import Prediction
from tools.churn.model import ChurnModel
from tools.churn.observations import Observed, observe, span
from tools.churn.training import train
from tools.churn.training.plan import plan

Floats = NDArray[np.float64]


@dataclass
class Figures:
    """`bias` and `spend_bias` are relative, of the totals. None where a method does not say, or nothing compares."""

    auc: float | None = None
    c_index: float | None = None
    brier: float | None = None
    calibration_error: float | None = None
    rmse: float | None = None
    r: float | None = None
    bias: float | None = None
    spend_rmse: float | None = None
    spend_bias: float | None = None


@dataclass
class Backtest:
    """The model's figures, those of each baseline, and on whom; `notes` tell of fallbacks by name."""

    model: Figures
    customers: int
    churn_rate: float
    cutoff: datetime
    horizon_days: int
    history_days: int
    model_version: str
    kind: str
    note: str | None
    baselines: dict[str, Figures] = field(default_factory=dict[str, Figures])
    notes: dict[str, str] = field(default_factory=dict[str, str])

    def flat(self) -> dict[str, object]:
        """One level, the model's figures first; `baselines` as an object of objects."""
        rest = asdict(self)
        return rest.pop("model") | rest


def backtest(
    warehouse: Warehouse, cutoff: datetime, horizon_days: int, history_days: int | None = None, seed: int = 7
) -> Backtest:
    """Trains on what was known at `cutoff` (of the `history_days` before it), judges on the `horizon_days` after it.

    Raises WinbackError where the cut-off or the horizon lies outside the data.
    """
    check_window(warehouse, cutoff, horizon_days)
    model = train(warehouse, cutoff, horizon_days, history_days=history_days, seed=seed)
    seen = observe(warehouse, cutoff, horizon_days, history_days=history_days, vectors=model.vectors)
    history = span(warehouse, cutoff, history_days)
    predicted = _baselines(warehouse, cutoff, horizon_days, history, history_days, seen)
    return Backtest(
        model=_judged(model, seen),
        customers=len(seen),
        churn_rate=float((seen.orders == 0).mean()),
        cutoff=cutoff,
        horizon_days=horizon_days,
        history_days=history,
        model_version=model.version,
        kind=model.kind,
        note=model.note,
        baselines={name: judge(one, seen) for name, one in predicted.items()},
        notes={name: one.note for name, one in predicted.items() if one.note},
    )


def check_window(warehouse: Warehouse, cutoff: datetime, horizon_days: int) -> None:
    """Raises WinbackError, one sentence, where the data do not hold the time before and after the cut-off."""
    if horizon_days < 1:
        raise WinbackError(f"A horizon of {horizon_days} days has no outcome; give at least 1.")
    last = warehouse.info.as_of
    first = last.date() - timedelta(days=span(warehouse, last, None) - 1)
    if not first <= cutoff.date() <= last.date():
        raise WinbackError(f"The cut-off {cutoff.date()} is outside the data, which run from {first} to {last.date()}.")
    end = cutoff.date() + timedelta(days=horizon_days)
    if end > last.date():
        longest = (last.date() - cutoff.date()).days
        raise WinbackError(
            f"{horizon_days} days after {cutoff.date()} is {end}, but the data end on {last.date()}; give a horizon "
            f"of at most {longest} days or an earlier cut-off."
        )


def _judged(model: ChurnModel, seen: Observed) -> Figures:
    found = model.score(seen.x)
    figures = judge(Prediction(found.churn_probability, found.churn_probability, found.expected_orders), seen)
    if not np.isnan(found.expected_spend).any():
        figures.spend_rmse = metrics.rmse(found.expected_spend, seen.spend)
        figures.spend_bias = metrics.bias(found.expected_spend, seen.spend)
    return figures


def judge(predicted: Prediction, seen: Observed) -> Figures:
    """Figures of a prediction of what was seen."""
    gone = seen.orders == 0
    figures = Figures(metrics.auc(gone, predicted.risk), metrics.c_index(predicted.risk, seen.next_days))
    if predicted.probability is not None:
        figures.brier = metrics.brier(predicted.probability, gone)
        figures.calibration_error = metrics.calibration_error(predicted.probability, gone)
    if predicted.orders is not None:
        figures.rmse = metrics.rmse(predicted.orders, seen.orders)
        figures.r = metrics.correlation(predicted.orders, seen.orders)
        figures.bias = metrics.bias(predicted.orders, seen.orders)
    return figures


def _baselines(
    warehouse: Warehouse, cutoff: datetime, days: int, history: int, history_days: int | None, seen: Observed
) -> dict[str, Prediction]:
    made = plan(cutoff, days, history)
    past = made.cut_offs[-1:]
    kept = None if history_days is None else history_days - days
    learned = [observe(warehouse, one.at, one.days, history_days=kept) for one in past if kept is None or kept > 0]
    return {
        "recency": baselines.recency(seen.x),
        "past_rate": baselines.past_rate(seen.x, days),
        "rfm_logistic": baselines.rfm_logistic(seen.x, [one for one in learned if len(one)]),
        "pareto_nbd": baselines.pareto_nbd(seen.x, days),
        "bg_nbd": baselines.bg_nbd(seen.x, days),
    }
