"""A log that cannot be right is refused in one sentence."""

import numpy as np
import pytest

from store.errors import WinbackError
from tools.offers.off_policy import make_log

GOOD = {"actions": [0, 1], "rewards": [1.0, 0.0], "propensities": [0.5, 0.5]}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"actions": [], "rewards": [], "propensities": []}, "no decision"),
        ({"rewards": [1.0]}, "one entry for each"),
        ({"actions": [0, -1]}, "negative"),
        ({"rewards": [1.0, float("nan")]}, "window is still open"),
        ({"rewards": [1.0, float("inf")]}, "window is still open"),
        ({"propensities": [0.5, 0.0]}, r"not in \(0, 1\]"),
        ({"propensities": [0.5, 1.2]}, r"not in \(0, 1\]"),
        ({"propensities": [0.5, float("nan")]}, r"not in \(0, 1\]"),
        ({"context": [[1.0], [float("nan")]]}, "finite row"),
        ({"context": [[1.0]]}, "finite row"),
        ({"customers": ["a"]}, "one customer for each"),
        ({"logging": [[0.5, 0.5], [0.4, 0.6]]}, "not those that the logging"),
        ({"logging": [[1.0], [1.0]]}, "not those that the logging"),
    ],
)
def test_a_bad_log_is_refused(changed: dict, said: str) -> None:
    given = GOOD | changed
    with pytest.raises(WinbackError, match=said):
        make_log(**given)


def test_any_ids_name_customers() -> None:
    log = make_log(**GOOD, customers=np.array(["c2", "c1"]))
    assert log.customers is not None
    assert log.customers.tolist() == [1, 0]
