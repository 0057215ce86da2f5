"""Figures against brute force."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from tools.churn import metrics

RNG = np.random.default_rng(1)


def brute_c_index(risk: np.ndarray, days: np.ndarray) -> float:
    won = pairs = 0.0
    for i, first in enumerate(days):
        for j, second in enumerate(days):
            if not np.isnan(first) and (np.isnan(second) or second > first):
                pairs += 1
                won += 1.0 if risk[j] > risk[i] else 0.5 if risk[j] == risk[i] else 0.0
    return won / pairs


def test_c_index_is_the_share_of_pairs_in_order() -> None:
    days = np.where(RNG.uniform(size=120) < 0.4, np.nan, RNG.integers(1, 30, 120).astype(float))
    risk = np.round(np.nan_to_num(days, nan=40) + RNG.normal(0, 12, 120))
    assert metrics.c_index(risk, days) == pytest.approx(brute_c_index(risk, days))
    assert metrics.c_index(np.nan_to_num(days, nan=99), days) == 1
    assert metrics.c_index(np.zeros(120), days) == 0.5


def test_c_index_of_very_many_customers_is_that_of_a_fixed_part(monkeypatch: pytest.MonkeyPatch) -> None:
    days = RNG.integers(1, 30, 100).astype(float)
    risk = RNG.normal(size=100)
    monkeypatch.setattr(metrics, "_EXACT", 50)
    assert metrics.c_index(risk, days) == pytest.approx(brute_c_index(risk[::2], days[::2]))


def test_auc_is_that_of_scikit_learn_with_ties() -> None:
    happened = RNG.uniform(size=300) < 0.3
    risk = np.round(RNG.normal(size=300) + happened, 1)
    assert metrics.auc(happened, risk) == pytest.approx(roc_auc_score(happened, risk))


def test_what_cannot_be_compared_has_no_figure() -> None:
    assert metrics.auc(np.ones(3, dtype=bool), np.arange(3.0)) is None
    assert metrics.c_index(np.arange(3.0), np.full(3, np.nan)) is None
    assert metrics.correlation(np.ones(3), np.arange(3.0)) is None
    assert metrics.bias(np.ones(3), np.zeros(3)) is None


def test_calibration_error_weighs_the_gaps_of_its_bins() -> None:
    probability = np.array([0.1] * 10 + [0.9] * 30)
    happened = np.array([True] * 2 + [False] * 8 + [True] * 24 + [False] * 6)
    assert metrics.calibration_error(probability, happened) == pytest.approx(0.1 * 0.25 + 0.1 * 0.75)
    assert metrics.brier(np.array([1.0, 0.0]), np.array([True, True])) == 0.5
    assert metrics.bias(np.array([1.0, 1.0]), np.array([0.0, 4.0])) == pytest.approx(-0.5)
