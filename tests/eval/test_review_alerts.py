"""The evaluation of alerts: its shops are the demo's, and its figures count what they say."""

from pathlib import Path

import duckdb
import numpy as np
import pytest

from eval.reviews.alert_labels import labelled
from eval.reviews.alert_score import NEVER, Heard, Raised, replay
from eval.reviews.alert_shops import DemoReviews, demo_reviews
from eval.reviews.alerts import alarms, recall, run
from store.demo.make import make_demo
from store.warehouse import Warehouse
from tools.reviews.alerts.series import Item
from tools.reviews.alerts.watch import Alert

CUSTOMERS, SEED = 2000, 103


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> DemoReviews:
    return demo_reviews(CUSTOMERS, SEED, tmp_path_factory.mktemp("cache"))


def test_reviews_are_those_of_the_demo_shop(shop: DemoReviews, tmp_path: Path) -> None:
    make_demo(tmp_path, CUSTOMERS, seed=SEED)
    facts = Warehouse.open(tmp_path).facts_file
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{facts}' AS facts (READ_ONLY)")
        truth = f"'{tmp_path}/truth'"
        found = connection.execute(
            "SELECT text, product_id, category, country, t.aspects, coalesce(i.surge_id, '') "
            "FROM facts.reviews AS r JOIN facts.products USING (product_id) JOIN facts.customers USING (customer_id) "
            f"JOIN read_parquet({truth} || '/reviews.parquet') AS t USING (review_id) "
            f"LEFT JOIN read_parquet({truth} || '/incidents.parquet') AS i USING (order_id) ORDER BY review_id"
        ).fetchall()
        planted = connection.execute(
            f"SELECT surge_id, aspect, value FROM read_parquet({truth} || '/surges.parquet') ORDER BY surge_id"
        ).fetchall()
    numbers = {surge.number: surge.surge_id for surge in shop.surges}
    columns = [shop.table[name].to_pylist() for name in ("text", "product_id", "category", "country", "aspects")]
    assert list(zip(*columns, [numbers.get(one, "") for one in shop.surge.tolist()], strict=True)) == found
    assert [(one.surge_id, one.aspect, one.item.id or "all") for one in shop.surges] == planted


def test_a_shop_is_made_once(shop: DemoReviews, tmp_path: Path) -> None:
    first = demo_reviews(300, 1, tmp_path)
    written = (tmp_path / f"{first.key}.parquet").stat().st_mtime_ns
    assert demo_reviews(300, 1, tmp_path).table.equals(first.table)
    assert (tmp_path / f"{first.key}.parquet").stat().st_mtime_ns == written


def test_replaying_hears_what_was_planted(shop: DemoReviews, tmp_path: Path) -> None:
    heard, raised = replay(shop, labelled(shop, "truth", tmp_path))
    assert [one.surge_id for one in heard] == ["s01", "s02", "s03", "s04", "s05", "s06"]
    assert all(0 <= one.delay <= one.exact for one in heard)
    assert all(one.early <= one.complaints for one in heard)
    assert sum(one.delay < NEVER for one in heard) >= 4
    assert sum(one.explained for one in raised) >= 4


def test_nothing_is_heard_where_nobody_complains(shop: DemoReviews) -> None:
    heard, raised = replay(shop, np.zeros((shop.table.num_rows, 8), dtype=np.bool_))
    assert raised == []
    assert all(one.delay == NEVER for one in heard)


def test_every_alert_of_a_quiet_shop_is_false(tmp_path: Path) -> None:
    report = run([SEED], 500, "stars", planted=False, cache=tmp_path)
    assert report["false_alarms"] == report["alerts"]
    assert "recall_7_days" not in report


def _heard(delay: int, early: int, exact: int | None = None) -> Heard:
    return Heard("shop", "s01", delay, delay if exact is None else exact, 4, 2, 1, early, early + 5)


def test_recall_by_hand() -> None:
    figures = recall([_heard(3, 12), _heard(7, 3, exact=20), _heard(8, 3), _heard(NEVER, 2)])
    assert figures["recall_7_days"] == 0.5
    assert figures["recall_7_days_exact"] == 0.25
    assert figures["recall_7_days_after_third"] == 0.75
    assert figures["recall_7_days_ideal"] == 1.0
    assert figures["recall_ever"] == 0.75
    assert figures["median_delay"] == 7.5
    assert figures["by_complaints_in_7_days"]["1-4"]["surges"] == 3
    assert len(figures["late"]) == 2


def test_false_alarms_by_hand() -> None:
    alert = Alert(Item("product", "p1"), 2, 10, 14, 5, 0.5, 6, 0.1, 0.8, 1e-6, 0.01, True, 0)
    figures = alarms([Raised("shop", 14, alert, True), Raised("shop", 20, alert, False)], 36)
    assert (figures["alerts"], figures["false_alarms"], figures["false_share"]) == (2, 1, 0.5)
    assert figures["false_per_shop_month"] == round(1 / 36, 4)
