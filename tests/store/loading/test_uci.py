"""UCI Online Retail: all 541,909 lines accounted for, and money equal to pandas."""

import os
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from store.loading import LoadReport, load
from store.warehouse import Warehouse

SHARED = Path(os.environ.get("WINBACK_SHARED", Path(__file__).parents[4] / "shared"))
SOURCE = SHARED / "data" / "online_retail.parquet"
pytestmark = pytest.mark.skipif(not SOURCE.is_file(), reason=f"{SOURCE} is not there; set WINBACK_SHARED to its folder")


@pytest.fixture(scope="module")
def uci(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LoadReport]:
    home = tmp_path_factory.mktemp("uci")
    return home, load(SOURCE, home, preset="uci-online-retail")


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    return pd.read_parquet(SOURCE)


def test_every_line_is_accounted_for(uci, published, rejects):
    _, report = uci
    assert report.read == len(published) == 541_909
    assert report.read == report.loaded + report.rejected
    refused = (published.UnitPrice <= 0) | published.InvoiceNo.str.startswith("A")
    assert report.rejected == refused.sum() == 2_518
    assert report.tables["order_items"] == report.loaded == 539_391
    lines = [record["line"] for record in rejects(report.rejects_file)]
    assert lines == [position + 1 for position in published.index[refused]]


def test_money_is_the_published_money(uci, published):
    home, _ = uci
    good = published[(published.UnitPrice > 0) & ~published.InvoiceNo.str.startswith("A")]
    amount = good.Quantity * good.UnitPrice
    returned = good.InvoiceNo.str.startswith("C")
    sums = dict(Warehouse.open(home).backend.raw_sql("SELECT status, sum(total) FROM orders GROUP BY 1").fetchall())
    assert float(sums["completed"]) == pytest.approx(amount[~returned].sum(), abs=0.005)
    assert float(sums["refunded"]) == pytest.approx(amount[returned].sum(), abs=0.005)
    # The published total also holds the bad debts, which come to nothing else than a loss.
    bad_debt = published[published.InvoiceNo.str.startswith("A")]
    everything = float(sum(sums.values())) + (bad_debt.Quantity * bad_debt.UnitPrice).sum()
    assert everything == pytest.approx(9_747_747.93, abs=0.01)


def test_guests_keep_their_revenue_and_country(uci, published):
    home, _ = uci
    good = published[(published.UnitPrice > 0) & published.InvoiceNo.str.startswith("5") & published.CustomerID.isna()]
    expected = (good.Quantity * good.UnitPrice).groupby(good.Country).sum()
    query = "SELECT country, sum(total) FROM orders WHERE customer_id IS NULL AND status = 'completed' GROUP BY 1"
    found = dict(Warehouse.open(home).backend.raw_sql(query).fetchall())
    assert found.keys() == set(expected.index)
    assert all(float(found[country]) == pytest.approx(value, abs=0.005) for country, value in expected.items())


def test_lines_keep_their_order_and_products_their_usual_name(uci):
    home, _ = uci
    backend = Warehouse.open(home).backend
    lines = backend.raw_sql("SELECT product_id FROM order_items WHERE order_id = '536365' ORDER BY line").fetchall()
    assert [line[0] for line in lines] == ["85123A", "71053", "84406B", "84029G", "84029E", "22752", "21730"]
    name = backend.raw_sql("SELECT name FROM products WHERE product_id = '85123A'").fetchone()
    assert name == ("WHITE HANGING HEART T-LIGHT HOLDER",)
    fees = backend.raw_sql("SELECT sum(quantity * unit_price) FROM order_items JOIN products USING (product_id) "
                           "WHERE category = 'fees' AND product_id = 'POST'").fetchone()  # fmt: skip
    assert fees == (Decimal("66230.6400"),)


def test_loading_it_again_changes_nothing(uci):
    home, _ = uci
    version = Warehouse.open(home).info.version
    report = load(SOURCE, home, preset="uci-online-retail")
    assert (report.read, report.changed, Warehouse.open(home).info.version) == (541_909, False, version)


def test_an_export_cut_inside_an_invoice_goes_on_where_it_stopped(uci, published, tmp_path):
    home, _ = uci
    cut = published.index[published.InvoiceNo == "540185"][3]
    published[:cut].to_parquet(tmp_path / "first.parquet")
    published[cut:].to_parquet(tmp_path / "second.parquet")
    for part in ("first", "second"):
        load(tmp_path / f"{part}.parquet", tmp_path / "home", preset="uci-online-retail")
    query = (
        "SELECT status, count(*), sum(total), sum((SELECT count(*) FROM order_items)) FROM orders GROUP BY 1 ORDER BY 1"
    )
    whole, parts = (Warehouse.open(path).backend.raw_sql(query).fetchall() for path in (home, tmp_path / "home"))
    assert whole == parts
