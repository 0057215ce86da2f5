"""The model behind: nothing from the future, kept whole or not at all, similar customers."""

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from store.errors import WinbackError
from tests.tools.recommend.conftest import NOW, Book, Make, village
from tools.context import ToolContext
from tools.contract import RecommendProducts
from tools.recommend import Recommender, recommend_products, refresh_recommender, similar_customers
from tools.recommend.candidates import History, find
from tools.recommend.kept import folder, vectors_of
from tools.recommend.neighbours import Neighbours, closed_form
from tools.recommend.ranker import learn
from tools.recommend.statistics import count_products


def crowd(customers: int = 240) -> Book:
    """Enough customers who came back within the last month for the ranker to learn something."""
    book = Book()
    for product in range(30):
        book.product(f"p{product:02}", f"Thing {product}")
    rng = np.random.default_rng(1)
    for number in range(customers):
        name = f"c{number:03}"
        book.customer(name)
        for days in (100, 70, 40, 10):
            taste = rng.choice(10, 3, replace=False) + 10 * (number % 3)
            book.order(name, days + number % 9, *(f"p{product:02}" for product in taste))
    return book


def history_of(model: Recommender) -> History:
    return History(np.array([3, 5, 5]), np.array([0, 0, 1]), np.array([90, 90, 30]), "Germany")


def test_the_closed_form_is_ridge_regression_with_a_zero_diagonal() -> None:
    owned = (np.random.default_rng(0).random((50, 6)) < 0.4).astype(float)
    weight = closed_form(owned.T @ owned, 3.0)
    assert np.allclose(np.diag(weight), 0)
    for column in range(6):
        rest = np.delete(owned, column, axis=1)
        ridge = np.linalg.solve(rest.T @ rest + 3 * np.eye(5), rest.T @ owned[:, column])
        assert np.allclose(np.delete(weight[:, column], column), ridge)


def test_products_beyond_the_core_have_neighbours_both_ways() -> None:
    owned = sparse.csr_matrix(np.array([[1, 1, 1], [1, 1, 1], [1, 1, 0], [1, 0, 0]], np.float32))
    near = Neighbours.fit(owned, core=2)
    assert near.together[0, 2] == near.together[2, 0] == 2
    assert near.likeness[1, 2] == pytest.approx(2 / np.sqrt(3 * 2))
    assert near.weight[0, 2] == 0
    assert near.weight[0, 1] > 0


def test_nothing_after_the_moment_is_known(make: Make) -> None:
    before = crowd()
    whole = crowd()
    for number in range(0, 240, 2):
        whole.order(f"c{number:03}", 1, "p29", "p00")
    moment = NOW - timedelta(days=5)
    models = [Recommender.fit(make(book).shop.warehouse, moment) for book in (before, whole)]
    assert models[0].ranker.kind == models[1].ranker.kind == "learned"
    assert models[0].ranker.trees == models[1].ranker.trees
    assert [name for name, array in models[0].shop.arrays().items()
            if not np.array_equal(array, models[1].shop.arrays()[name])] == []  # fmt: skip
    assert (models[0].near.weight != models[1].near.weight).nnz == 0


def test_the_ranker_learns_what_comes_next_and_falls_back_where_too_little_does() -> None:
    rng = np.random.default_rng(0)
    values = rng.random((2000, 21))
    bought = rng.random(2000) < values[:, 6]
    learned = learn(values, bought, seed=1)
    low, high = np.full((1, 21), 0.5), np.full((1, 21), 0.5)
    low[0, 6], high[0, 6] = 0.1, 0.9
    assert learned.score(high)[0] > learned.score(low)[0] + 1
    assert np.argmax(learned.contributions(high)[0]) == 6
    assert learn(values[:50], bought[:50], seed=1).kind == "plain"


def test_what_is_saved_is_what_is_loaded(make: Make, tmp_path: Path) -> None:
    model = Recommender.fit(make(crowd()).shop.warehouse, NOW)
    model.save(tmp_path / "kept")
    again = Recommender.load(tmp_path / "kept")
    first, second = (one.rank(history_of(one)) for one in (model, again))
    assert len(first.place)
    assert first.place.tolist() == second.place.tolist()
    assert first.score.tolist() == second.score.tolist()
    assert (again.as_of, again.facts) == (model.as_of, model.facts)


def test_a_damaged_or_missing_one_is_a_sentence(make: Make, tmp_path: Path) -> None:
    with pytest.raises(WinbackError, match="run `winback refresh`"):
        Recommender.load(tmp_path / "none")
    kept = tmp_path / "kept"
    Recommender.fit(make(crowd(30)).shop.warehouse, NOW, lessons=False).save(kept)
    arrays = next(kept.glob("arrays-*.npz"))
    whole = arrays.read_bytes()
    arrays.write_bytes(whole[:-7] + b"changed")
    with pytest.raises(WinbackError, match="damaged"):
        Recommender.load(kept)
    arrays.write_bytes(whole)
    note = kept / "recommender.json"
    note.write_text(json.dumps(json.loads(note.read_text()) | {"as_of": "2020-01-01T00:00:00"}))
    with pytest.raises(WinbackError, match="damaged"):
        Recommender.load(kept)


def test_the_tool_uses_what_the_refresh_made_and_says_when_it_is_old(make: Make) -> None:
    context: ToolContext = make(crowd(60))
    ask = RecommendProducts(customer_id="c008")
    assert "quick version" in recommend_products(context, ask).text
    refresh_recommender(context.shop)
    text = recommend_products(context, ask).text
    assert "quick version" not in text
    assert "is as of" not in text
    assert "is as of 2026-06-30" in recommend_products(make(crowd(61)), ask).text


def test_similar_customers_are_of_the_same_crowd(make: Make) -> None:
    shop = make(crowd(90)).shop
    refresh_recommender(shop)
    found = similar_customers(shop, "c004", 5, vectors_of(shop))
    assert len(found) == 5
    assert {int(one.customer_id[1:]) % 3 for one in found} == {4 % 3}
    assert [one.likeness for one in found] == sorted((one.likeness for one in found), reverse=True)
    (folder(shop) / "vectors.npz").write_bytes(b"no")
    with pytest.raises(WinbackError):
        vectors_of(shop)


def test_statistics_are_those_of_the_purchases(make: Make) -> None:
    from tools.churn.known import known_at
    from tools.recommend.bought import bought

    warehouse = make(village()).shop.warehouse
    shop = count_products(bought(warehouse, NOW), known_at(warehouse, NOW).customers)
    at = {str(one): place for place, one in enumerate(shop.ids)}
    assert "ship" not in at
    assert shop.buyers[at["sofa"]] == 60
    assert shop.again[at["sofa"]] == 0
    assert np.isnan(shop.gap[at["sofa"]])
    assert shop.again[at["tea"]] == 30
    assert shop.lately[at["cup"]].tolist() == [0, 19, 24]
    assert shop.of_group("Germany")[0][at["cup"]] == 12
    found = find(History(np.array([at["tea"]]), np.array([0]), np.array([30])), shop, Neighbours.fit(
        sparse.csr_matrix((4, len(shop)), dtype=np.float32)))  # fmt: skip
    assert found.owned.place.tolist() == [at["tea"]]
