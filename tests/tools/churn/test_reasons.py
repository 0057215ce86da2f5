"""From contributions to worded reasons: sums, order, truth, direction, plural forms, both languages, speed."""

import json
import pickle
import time
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from tools.churn.explain import reasons, telling, worded
from tools.churn.explain.numbers import NUMBERS
from tools.churn.explain.reasons import EVENTS, LEAST, LEAVING, STAYING, grouped, groups
from tools.churn.explain.words import _words  # pyright: ignore[reportPrivateUsage]
from tools.churn.features import DETAILS, FEATURES, GROUPS

Floats = NDArray[np.float64]
SINCE = datetime(2026, 6, 3)
MOMENTS = [name for name in DETAILS if name.endswith("_at")]


def batch(rows: int = 1, **values: Any) -> pa.RecordBatch:
    """Features of `rows` customers, 0 (moments null) unless given."""
    columns: dict[str, Any] = {"customer_id": pa.array([f"c{n}" for n in range(rows)])}
    for name in (*FEATURES, *DETAILS):
        kind = pa.timestamp("us") if name in MOMENTS else pa.string() if name.endswith("_aspect") else pa.float64()
        given = values.get(name, None if name in MOMENTS or name.endswith("_aspect") else 0.0)
        columns[name] = pa.array(given if isinstance(given, list) else [given] * rows, kind)
    return pa.RecordBatch.from_pydict(columns)


def effects(**by_group: float) -> Floats:
    """One row of contributions whose groups have these sums, spread over their features."""
    sizes = {group: list(GROUPS.values()).count(group) for group in by_group}
    return np.array([[by_group.get(GROUPS[n], 0) / sizes.get(GROUPS[n], 1) for n in FEATURES] + [-3.0]])


def only(contributions: Floats, features: pa.RecordBatch) -> list[dict[str, Any]]:
    return json.loads(reasons(contributions, features)[0])


def test_contributions_add_up_to_reasons_and_the_base_is_left_out() -> None:
    contributions = np.random.default_rng(3).normal(size=(50, len(FEATURES) + 1))
    assert np.allclose(grouped(contributions).sum(axis=1), contributions[:, :-1].sum(axis=1))
    lateness = [place for place, name in enumerate(FEATURES) if GROUPS[name] == "lateness"]
    assert np.allclose(grouped(contributions)[:, groups().index("lateness")], contributions[:, lateness].sum(axis=1))


def test_the_strongest_come_first_with_their_direction() -> None:
    found = only(effects(lateness=1.5, browsing=0.7, spend=-0.9, tenure=LEAST / 2), batch(orders=4.0))
    assert [(one["reason"], one["effect"], one["toward"]) for one in found] == [
        ("lateness", 1.5, "leaving"),
        ("spend", -0.9, "staying"),
        ("browsing", 0.7, "leaving"),
    ]


def test_only_a_few_are_kept_of_each_direction() -> None:
    down, up = groups()[:5], groups()[5:]
    found = only(
        effects(**{g: -1.0 - n / 10 for n, g in enumerate(down)}, **{g: 1.0 + n for n, g in enumerate(up)}), batch()
    )
    assert [one["reason"] for one in found if one["toward"] == "leaving"] == list(reversed(up))[:LEAVING]
    assert [one["reason"] for one in found if one["toward"] == "staying"] == list(reversed(down))[:STAYING]


def test_what_went_wrong_lately_is_told_however_little_it_adds() -> None:
    others = {group: 1.0 + n for n, group in enumerate(groups()) if group not in EVENTS}
    upset: dict[str, Any] = {"reviews": 2.0, "complaints": 1.0, "last_complaint_at": SINCE}
    found = only(effects(complaints=0.001, **others), batch(complaints_slow=0.9, **upset))
    assert [one["reason"] for one in found if one["toward"] == "leaving"][-1] == "complaints"
    said = [worded(one, "en") for one in telling(found, "leaving")]
    assert said.index("negative review on 2026-06-03") <= 1
    for contributions, features in (
        (effects(complaints=0.001, **others), batch(complaints_slow=0.1, **upset)),  # long ago
        (effects(complaints=-0.001, **others), batch(complaints_slow=0.9, **upset)),  # speaks for staying
    ):
        assert "complaints" not in [one["reason"] for one in only(contributions, features)]


