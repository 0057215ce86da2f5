"""Warnings where something is wrong, none where nothing is: planted faults, and a hundred sound draws."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, roc_auc_score

from tools.churn.monitoring.drift import Bins, shift
from tools.churn.monitoring.figures import figures
from tools.churn.monitoring.groups import compared
from tools.churn.monitoring.verdict import disparities, overall

SEEDS = 100
Floats = NDArray[np.float64]


def drawn(seed: int, size: int) -> tuple[Floats, NDArray[np.bool_], np.random.Generator]:
    """Probabilities of every height, and outcomes that follow them."""
    random = np.random.default_rng(seed)
    probability = random.beta(0.8, 1.2, size)
    return probability, random.random(size) < probability, random


def kinds(findings: list[dict[str, Any]]) -> list[str]:
    return [finding["kind"] for finding in findings]


def test_figures_are_those_of_scikit_learn() -> None:
    probability, left, _ = drawn(1, 3_000)
    probability = probability.round(2)
    found = figures(probability, left)
    assert found.auc == pytest.approx(roc_auc_score(left, probability))
    assert found.brier == pytest.approx(brier_score_loss(left, probability))
    assert found.gap == pytest.approx(left.mean() - probability.mean())


def test_errors_are_as_large_as_figures_scatter() -> None:
    many = [figures(*drawn(seed, 500)[:2]) for seed in range(300)]
    gaps, aucs = [one.gap for one in many], [one.auc for one in many if one.auc is not None]
    assert np.std(gaps) == pytest.approx(np.mean([one.gap_error for one in many]), rel=0.15)
    assert np.std(aucs) == pytest.approx(np.mean([one.auc_error for one in many if one.auc_error]), rel=0.15)


@pytest.mark.parametrize("size", [3, 40, 200, 1_000, 10_000])
def test_sound_scores_are_rarely_warned_about(size: int) -> None:
    alarms = [bool(overall(figures(*drawn(seed, size)[:2]))) for seed in range(SEEDS)]
    assert sum(alarms) <= 4


@pytest.mark.parametrize(("by", "kind"), [(0.06, "too_low"), (-0.06, "too_high")])
def test_scores_that_are_off_for_everyone(by: float, kind: str) -> None:
    found = []
    for seed in range(SEEDS):
        probability, _, random = drawn(seed, 4_000)
        found.append(kinds(overall(figures(probability, random.random(4_000) < probability + by))))
    assert sum(kind in one for one in found) >= 99


def test_scores_that_are_too_sure_of_themselves() -> None:
    probability, left, _ = drawn(2, 4_000)
    odds = np.log(probability / (1 - probability))
    centred = 3 * odds - np.log(np.exp(3 * odds).mean())
    sure = 1 / (1 + np.exp(-np.clip(centred, -30, 30)))
    sure += left.mean() - sure.mean()
    assert kinds(overall(figures(sure.clip(0.001, 0.999), left))) == ["shape"]


def test_scores_that_rank_no_better_than_chance_or_worse_than_promised() -> None:
    probability, left, random = drawn(3, 4_000)
    assert kinds(overall(figures(np.full(4_000, left.mean()), left))) == ["weak"]
    promised = figures(probability, left)
    assert promised.auc is not None
    assert promised.auc_error is not None
    blurred = 0.5 * probability + 0.5 * probability.mean()
    happened = random.random(4_000) < blurred
    assert kinds(overall(figures(blurred, happened), promised.auc, promised.auc_error)) == ["fallen"]
    assert overall(figures(*drawn(4, 4_000)[:2]), promised.auc, promised.auc_error) == []


def countries(random: np.random.Generator, size: int) -> dict[str, Any]:
    names = np.array(["Germany", "France", "Spain", "Italy", "Malta", None], dtype=object)
    return {"country": random.choice(names, size, p=[0.1, 0.3, 0.3, 0.2, 0.01, 0.09])}


def test_a_disadvantaged_group_is_named_with_an_interval() -> None:
    probability, _, random = drawn(5, 8_000)
    groups = countries(random, 8_000)
    german = groups["country"] == "Germany"
    left = random.random(8_000) < np.where(german, probability + 0.12, probability)
    (found,) = disparities(compared(probability, left, groups))
    assert (found["kind"], found["group"]) == ("group_gap", "Germany")
    assert found["low"] < 0.12 < found["high"]
    assert found["low"] > 0


def test_a_group_in_which_leavers_cannot_be_told() -> None:
    probability, left, random = drawn(6, 8_000)
    groups = countries(random, 8_000)
    german = groups["country"] == "Germany"
    left[german] = random.random(int(german.sum())) < probability[german].mean()
    found = disparities(compared(probability, left, groups))
    assert [(one["kind"], one["group"]) for one in found] == [("group_auc", "Germany")]


@pytest.mark.parametrize("size", [60, 1_000, 8_000])
def test_groups_served_alike_are_rarely_warned_about(size: int) -> None:
    alarms = 0
    for seed in range(SEEDS):
        probability, left, random = drawn(seed, size)
        alarms += bool(disparities(compared(probability, left, countries(random, size))))
    assert alarms <= 4


def test_small_groups_are_not_judged() -> None:
    probability, left, random = drawn(7, 8_000)
    assert "Malta" not in compared(probability, left, countries(random, 8_000))["country"]


@pytest.mark.parametrize("size", [1, 3, 40, 400, 4_000])
def test_what_has_not_shifted_is_not_said_to_have(size: int) -> None:
    marked = 0
    for seed in range(SEEDS):
        random = np.random.default_rng(seed)
        before, after = random.gamma(1, 1, (2, size))
        marked += shift(Bins.of(before), after).marked
    assert marked <= 4


@pytest.mark.parametrize("size", [400, 4_000])
def test_a_shift_is_seen(size: int) -> None:
    for seed in range(SEEDS):
        random = np.random.default_rng(seed)
        assert shift(Bins.of(random.normal(0, 1, size)), random.normal(1, 1, size), comparisons=100).marked


def test_values_that_become_common_or_rare_are_seen() -> None:
    random = np.random.default_rng(8)
    rare, common = (np.where(random.random(2_000) < share, random.gamma(2, 3, 2_000), 0.0) for share in (0.05, 0.6))
    assert shift(Bins.of(rare), common).marked
    assert shift(Bins.of(common), rare).marked


def test_an_average_that_creeps_is_no_shift() -> None:
    """A third of customers have the shop's average for want of a gap of their own."""
    random = np.random.default_rng(9)
    own, once = random.gamma(2, 20, 2_000), random.random(2_000) < 1 / 3
    found = shift(Bins.of(np.where(once, 45.2, own)), np.where(once, 45.7, own))
    assert found.psi > 0.25
    assert not found.marked


def test_the_index_is_that_of_its_definition() -> None:
    before, after = np.arange(1_000.0), np.concatenate([np.arange(0, 500, 0.625), np.arange(500.0, 700.0)])
    shares = np.array([[100.0] * 10, [160] * 5 + [100] * 2 + [0] * 3]) + 0.5
    old, new = shares / shares.sum(axis=1, keepdims=True)
    assert shift(Bins.of(before), after).psi == pytest.approx(((new - old) * np.log(new / old)).sum(), rel=0.02)
