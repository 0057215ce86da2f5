"""The figures of the recommendations, worked out by hand, and the rivals on a shop of three customers."""

import math

import numpy as np
import pytest

from eval.recommend import rivals
from eval.recommend.measure import best, margin, measured
from eval.recommend.rivals import Past


def test_recall_and_ndcg_by_hand() -> None:
    found = measured([np.array([4, 1, 2]), np.array([7])], [{1, 9}, {8, -1}])
    assert found.recall.tolist() == [0.5, 0]
    assert found.ndcg[0] == pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3)))
    assert found.ndcg[1] == 0
    assert found.shown == 4


def test_only_the_first_ten_count() -> None:
    found = measured([np.arange(20)], [{9, 10}])
    assert found.recall[0] == 0.5
    assert found.shown == 10


def test_the_margin_has_its_mean_and_an_interval_around_it() -> None:
    rng = np.random.default_rng(0)
    worse = rng.random(400)
    mean, low, high = margin(worse + 0.1 + rng.normal(0, 0.2, 400), worse)
    assert low < mean < high
    assert low > 0.05
    assert high < 0.15
    assert margin(worse, worse) == (0, 0, 0)


def past() -> Past:
    """Customer 0: order 0 of products 0 and 1, order 1 of 0; customer 1: 1 and 2; customer 2: 2, 2 again and 3."""
    rows = [
        (0, 0, 0, 9),
        (0, 1, 0, 9),
        (0, 0, 1, 2),
        (1, 1, 2, 5),
        (1, 2, 2, 5),
        (2, 2, 3, 8),
        (2, 3, 3, 8),
        (2, 2, 4, 1),
    ]
    columns = (np.array(column) for column in zip(*rows, strict=True))
    return Past(*columns, customers=3, products=4)


@pytest.mark.parametrize(
    ("rival", "first"),
    [
        (rivals.popularity(), [1, 1, 1]),
        (rivals.last_basket, [0, 1, 2]),
        (rivals.frequency(), [0, 1, 2]),
        (rivals.item_knn(3), [0, 0, 2]),
        (rivals.item_knn(4, own=True), [0, 1, 2]),
        (rivals.tifu_knn(1, 0.9), [0, 2, 2]),
    ],
)
def test_what_each_rival_puts_first(rival: rivals.Rival, first: list[int]) -> None:
    scores = rival(past())(np.array([0, 1, 2]))
    assert best(scores)[:, 0].tolist() == first
