"""Daily looks: how often one of them excludes the truth."""

from collections.abc import Callable

import numpy as np
import pytest

from eval.offers.always_valid import Looks, arriving, at_once, measure


@pytest.mark.parametrize("design", [arriving, at_once])
def test_daily_looks_rarely_ever_exclude_the_truth(design: Callable[..., Looks]) -> None:
    found = measure(design, 300, 300, 1.2, seed=3)
    assert found["ours with CUPED"][0] <= 0.05
    assert found["ours"][0] <= 0.05
    assert found["Welch's t, for one look"][0] > 0.2  # what it is for
    assert found["a confidence sequence as published"][0] > 0.05  # what the rules for small arms are for


@pytest.mark.parametrize("design", [arriving, at_once])
def test_a_looks_sums_are_of_the_customers_in_so_far(design: Callable[..., Looks]) -> None:
    looks = design(np.random.default_rng(1), 3, 200, 0.8)
    everybody = looks.offered.n + looks.held.n
    assert (everybody[:, -1] == 200).all()
    assert looks.seen[0, -1] == 1.0
    assert (np.diff(looks.offered.y, axis=1) >= 0).all()
    assert (np.diff(looks.truth) >= 0).all()