def test_nothing_moves_nothing_is_said() -> None:
    assert reasons(np.zeros((2, len(FEATURES) + 1)), batch(2)) == ["[]", "[]"]
    assert reasons(np.zeros((0, len(FEATURES) + 1)), batch(0)) == []


def test_every_row_gets_its_own_numbers() -> None:
    rng = np.random.default_rng(5)
    features = batch(200, recency_days=[float(n) for n in range(200)], orders=[2.0] * 200)
    for row, text in enumerate(reasons(rng.normal(size=(200, len(FEATURES) + 1)), features)):
        for one in json.loads(text):
            assert one["reason"] != "lateness" or one["numbers"]["since"] == row


def test_missing_numbers_are_left_out_never_nan() -> None:
    features = batch(usual_gap_days=None, recency_days=float("nan"), spend_last=float("inf"))
    found = only(effects(lateness=1.0, spend=0.5), features)
    assert found[0]["numbers"] == {"orders": 0}
    assert found[1]["numbers"] == {"before": 0, "mean": 0}


def test_reasons_name_every_group_and_read_columns_that_exist() -> None:
    assert set(NUMBERS) == set(GROUPS.values())
    assert {one.column for numbers in NUMBERS.values() for one in numbers} <= {*FEATURES, *DETAILS}


def test_reasons_travel_to_spark_workers() -> None:
    assert pickle.loads(pickle.dumps(reasons)) is reasons


CASES: list[tuple[str, float, dict[str, Any], str, str]] = [
    ("lateness", 1, {"recency_days": 71.0, "usual_gap_days": 23.2, "orders": 6.0},
     "usually orders every 23 days, last order 71 days ago", "通常 23 天一单，已 71 天未下单"),
    ("lateness", 1, {"recency_days": 1.0, "usual_gap_days": 23.0, "orders": 6.0},
     "last order 1 day ago, one every 23 days on average", "1 天前下过单，平均 23 天一单"),
    ("lateness", -1, {"recency_days": 3.0, "usual_gap_days": 1.0, "orders": 6.0},
     "last order 3 days ago, one every 1 day on average", "3 天前下过单，平均 1 天一单"),
    ("lateness", -1, {"recency_days": 3.0, "usual_gap_days": 8.0, "orders": 6.0},
     "last order 3 days ago, usually one every 8 days", "3 天前下过单，通常 8 天一单"),
    ("lateness", 1, {"recency_days": 40.0, "usual_gap_days": None, "orders": 1.0},
     "bought only once, 40 days ago", "只买过一次，在 40 天前"),
    ("frequency", 1, {"orders": 2.0, "first_order_at": SINCE},
     "only 2 orders since 2026-06-03", "2026-06-03 以来只下过 2 单"),
    ("frequency", -1, {"orders": 12.0, "orders_last": 5.0, "first_order_at": SINCE},
     "12 orders since 2026-06-03, 5 in the last 90 days", "2026-06-03 以来下过 12 单，最近 90 天 5 单"),
    ("spend", 1, {"spend_last": 214.0, "spend_before": 1610.5},
     "spent £214.00 in the last 90 days, £1,610.50 in the 90 before",
     "最近 90 天消费 £214.00，此前 90 天 £1,610.50"),
    ("trend", 1, {"orders_last": 1.0, "orders_before": 4.0},
     "orders fell from 4 to 1 in 90 days", "90 天的订单从 4 单降到 1 单"),
    ("browsing", 1, {"sessions": 20.0, "sessions_month": 2.0, "sessions_month_before": 9.0},
     "visits fell from 9 to 2 in 4 weeks", "4 周的访问从 9 次降到 2 次"),
    ("browsing", 1, {"sessions": 20.0, "sessions_month": 1.0, "sessions_month_before": 0.0},
     "1 visit in the last 4 weeks, 0 in the 4 before", "最近 4 周访问 1 次，此前 4 周 0 次"),
    ("complaints", 1, {"reviews": 3.0, "complaints": 2.0, "complaints_delivery": 2.0, "last_complaint_at": SINCE,
     "last_complaint_aspect": "delivery"},
     "complained about delivery 2 times in the last 120 days", "近 120 天投诉物流 2 次"),
    ("complaints", 1, {"reviews": 3.0, "complaints": 1.0, "complaints_fit": 1.0, "last_complaint_at": SINCE,
     "last_complaint_aspect": "fit"}, "complained about fit on 2026-06-03", "2026-06-03 投诉尺码"),
    ("complaints", 1, {"reviews": 3.0, "complaints": 1.0, "last_complaint_at": SINCE},
     "negative review on 2026-06-03", "2026-06-03 写了差评"),
    ("complaints", -1, {"reviews": 1.0}, "1 review, none negative", "1 条评价，没有差评"),
    ("complaints", -1, {"reviews": 4.0, "complaints": 1.0, "last_complaint_at": SINCE},
     "4 reviews, 1 negative", "4 条评价，其中 1 条差评"),
    ("refunds", 1, {"refunded_orders": 1.0, "last_refund_at": SINCE}, "order of 2026-06-03 refunded",
     "2026-06-03 的订单退款"),
    ("refunds", -1, {"refunded_orders": 1.0, "last_refund_at": SINCE}, "1 order refunded", "1 单退款"),
    ("range", 1, {"products": 1.0, "categories": 1.0}, "bought from only 1 category, 1 product",
     "只买过 1 个品类，共 1 种商品"),
]  # fmt: skip


