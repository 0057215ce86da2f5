"""Probabilities are probabilities, whatever the gains, and never on what is not allowed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import WinbackError
from tools.offers.policy.exploring import FLOOR, MODES, probabilities

OFFERS = ["nothing", "a", "b", "c"]
MONEY = st.floats(-1e6, 1e6, allow_nan=False)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(MONEY, min_size=4, max_size=4), min_size=1, max_size=6),
    st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=6, max_size=6),
    st.sampled_from(MODES),
    st.sampled_from(["a", "c", "nothing", "unknown", None]),
    st.floats(0, 1e6),
)
def test_rows_are_distributions_over_what_is_allowed(
    gains: list[list[float]], allowed: list[list[bool]], mode: str, fixed: str | None, gamma: float
) -> None:
    open_ = np.array(allowed[: len(gains)])
    found = probabilities(np.array(gains), open_, mode, fixed, OFFERS, gamma)
    open_[:, 0] |= ~open_.any(axis=1)
    assert np.allclose(found.sum(axis=1), 1)
    assert (found[~open_] == 0).all()
    assert (found >= 0).all()
    if mode == "explore":
        assert (found[open_] >= FLOOR - 1e-12).all()


def test_inverse_gap_weighting_by_hand() -> None:
    """SquareCB with four offers and gamma 2: 1 / (4 + 2 * gap) for all but the best."""
    found = probabilities(np.array([[0.0, 3.0, 1.0, 2.0]]), np.ones((1, 4), dtype=bool), "explore", None, OFFERS, 2.0)
    others = np.array([1 / 10, 1 / 8, 1 / 6])
    assert np.allclose(found, [[others[0], 1 - others.sum(), others[1], others[2]]])


def test_exploit_takes_the_best_and_nothing_where_offers_only_cost() -> None:
    gains = np.array([[0.0, 3.0, 1.0, 5.0], [0.0, -1.0, -2.0, -3.0]])
    allowed = np.array([[True, True, True, False], [True, True, True, True]])
    found = probabilities(gains, allowed, "exploit", None, OFFERS, 1.0)
    assert found.argmax(axis=1).tolist() == [1, 0]


def test_fixed_gives_nothing_where_its_offer_is_not_allowed() -> None:
    allowed = np.array([[True, True, True, False], [True, False, True, True]])
    found = probabilities(np.zeros((2, 4)), allowed, "fixed", "a", OFFERS, 1.0)
    assert found.argmax(axis=1).tolist() == [1, 0]


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(WinbackError, match="There is no mode"):
        probabilities(np.zeros((1, 4)), np.ones((1, 4), dtype=bool), "greedy", None, OFFERS, 1.0)
