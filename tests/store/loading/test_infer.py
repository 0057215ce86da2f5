"""What names alone say: folders and flat files, English and Chinese."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from store.errors import WinbackError
from store.loading import load

FLAT = {
    "english.csv": (
        "Order Number,Order Date,Customer ID,SKU,Product Name,Qty,Unit Price,Country\n"
        "1,2026-01-13 10:00,7,m,Mug,2,4.50,Italy\n1,2026-01-13 10:00,7,c,Cup,1,3,Italy\n"
        "2,2026-02-14,,m,Mug,1,4.50,Italy\n"
    ),
    "chinese.csv": (
        "订单号,下单时间,客户编号,商品编号,商品名称,数量,单价,国家\n"
        "1,2026-01-13 10:00,7,m,Mug,2,4.50,Italy\n1,2026-01-13 10:00,7,c,Cup,1,3,Italy\n"
        "2,2026-02-14,,m,Mug,1,4.50,Italy\n"
    ),
    "amounts.csv": (
        "transaction_id;date;user_id;item_id;title;quantity;line_total;country\n"
        "1;2026-01-13 10:00;7;m;Mug;2;9.00;Italy\n1;2026-01-13 10:00;7;c;Cup;1;3;Italy\n"
        "2;2026-02-14;;m;Mug;1;4.50;Italy\n"
    ),
}


@pytest.mark.parametrize("name", FLAT)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_flat_file_of_lines(tmp_path, home, fetch, name, encoding):
    source = tmp_path / name
    source.write_bytes(FLAT[name].encode(encoding))
    report = load(source, home)
    assert (report.read, report.loaded) == (3, 3)
    assert fetch("SELECT order_id, customer_id, ordered_at, total, country FROM orders ORDER BY 1") == [
        ("1", "7", datetime(2026, 1, 13, 10), Decimal("12.0000"), "Italy"),
        ("2", None, datetime(2026, 2, 14), Decimal("4.5000"), "Italy"),
    ]
    assert fetch("SELECT name FROM products ORDER BY product_id") == [("Cup",), ("Mug",)]


def test_a_canonical_folder_needs_no_preset(export, home):
    assert load(export, home).loaded == 12


def test_a_folder_with_names_of_its_own(tmp_path, home, fetch):
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "订单.csv").write_text(
        "订单编号,会员编号,下单日期,状态\nA,7,2026-01-13,completed\nB,8,2026-01-14,cancelled\n"
    )
    (folder / "订单明细.csv").write_text("订单编号,货号,数量,单价\nA,m,2,4.5\nB,m,1,4.5\n")
    report = load(folder, home)
    assert report.tables == {"customers": 2, "products": 1, "orders": 2, "order_items": 2, "events": 0, "reviews": 0}
    assert fetch("SELECT total FROM orders ORDER BY order_id") == [(Decimal("9.0000"),), (Decimal("4.5000"),)]


def test_a_dry_run_shows_the_guess(tmp_path, home):
    source = tmp_path / "english.csv"
    source.write_text(FLAT["english.csv"])
    report = load(source, home, dry_run=True)
    assert "order_id: '\"Order Number\"'" in report.mapping
    assert len(report.sample["order_items"]) == 3


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("a,b,c", "no column known as order_id or customer_id"),
        ("order_id,customer_id,product_id,quantity,order_date", "no column known as unit_price"),
    ],
)
def test_too_little_to_go_by(tmp_path, home, header, sentence):
    source = tmp_path / "x.csv"
    source.write_text(f"{header}\n")
    with pytest.raises(WinbackError, match=sentence):
        load(source, home)


def test_an_empty_folder(tmp_path, home):
    (tmp_path / "empty").mkdir()
    with pytest.raises(WinbackError, match="holds no CSV, Parquet or XLSX file"):
        load(tmp_path / "empty", home)


def test_a_folder_without_orders(export, home):
    for name in ("orders", "order_items"):
        Path(export / f"{name}.csv").unlink()
    with pytest.raises(WinbackError, match="nothing known as orders or order_items"):
        load(export, home)
