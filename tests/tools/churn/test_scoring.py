"""Scores as rows, in batches."""

import json
import pickle
from pathlib import Path

import pytest

from store.warehouse import Warehouse
from tests.tools.churn.logs import log, moment, shop_of
from tools.churn.features import features
from tools.churn.known import known_at
from tools.churn.model import ChurnModel
from tools.churn.scoring import SCORE_SCHEMA, score_batch, scores
from tools.churn.training import train

AS_OF = moment(300)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return shop_of(tmp_path_factory.mktemp("shop"), log(300, 320))


@pytest.fixture(scope="module")
def model(shop: Warehouse) -> ChurnModel:
    return train(shop, AS_OF, 45)


def test_everyone_is_scored_once_whatever_the_size_of_a_batch(shop: Warehouse, model: ChurnModel) -> None:
    buyers = known_at(shop, AS_OF).purchases.customer_id.nunique().to_pyarrow().as_py()
    found = {}
    for rows in (37, 10_000):
        batches = list(scores(shop, model, AS_OF, rows))
        assert all(batch.schema == SCORE_SCHEMA and 0 < len(batch) <= rows for batch in batches)
        found[rows] = {row["customer_id"]: row for batch in batches for row in batch.to_pylist()}
        assert len(found[rows]) == sum(map(len, batches)) == buyers
    assert found[37] == found[10_000]


def test_a_row_says_what_it_is_and_why(shop: Warehouse, model: ChurnModel) -> None:
    row = next(scores(shop, model, AS_OF)).to_pylist()[0]
    assert (row["as_of"], row["horizon_days"], row["model_version"]) == (AS_OF, 45, model.version)
    assert row["value_at_risk"] == pytest.approx(row["churn_probability"] * row["spend_if_retained"])
    reasons = json.loads(row["reasons"])
    assert reasons
    assert {"reason", "effect", "toward", "numbers"} <= set(reasons[0])


def test_a_batch_scores_the_same_elsewhere(shop: Warehouse, model: ChurnModel) -> None:
    """As in a worker of another process, which gets everything pickled."""
    batch = next(shop.stream(features(known_at(shop, AS_OF), model.vectors, 45), 50))
    there = pickle.loads(pickle.dumps((score_batch, model, batch)))
    assert there[0](there[1], there[2], AS_OF).equals(score_batch(model, batch, AS_OF))


def test_unknown_amounts_are_null(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, [("a", 0, None), ("a", 30, None), ("b", 9, None)])
    row = next(scores(shop, train(shop, moment(60), 30), moment(60))).to_pylist()[0]
    assert [row[name] for name in ("expected_spend", "spend_if_retained", "value_at_risk")] == [None] * 3
    assert 0 < row["churn_probability"] < 1
