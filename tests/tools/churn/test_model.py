"""A model scores, explains itself exactly, and survives the disk."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from store.errors import WinbackError
from store.warehouse import Warehouse
from tests.tools.churn.logs import log, moment, shop_of
from tools.churn.features import FEATURES
from tools.churn.model import ChurnModel
from tools.churn.model.start import start
from tools.churn.observations import Observed, dates_of, observe
from tools.churn.training import train

AS_OF = moment(400)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return shop_of(tmp_path_factory.mktemp("shop"), log())


@pytest.fixture(scope="module")
def model(shop: Warehouse) -> ChurnModel:
    return train(shop, AS_OF, 60)


@pytest.fixture(scope="module")
def seen(shop: Warehouse, model: ChurnModel) -> Observed:
    return observe(shop, AS_OF, 60, vectors=model.vectors)


def test_scores_are_finite_and_belong_together(model: ChurnModel, seen: Observed) -> None:
    found = model.score(seen.x)
    assert model.kind == "lightgbm"
    assert model.note is None
    for values in (found.churn_probability, found.expected_orders, found.expected_spend, found.spend_if_retained):
        assert np.isfinite(values).all()
        assert (values >= 0).all()
    kept = 1 - found.churn_probability
    assert (found.expected_orders >= kept - 1e-9).all()
    assert (found.spend_if_retained * kept <= found.expected_spend * (1 + 1e-9)).all()
    basket = found.expected_spend / found.expected_orders
    assert (found.spend_if_retained / basket >= 1 - 1e-9).all()


def test_who_is_nearly_lost_would_buy_at_most_at_their_own_pace(model: ChurnModel, seen: Observed) -> None:
    found = model.score(seen.x)
    pace = np.exp(start(model.dates, dates_of(seen.x), model.horizon_days).pace)
    gone = found.churn_probability > 0.9
    assert gone.any()
    retained = (found.spend_if_retained / (found.expected_spend / found.expected_orders))[gone]
    at_pace = (pace / (1 - np.exp(-pace)))[gone]
    assert (retained <= np.maximum(at_pace, 1 / found.churn_probability[gone]) + 1e-9).all()
    assert retained.max() > 1.05


def test_contributions_add_up_to_the_log_odds(model: ChurnModel, seen: Observed) -> None:
    found = model.score(seen.x)
    assert found.contributions.shape == (len(seen), len(FEATURES) + 1)
    log_odds = np.log(found.churn_probability / (1 - found.churn_probability))
    assert found.contributions.sum(axis=1) == pytest.approx(log_odds)


def test_who_is_late_for_their_pace_is_told_so(model: ChurnModel, seen: Observed) -> None:
    found = model.score(seen.x)
    late = seen.x[:, FEATURES.index("lateness")] > 4
    silence = found.contributions[:, FEATURES.index("silence")]
    assert silence[late].mean() > silence[~late].mean() + 1


def test_it_is_the_same_after_saving(model: ChurnModel, seen: Observed, tmp_path: Path) -> None:
    model.save(tmp_path / "model")
    again = ChurnModel.load(tmp_path / "model")
    assert again.version == model.version
    for name, values in vars(model.score(seen.x)).items():
        assert (getattr(again.score(seen.x), name) == values).all()
    assert {path.suffix for path in (tmp_path / "model").iterdir()} == {".txt", ".json", ".npz"}


def test_it_pickles_for_workers(model: ChurnModel, seen: Observed) -> None:
    copy: ChurnModel = pickle.loads(pickle.dumps(model))
    assert (copy.score(seen.x).churn_probability == model.score(seen.x).churn_probability).all()


@pytest.mark.parametrize("name", ["model.json", "orders.txt", "leaving.txt", "vectors.npz"])
def test_a_damaged_file_is_named(model: ChurnModel, tmp_path: Path, name: str) -> None:
    model.save(tmp_path)
    (tmp_path / name).write_bytes(b"not what was written")
    with pytest.raises(WinbackError, match=f"damaged.*{name}.*winback refresh"):
        ChurnModel.load(tmp_path)


def test_a_missing_model_or_file_is_one_sentence(model: ChurnModel, tmp_path: Path) -> None:
    with pytest.raises(WinbackError, match="There is no churn model in"):
        ChurnModel.load(tmp_path / "none")
    model.save(tmp_path)
    (tmp_path / "orders.txt").unlink()
    with pytest.raises(WinbackError, match="damaged"):
        ChurnModel.load(tmp_path)


@pytest.mark.parametrize("content", ["[]", "{}", "7"])
def test_a_head_that_is_something_else_is_damage(tmp_path: Path, content: str) -> None:
    (tmp_path / "model.json").write_text(content)
    with pytest.raises(WinbackError, match="damaged"):
        ChurnModel.load(tmp_path)


def test_a_model_of_other_features_is_refused(model: ChurnModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    head = json.loads((tmp_path / "model.json").read_text())
    (tmp_path / "model.json").write_text(json.dumps(head | {"features": head["features"][:-1]}))
    with pytest.raises(WinbackError, match="another version of Winback"):
        ChurnModel.load(tmp_path)
