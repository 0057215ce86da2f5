"""Monitoring of a shop: kept scores are judged when their horizon has passed, once, and history survives accidents."""

import json
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from store.settings import Settings
from store.shop import Shop
from store.warehouse import Warehouse
from store.warehouse.insights import store_insights
from tests.tools.churn.shops import Row, Rows, opened
from tools.churn.btyd import ParetoNBD
from tools.churn.model import ChurnModel
from tools.churn.model.model import HeldOut
from tools.churn.monitoring import check, folder_of, read_history, summary, warnings, watch
from tools.churn.monitoring.history import History, append
from tools.churn.monitoring.kept import Kept, due, keep, sampled
from tools.churn.scoring import SCORE_SCHEMA

START, DAYS, CUSTOMERS = datetime(2026, 1, 1), 100, 1_500
END = START + timedelta(days=DAYS)
AT = END - timedelta(days=40)
IDS = [f"c{n:04}" for n in range(CUSTOMERS)]
CHANCE = np.random.default_rng(1).beta(0.8, 1.2, CUSTOMERS)  # of leaving, at AT
LEFT = np.random.default_rng(2).random(CUSTOMERS) < CHANCE
GERMAN = np.arange(CUSTOMERS) % 5 == 0


def shop_rows() -> Rows:
    """Everybody buys on the first day, those who do not leave again within 30 days of AT; a guest on the last day."""
    orders: list[Row] = [(f"a{one}", one, START, "web", "completed", 20, None) for one in IDS]
    stay = [one for one, left in zip(IDS, LEFT, strict=True) if not left]
    orders += [(f"b{one}", one, AT + timedelta(days=5), "web", "completed", 20, None) for one in stay]
    orders.append(("last", None, END, "web", "completed", 20, None))
    countries = np.where(GERMAN, "Germany", "France").tolist()
    return Rows(
        customers=[(one, country, None, None, None) for one, country in zip(IDS, countries, strict=True)],
        products=[("p", "P", None, 20, None)],
        orders=orders,
        order_items=[(row[0], 1, "p", 1, 20) for row in orders],
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made")
    opened(home, shop_rows()).close()
    return home


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Shop:
    home = shutil.copytree(made, tmp_path / "shop")
    ledger: Any = SimpleNamespace()
    shop = Shop(Settings(home=home, as_of=None), home, Warehouse.open(home), ledger)
    score(shop, CHANCE)
    return shop


def score(shop: Shop, probability: Any) -> None:
    """Stores churn_scores with these probabilities."""
    values = {"customer_id": IDS, "churn_probability": probability, "expected_spend": np.full(CUSTOMERS, 9.0)}
    given = {
        "as_of": [END] * CUSTOMERS,
        "horizon_days": [30] * CUSTOMERS,
        "reasons": ["[]"] * CUSTOMERS,
        "model_version": ["v"] * CUSTOMERS,
    }
    columns = [
        pa.array(values.get(one.name, given.get(one.name, np.zeros(CUSTOMERS))), type=one.type) for one in SCORE_SCHEMA
    ]
    store_insights(
        shop.home, shop.warehouse, "churn_scores", [pa.RecordBatch.from_arrays(columns, schema=SCORE_SCHEMA)]
    )


MODEL = ChurnModel(30, "pooled", ParetoNBD(1.0, 10.0, 0.6, 11.0))


def kept_at(probability: Any, at: datetime = AT, spend: Any = None) -> Kept:
    table = pa.table(
        {
            "customer_id": IDS,
            "churn_probability": pa.array(probability, type=pa.float64()),
            "expected_spend": pa.array([9.0] * CUSTOMERS if spend is None else spend, type=pa.float64()),
        }
    )
    return Kept(at, 30, MODEL.version, table)


def seen(shop: Shop, probability: Any, history: History | None = None) -> list[str]:
    keep(folder_of(shop.home), kept_at(probability))
    checks = check(shop, MODEL, sampled(shop.warehouse), history or History([]))
    json.dumps(checks.line, allow_nan=False)
    return warnings(checks.line)


def test_sound_scores_are_judged_without_a_warning(shop: Shop) -> None:
    assert seen(shop, CHANCE) == []
    line = check(shop, MODEL, sampled(shop.warehouse), History([])).line
    (judged,) = line["judged"]
    assert judged["customers"] == CUSTOMERS
    assert judged["happened"] == pytest.approx(LEFT.mean())
    assert judged["spend"] == 20 * (~LEFT).sum()
    assert set(judged["groups"]["country"]) == {"France", "Germany"}


def test_scores_that_were_too_low_are_told_in_one_sentence(shop: Shop) -> None:
    (told,) = seen(shop, np.clip(CHANCE - 0.08, 0.01, 1))
    assert told.startswith("Churn scores are 7 points too low since the refresh of 2026-03-02: predicted 3")
    assert told.count(".") == 1


def test_a_group_that_is_scored_wrongly_is_named_in_both_languages(shop: Shop) -> None:
    keep(folder_of(shop.home), kept_at(np.where(GERMAN, np.clip(CHANCE + 0.2, 0, 0.99), CHANCE)))
    line = check(shop, MODEL, sampled(shop.warehouse), History([])).line
    (finding,) = [one for one in line["findings"] if one["kind"] == "group_gap" and one["group"] == "Germany"]
    assert finding["low"] < 0.2
    assert "for customers in Germany are" in "".join(warnings(line))
    assert "points too high" in "".join(warnings(line))
    assert "Germany客户的流失评分偏高" in "".join(warnings(line, "zh"))


def test_scores_wait_for_their_horizon_in_the_facts(shop: Shop) -> None:
    folder = folder_of(shop.home)
    keep(folder, kept_at(CHANCE))
    assert due(folder, AT + timedelta(days=29)) == []
    assert len(due(folder, AT + timedelta(days=30))) == 1
    later = replace(shop, settings=Settings(home=shop.home, as_of=END + timedelta(days=300)))
    keep(folder, kept_at(CHANCE, END - timedelta(days=1)))
    matured = check(later, MODEL, sampled(shop.warehouse), History([])).matured
    assert [one.at for one in matured] == [AT]  # of the day before the end of the facts nobody knows what followed


def test_daily_refreshes_do_not_pile_up(tmp_path: Path) -> None:
    for day in range(30):
        keep(tmp_path, kept_at(CHANCE, AT + timedelta(days=day)))
    assert len(list(tmp_path.glob("scored-*.parquet"))) == 6


def test_a_damaged_file_and_strange_files_are_left_out(tmp_path: Path) -> None:
    keep(tmp_path, kept_at(CHANCE))
    (tmp_path / "scored-20260101T000000.parquet").write_bytes(b"nonsense")
    (tmp_path / "scored-notes.parquet").write_bytes(b"")
    assert [one.at for one in due(tmp_path, END)] == [AT]


def test_watching_judges_once_and_remembers(shop: Shop) -> None:
    keep(folder_of(shop.home), kept_at(CHANCE))
    file = folder_of(shop.home) / "history.jsonl"
    assert watch(shop, MODEL) == []
    told = summary(read_history(file))
    assert len(told) == 1
    assert told[0].startswith("Churn scores checked since the refresh of 2026-03-02: predicted ")
    assert watch(shop, MODEL) == []
    first, second = read_history(file).lines
    assert (len(first["judged"]), len(second["judged"])) == (1, 0)
    assert summary(read_history(file)) == ["Scores of today can be checked against what happened from 2026-05-11 on."]


def test_what_training_saw_is_judged_too(shop: Shop) -> None:
    wrong = HeldOut(AT, 30, np.array(IDS), np.clip(CHANCE + 0.1, 0, 1), LEFT)
    told = warnings(check(shop, replace(MODEL, held_out=wrong), sampled(shop.warehouse), History([])).line)
    assert "points too high when the model was tried on customers kept apart, from 2026-03-02 on" in told[0]


def test_a_shift_of_scores_and_of_customers_is_told_against_the_refresh_before(shop: Shop) -> None:
    line = check(shop, MODEL, sampled(shop.warehouse), History([])).line | {"at": AT.isoformat()}
    same = check(shop, MODEL, sampled(shop.warehouse), History([line]))
    assert same.line["findings"] == []
    assert same.line["drift"]["at"] == AT.isoformat()
    score(shop, CHANCE**0.3)
    (told,) = warnings(check(shop, MODEL, sampled(shop.warehouse), History([line])).line)
    assert told.startswith("Churn scores have shifted since the refresh of 2026-03-02: the median went from ")
    spent = line["bins"]["spend_mean"]
    spent["quantiles"] = np.linspace(30, 90, 19).tolist()
    spent["counts"] = [CUSTOMERS // 10] * 10
    told = warnings(check(shop, MODEL, sampled(shop.warehouse), History([line])).line)
    assert any(one.startswith("What customers spend changed markedly") for one in told)


def test_refreshes_that_look_differently_far_ahead_are_not_compared(shop: Shop) -> None:
    line = check(shop, MODEL, sampled(shop.warehouse), History([])).line
    before = line | {"at": AT.isoformat(), "horizon_days": 60}
    found = check(shop, MODEL, sampled(shop.warehouse), History([before])).line
    assert "drift" not in found
    assert any("not compared" in one for one in summary(History([found])))


def test_a_sample_is_always_of_the_same_customers(shop: Shop) -> None:
    some = sampled(shop.warehouse, 300)
    assert 220 < some.num_rows < 380
    assert set(some["customer_id"].to_pylist()) == set(sampled(shop.warehouse, 300)["customer_id"].to_pylist())


def test_history_skips_damage_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "models" / "history.jsonl"
    line = {"at": "2026-01-01T00:00:00", "until": "2026-02-01T00:00:00", "judged": [], "findings": []}
    append(file, line)
    with file.open("ab") as handle:
        handle.write(b'\xff\xfe{"at": 3}\n[1]\n{"at": "2026-0')  # the last as of a process killed while it wrote
    append(file, line)
    history = read_history(file)
    assert (len(history.lines), history.unreadable) == (2, 3)
    assert summary(history)[-1] == "Damaged lines of the monitoring history were skipped: 3."
    assert "3 行" in summary(history, "zh")[-1]
    assert summary(read_history(tmp_path / "none.jsonl")) == []
