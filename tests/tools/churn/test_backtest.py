"""A backtest judges on what followed, and refuses windows the data do not hold."""

from pathlib import Path

import numpy as np
import pytest

from store.errors import WinbackError
from store.warehouse import Warehouse
from tests.tools.churn.logs import log, moment, shop_of
from tools.churn import metrics
from tools.churn.backtest import Backtest, backtest, check_window, judge
from tools.churn.baselines import recency
from tools.churn.observations import observe

CUT = moment(400)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return shop_of(tmp_path_factory.mktemp("shop"), log(500, 500))


@pytest.fixture(scope="module")
def found(shop: Warehouse) -> Backtest:
    return backtest(shop, CUT, 60)


def test_the_figures_are_of_what_followed(shop: Warehouse, found: Backtest) -> None:
    seen = observe(shop, CUT, 60)
    assert (found.customers, found.horizon_days, found.history_days) == (len(seen), 60, 401)
    assert found.churn_rate == pytest.approx((seen.orders == 0).mean())
    assert found.baselines["recency"] == judge(recency(seen.x), seen)
    assert found.baselines["recency"].auc == metrics.auc(np.isnan(seen.next_days), seen.x[:, 0])


def test_the_model_beats_recency_alone_and_is_calibrated(found: Backtest) -> None:
    model, alone = found.model, found.baselines["recency"]
    assert model.auc is not None
    assert alone.auc is not None
    assert model.auc > alone.auc > 0.6
    assert model.c_index is not None
    assert alone.c_index is not None
    assert model.c_index > alone.c_index
    assert model.calibration_error is not None
    assert model.calibration_error < 0.1
    assert model.bias == pytest.approx(0, abs=0.2)
    assert model.spend_bias == pytest.approx(0, abs=0.25)


def test_it_is_one_flat_object_with_all_baselines(found: Backtest) -> None:
    flat = found.flat()
    keys = "auc c_index brier calibration_error rmse r bias spend_rmse spend_bias customers churn_rate cutoff "
    keys += "horizon_days history_days model_version kind note baselines notes"
    assert list(flat) == keys.split()
    baselines = flat["baselines"]
    assert isinstance(baselines, dict)
    assert list(baselines) == ["recency", "past_rate", "rfm_logistic", "pareto_nbd", "bg_nbd"]
    assert all(list(one) == keys.split()[:9] for one in baselines.values())


def test_less_history_is_another_model(shop: Warehouse, found: Backtest) -> None:
    shorter = backtest(shop, CUT, 60, history_days=200)
    assert shorter.history_days <= 200
    assert shorter.customers < found.customers
    assert shorter.model_version != found.model_version


@pytest.mark.parametrize(
    ("day", "horizon", "told"),
    [
        (700, 30, "outside the data, which run from 2024-01-01 to"),
        (-1, 30, "The cut-off 2023-12-31 is outside the data"),
        (450, 90, "give a horizon of at most 49 days or an earlier cut-off"),
        (450, 0, "A horizon of 0 days has no outcome"),
    ],
)
def test_a_window_outside_the_data_is_one_sentence(shop: Warehouse, day: int, horizon: int, told: str) -> None:
    with pytest.raises(WinbackError, match=told):
        check_window(shop, moment(day), horizon)


def test_the_last_whole_day_may_be_the_last_of_the_horizon(shop: Warehouse) -> None:
    check_window(shop, moment(450), 49)


def test_a_shop_of_three_is_judged_by_its_fallback(tmp_path: Path) -> None:
    found = backtest(shop_of(tmp_path, [("a", 0, 1.0), ("b", 5, 2.0), ("c", 9, 5.0), ("c", 60, 5.0)]), moment(20), 30)
    assert found.kind == "pooled"
    assert found.model.auc is None
    assert found.churn_rate == 1
    assert found.model.brier is not None
    assert found.note is not None
