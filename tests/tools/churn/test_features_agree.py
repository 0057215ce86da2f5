"""The features against the same figures from hand-written pandas and from hand-written SQL."""

from pathlib import Path

import numpy as np
import pytest

from eval.bench import churn_pandas
from eval.bench.churn_sql import features_sql
from store.warehouse import Warehouse
from tests.tools.churn.shops import CUTOFF, opened, random_rows
from tools.churn.embedding import ProductVectors
from tools.churn.features import FEATURES, features
from tools.churn.known import known_at

HORIZON = 60


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("agree")
    warehouse = opened(home, random_rows(120))
    known = known_at(warehouse, CUTOFF)
    vectors = ProductVectors.fit(known)
    ours = features(known, vectors, HORIZON).to_pyarrow().to_pandas().set_index("customer_id").sort_index()
    con = warehouse.backend.con
    con.register("vectors", vectors.arrow())
    sql = con.sql(features_sql(CUTOFF, HORIZON)).df().set_index("customer_id").sort_index()
    return ours[list(FEATURES)], sql, _pandas(warehouse, home, vectors)


def _pandas(warehouse: Warehouse, folder: Path, vectors: ProductVectors):
    churn_pandas.export(warehouse, folder)
    frames = churn_pandas.read(folder, CUTOFF)
    return churn_pandas.features(frames, CUTOFF, HORIZON, vectors).sort_index()


@pytest.mark.parametrize("arm", [1, 2], ids=["sql", "pandas"])
def test_every_feature_is_the_same_to_a_billionth(three, arm):
    ours, other = three[0], three[arm]
    assert list(ours.index) == list(other.index)
    assert len(ours) > 40
    assert set(other.columns) == set(FEATURES)
    for name in FEATURES:
        np.testing.assert_allclose(ours[name], other[name].astype(float), rtol=1e-9, atol=1e-9, err_msg=name)


def test_every_feature_tells_customers_apart(three):
    assert [name for name in FEATURES if three[0][name].nunique() < 2] == []