@pytest.mark.parametrize(("group", "sign", "values", "english", "chinese"), CASES)
def test_wording_is_true_and_speaks_for_its_direction(
    group: str, sign: float, values: dict[str, Any], english: str, chinese: str
) -> None:
    (one,) = only(effects(**{group: sign}), batch(**values))
    assert worded(one, "en", "GBP") == english
    assert worded(one, "zh", "GBP") == chinese


@pytest.mark.parametrize("language", ["en", "zh"])
def test_whatever_the_facts_every_reason_can_be_said(language: str) -> None:
    rng = np.random.default_rng(11)
    rows = 400
    values: dict[str, Any] = {name: rng.integers(0, 3, rows).astype(float).tolist() for name in FEATURES}
    values |= {name: [SINCE if flag else None for flag in rng.integers(0, 2, rows)] for name in MOMENTS}
    values["orders"] = rng.integers(1, 5, rows).astype(float).tolist()
    values["usual_gap_days"] = [float(n) or None for n in rng.integers(0, 3, rows)]
    values["first_order_at"] = SINCE
    features = batch(rows, **values)
    for text in reasons(rng.normal(size=(rows, len(FEATURES) + 1)), features):
        for one in json.loads(text):
            said = worded(one, language, "GBP", 60)
            assert said
            assert "None" not in said


def test_the_same_fact_is_not_told_twice_and_neutral_ones_only_for_want_of_better() -> None:
    features = batch(orders=1.0, recency_days=30.0, usual_gap_days=None, reviews=2.0)
    found = only(effects(lateness=0.9, frequency=0.8, complaints=0.7), features)
    assert [worded(one, "en") for one in telling(found, "leaving")] == ["bought only once, 30 days ago"]
    found = only(effects(lateness=0.8, frequency=0.9), features)
    assert [worded(one, "en") for one in telling(found, "leaving")] == ["bought only once, 30 days ago"]
    found = only(effects(complaints=0.7), features)
    assert [worded(one, "en") for one in telling(found, "leaving")] == ["2 reviews, none negative"]
    assert telling(found, "staying") == []


def test_both_languages_have_the_same_statements() -> None:
    words = _words()
    assert words["en"]["statements"].keys() == words["zh"]["statements"].keys()
    named = {key for keys in words["supports"].values() for key in keys} | set(words["same"])
    assert named <= words["en"]["statements"].keys()


def test_fifty_thousand_rows_are_quick() -> None:
    rows = 50_000
    features = batch(rows, orders=2.0, recency_days=50.0, usual_gap_days=20.0, first_order_at=SINCE)
    contributions = np.random.default_rng(1).normal(size=(rows, len(FEATURES) + 1))
    started = time.process_time()
    assert len(reasons(contributions, features)) == rows
    assert time.process_time() - started < 5  # a tenth of that on an idle core
