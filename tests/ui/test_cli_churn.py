"""`winback churn backtest`."""

import json
from pathlib import Path

import pytest

from tests.tools.churn.logs import START, log, shop_of
from tests.ui.conftest import Run


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of dates alone, as a shop might export it."""
    from datetime import timedelta

    path = tmp_path_factory.mktemp("source") / "log.csv"
    rows = [f"{who},{(START + timedelta(days=day)).date()}" for who, day, _ in log(400, 400)]
    path.write_text("\n".join(["customer,date", *rows]))
    return path


def test_a_log_of_dates_alone_is_judged(winback: Run, source: Path) -> None:
    options = ("--preset", "transactions", "--cutoff", "2024-11-30", "--horizon", 45, "--json")
    ran = winback("churn", "backtest", source, *options)
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert (found["cutoff"], found["horizon_days"], found["kind"]) == ("2024-11-30", 45, "lightgbm")
    assert found["auc"] > 0.6
    assert found["spend_bias"] is None
    assert "amounts of this shop's orders are unknown" in found["note"]
    assert found["baselines"]["pareto_nbd"]["brier"] > 0


def test_a_shop_is_used_as_it_is_and_a_table_names_every_method(winback: Run, tmp_path: Path) -> None:
    shop_of(tmp_path / "shop", [("a", 0, 1.0), ("b", 5, 2.0), ("c", 9, 5.0), ("c", 60, 5.0)])
    ran = winback("churn", "backtest", tmp_path / "shop", "--cutoff", "2024-01-31", "--horizon", 20)
    assert ran.code == 0, ran.err
    assert "3 customers at 2024-01-31, 100.0% without an order in the next 20 days" in ran.out
    for method in ("pooled", "recency", "rfm_logistic", "pareto_nbd", "bg_nbd"):
        assert method in ran.out
    assert "A model of this shop's own needs at least 200 customers" in ran.out


def test_wrong_use_is_one_sentence(winback: Run, source: Path, tmp_path: Path) -> None:
    ran = winback("churn", "backtest", source, "--cutoff", "last week", "--horizon", 30)
    assert ran.code == 2
    assert "'last week' is not a day; write it as 2011-09-10" in ran.err
    ran = winback("churn", "backtest", tmp_path / "none.csv", "--cutoff", "2024-05-01", "--horizon", 30)
    assert ran.code == 1
    assert "There is no file or folder" in ran.err
    ran = winback("churn", "backtest", source, "--preset", "transactions", "--cutoff", "2031-05-01", "--horizon", 30)
    assert ran.code == 1
    assert "The cut-off 2031-05-01 is outside the data" in ran.err
    assert "Traceback" not in ran.err
