"""Logs with a customer and a date but no order number: one order for each customer and day."""

import os
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from store.errors import WinbackError
from store.loading import load

CDNOW = Path(os.environ.get("WINBACK_SHARED", Path(__file__).parents[4] / "shared")) / "data" / "cdnow.parquet"
ORDERS = "SELECT order_id, customer_id, ordered_at, status, total FROM orders ORDER BY order_id"


def write(folder: Path, text: str, name: str = "log.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def cents(number: str) -> Decimal:
    return Decimal(number).quantize(Decimal("0.0001"))


@pytest.mark.skipif(not CDNOW.is_file(), reason=f"{CDNOW} is not there; set WINBACK_SHARED to its folder")
@pytest.mark.parametrize("preset", [None, "transactions"])
def test_cdnow(home, fetch, preset):
    published = pd.read_parquet(CDNOW)
    report = load(CDNOW, home, preset=preset)
    assert (report.read, report.loaded, report.rejected) == (69_659, 69_659, 0)
    assert report.tables == {
        "customers": 23_570, "products": 1, "orders": len(published.groupby(["customer_id", "date"])),
        "order_items": 69_659, "events": 0, "reviews": 0,
    }  # fmt: skip
    total = Decimal(str(published.amount.sum())).quantize(Decimal("0.01"))
    by_day = published.groupby(["customer_id", "date"]).amount.sum().round(2)
    assert fetch("SELECT sum(total), count(*) FILTER (total = 0), count(*) FILTER (total IS NULL) FROM orders") == [
        (total, (by_day == 0).sum(), 0)
    ]
    assert fetch("SELECT sum(quantity) FROM order_items") == [(published.quantity.sum(),)]
    assert load(CDNOW, home, preset=preset).changed is False


@pytest.mark.parametrize("header", ["cust,date", "CUST,DATE", "id,t", "客户编号,日期", "household_key,day"])
def test_a_customer_and_a_date_are_enough(tmp_path, home, fetch, header):
    source = write(tmp_path, f"{header}\n7,20060110\n7,2006-01-10\n8,2006-02-01\n7,soon\n,2006-02-01\n")
    report = load(source, home)
    assert (report.read, report.loaded, report.rejected) == (5, 3, 2)
    assert any("not a date" in note for note in report.notes)
    assert any("customer_id is missing" in note for note in report.notes)
    assert fetch(ORDERS) == [
        ("7-2006-01-10", "7", datetime(2006, 1, 10), "completed", None),
        ("8-2006-02-01", "8", datetime(2006, 2, 1), "completed", None),
    ]
    items = "SELECT order_id, line, product_id, quantity, unit_price FROM order_items ORDER BY 1, 2"
    assert fetch(items) == [
        ("7-2006-01-10", 1, "unknown", 1, None),
        ("7-2006-01-10", 2, "unknown", 1, None),
        ("8-2006-02-01", 1, "unknown", 1, None),
    ]
    assert load(source, home).changed is False


def test_amounts_zero_unknown_and_given_back(tmp_path, home, fetch):
    source = write(
        tmp_path,
        "CUST,DATE,SALES,QTY\n1,2020-01-01,10,3\n1,2020-01-01,10,3\n2,2020-01-01,0,1\n3,2020-01-01,5,1\n3,2020-01-01,,1\n"
        "1,2020-01-01,-4,2\n4,2020-01-02,2.5,0.75\n4,2020-01-02,2.5,0\n4,2020-01-02,much,1\n",
    )
    report = load(source, home)
    assert (report.read, report.rejected) == (9, 2)
    assert [(row[0], row[3], row[4]) for row in fetch(ORDERS)] == [
        ("1-2020-01-01", "completed", cents("20")),
        ("1-2020-01-01-refund", "refunded", cents("-4")),
        ("2-2020-01-01", "completed", cents("0")),
        ("3-2020-01-01", "completed", None),
        ("4-2020-01-02", "completed", cents("2.5")),
    ]
    assert fetch("SELECT quantity, unit_price FROM order_items WHERE order_id IN ('1-2020-01-01-refund', "
                 "'4-2020-01-02') ORDER BY 1") == [(-2, cents("2")), (1, cents("2.5"))]  # fmt: skip


def test_uci_without_its_invoices(tmp_path, home, fetch):
    source = write(
        tmp_path,
        "StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        "A,Red mug,2,2010-12-01 08:26:00,2.55,17850.0,France\nB,Blue mug,1,2010-12-01 10:00:00,3,17850,France\n"
        "A,Red mug,-1,2010-12-02 09:00:00,2.55,17850,France\nA,Red mug,1,2010-12-02 09:00:00,2.55,,France\n",
    )
    report = load(source, home)
    assert (report.read, report.loaded) == (4, 3)
    assert fetch(ORDERS) == [
        ("17850-2010-12-01", "17850", datetime(2010, 12, 1, 8, 26), "completed", cents("8.1")),
        ("17850-2010-12-02-refund", "17850", datetime(2010, 12, 2, 9), "refunded", cents("-2.55")),
    ]
    assert fetch("SELECT product_id, name FROM products ORDER BY 1") == [("A", "Red mug"), ("B", "Blue mug")]
    assert fetch("SELECT country FROM customers") == [("France",)]


def test_the_time_of_day_may_stand_apart_and_dates_may_be_numbers(tmp_path, home, fetch):
    frame = pd.DataFrame({"cust": [1, 1], "date": [20200131, 20200131], "time": ["13:45", "09:00"], "total": [1.5, 2]})
    frame.to_parquet(tmp_path / "log.parquet")
    load(tmp_path / "log.parquet", home)
    assert fetch(ORDERS) == [("1-2020-01-31", "1", datetime(2020, 1, 31, 9), "completed", cents("3.5"))]


def test_a_day_cut_between_two_exports_adds_up(tmp_path, home, fetch):
    for lines in ("1,2020-01-01,4\n1,2020-01-01,4\n", "1,2020-01-01,4\n1,2020-01-01,6\n"):
        load(write(tmp_path, f"cust,date,amount\n{lines}"), home)
    assert [row[4] for row in fetch(ORDERS)] == [cents("14")]


def test_a_dry_run_writes_nothing(tmp_path, home):
    report = load(write(tmp_path, "cust,date\n7,2006-01-10\n"), home, dry_run=True)
    assert (report.read, len(report.sample["orders"])) == (1, 1)
    assert "unknown_prices: true" in report.mapping
    assert not home.exists()


@pytest.mark.parametrize(
    "header",
    ["customer_id,date,rating,text", "customer_id,session_id,timestamp,event", "customer_id,country,created_at"],
)
def test_other_files_are_not_taken_for_logs(tmp_path, home, header):
    with pytest.raises(WinbackError, match="no column known as order_id"):
        load(write(tmp_path, f"{header}\n"), home)


def test_the_preset_says_which_column_it_lacks(tmp_path, home):
    with pytest.raises(WinbackError, match="lacks the column ordered_at"):
        load(write(tmp_path, "cust,amount\n1,2\n"), home, preset="transactions")
