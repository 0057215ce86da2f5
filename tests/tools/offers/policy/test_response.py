"""The response model: its fit is the posterior's mode, and it finds what made the data."""

import numpy as np
import pytest

from tools.offers.policy.actions import Action, Floats
from tools.offers.policy.contexts import contexts_of
from tools.offers.policy.response import Priors, fit_response
from tools.offers.policy.scoring import Data, posterior_mode, sigmoid, softplus

WIDE = Priors(intercept=5, slope=5, baseline=5, effect=5, interaction=5)
ACTIONS = [
    Action("nothing", {}),
    Action("ten", {"treated": 1, "kind:coupon": 1, "offer:ten": 1, "depth": 0.1}),
    Action("thirty", {"treated": 1, "kind:coupon": 1, "offer:thirty": 1, "depth": 0.3}),
    Action("gift", {"treated": 1, "kind:gift": 1, "offer:gift": 1}),
]


def _data(n: int, seed: int = 0) -> Data:
    rng = np.random.default_rng(seed)
    coded = np.array([[1, 0], [1, 1], [1, 0.4]])
    return Data(
        np.column_stack([np.ones(n), rng.normal(size=(n, 2))]),
        coded,
        rng.integers(0, 3, n),
        rng.poisson(0.6, n).astype(np.float64),
        rng.uniform(0.1, 1, n),
        rng.uniform(0.5, 1, n),
    )


def _log_posterior(data: Data, theta: Floats, deviation: Floats) -> float:
    expected = data.share * softplus(data.eta(theta))
    return float(data.weight @ (data.count * np.log(expected) - expected) - 0.5 * ((theta / deviation) ** 2).sum())


def test_the_mode_is_where_the_posterior_no_longer_rises() -> None:
    data, deviation = _data(400), np.full((2, 3), 0.7)
    found = posterior_mode(data, np.zeros((2, 3)), deviation)
    top = _log_posterior(data, found, deviation)
    for place in np.ndindex(found.shape):
        for step in (-0.01, 0.01):
            moved = found.copy()
            moved[place] += step
            assert _log_posterior(data, moved, deviation) < top


def test_curvature_is_that_of_the_whole_design() -> None:
    data = _data(50)
    each = np.random.default_rng(1).uniform(size=50)
    design = np.stack([np.kron(data.coded[a], x) for a, x in zip(data.taken, data.columns, strict=True)])
    assert np.allclose(data.curvature(each), (design * each[:, None]).T @ design)
    assert np.allclose(data.gathered(each).ravel(), design.T @ each)


def test_sigmoid_is_the_chance_of_any_order() -> None:
    eta = np.linspace(-5, 5, 11)
    assert np.allclose(1 - np.exp(-softplus(eta)), sigmoid(eta))


def _learned(n: int, share: float, effects: list[float], card: float = 0.0) -> tuple[Floats, Floats]:
    """Log-odds that each action adds for those without and with a card, as learned from n decisions."""
    rng = np.random.default_rng(3)
    names = ("expected_orders", "order_value", "margin", "loyalty_card")
    has = rng.integers(0, 2, n).astype(float)
    features = np.column_stack([np.full(n, 0.02), np.full(n, 50.0), np.full(n, 0.5), has])
    contexts = contexts_of(names, features, 30)
    taken = rng.integers(0, 4, n)
    eta = contexts.logit + np.array(effects)[taken] + card * has * (taken == 3)
    orders = rng.poisson(share * softplus(eta)).astype(float)
    found = fit_response(contexts, ACTIONS, taken, orders, np.full(n, share), np.ones(n), WIDE)
    two = contexts_of(names, np.array([[0.02, 50, 0.5, 0.0], [0.02, 50, 0.5, 1.0]]), 30)
    odds = found.log_odds(two, ACTIONS)
    without, with_card = odds - odds[:, :1]
    return without, with_card


@pytest.mark.parametrize("share", [1.0, 0.3])
def test_it_finds_the_effects_that_made_the_data_however_much_of_the_window_has_passed(share: float) -> None:
    without, _with_card = _learned(round(40000 / share), share, [0, 0.2, 0.6, 0.4])
    assert np.allclose(without, [0, 0.2, 0.6, 0.4], atol=0.12)


def test_it_finds_who_an_offer_works_for() -> None:
    without, with_card = _learned(40000, 1.0, [0, 0.2, 0.6, 0.0], card=0.7)
    assert abs(without[3]) < 0.12
    assert abs(with_card[3] - 0.7) < 0.12


def test_a_new_offer_starts_from_those_like_it() -> None:
    rng = np.random.default_rng(5)
    names, n = ("expected_orders", "order_value", "margin"), 20000
    contexts = contexts_of(names, np.tile([0.02, 50.0, 0.5], (n, 1)), 30)
    taken = rng.integers(0, 4, n)
    orders = rng.poisson(softplus(contexts.logit + np.array([0, 0.3, 0.9, 0.0])[taken])).astype(float)
    found = fit_response(contexts, ACTIONS, taken, orders, np.ones(n), np.ones(n), Priors())
    new = [
        Action("nothing", {}),
        Action("twenty", {"treated": 1, "kind:coupon": 1, "offer:twenty": 1, "depth": 0.2}),
        Action("toy", {"treated": 1, "kind:gift": 1, "offer:toy": 1}),
    ]
    odds = found.log_odds(contexts.take(np.array([0])), new)[0]
    assert 0.35 < odds[1] - odds[0] < 0.8
    assert abs(odds[2] - odds[0]) < 0.2
