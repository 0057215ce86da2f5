"""Products that the same customers buy come to stand together."""

from datetime import datetime

import numpy as np
import pytest

from store.errors import WinbackError
from tests.tools.churn.shops import Rows, opened
from tools.churn.embedding import ProductVectors
from tools.churn.known import known_at

T = datetime(2025, 6, 1)


def shop(home, baskets):
    orders = [(f"o{n}", f"c{n}", T, None, "completed", 10, None) for n in range(len(baskets))]
    items = [(f"o{n}", line, one, 1, 5) for n, basket in enumerate(baskets) for line, one in enumerate(basket)]
    return known_at(opened(home, Rows(orders=orders, order_items=items)), T)


def test_products_bought_together_are_nearer_than_others(tmp_path):
    garden, office = ["spade", "rake", "seeds", "pot"], ["pen", "paper", "lamp", "desk"]
    baskets = [[side[(n + step) % 4] for step in range(3)] for n in range(40) for side in (garden, office)]
    baskets.append(["pot", "pen"])
    made = ProductVectors.fit(shop(tmp_path, baskets))
    place = dict(zip(made.ids, made.vectors / np.linalg.norm(made.vectors, axis=1, keepdims=True), strict=True))
    within = min(place[one] @ place[other] for side in (garden, office) for one in side for other in side)
    across = max(place[one] @ place[other] for one in garden for other in office)
    assert made.vectors.shape == (8, 8)
    assert within > across


def test_the_same_facts_give_the_same_vectors(tmp_path):
    known = shop(tmp_path, [["a", "b"], ["b", "c", "d"], ["a", "d"], ["c", "e"]] * 3)
    np.testing.assert_array_equal(ProductVectors.fit(known).vectors, ProductVectors.fit(known).vectors)


@pytest.mark.parametrize("baskets", [[["a"]], [["a"], ["b"]], [["a", "b"]], [[None]], [[]]])
def test_too_few_products_are_no_error(tmp_path, baskets):
    made = ProductVectors.fit(shop(tmp_path, baskets))
    assert made.vectors.shape == (len(made), 8)
    assert np.isfinite(made.vectors).all()


def test_saved_and_loaded(tmp_path):
    made = ProductVectors.fit(shop(tmp_path, [["a", "b"], ["b", "c", "d"], ["a", "d"]]))
    made.save(tmp_path / "vectors.npz")
    loaded = ProductVectors.load(tmp_path / "vectors.npz")
    assert loaded.ids == made.ids
    np.testing.assert_array_equal(loaded.vectors, made.vectors)


def test_a_damaged_file_is_one_sentence(tmp_path):
    (tmp_path / "vectors.npz").write_bytes(b"nothing")
    for name in ("vectors.npz", "absent.npz"):
        with pytest.raises(WinbackError, match="cannot be read"):
            ProductVectors.load(tmp_path / name)
