"""A canonical folder becomes a shop; loading again changes nothing; a later export upserts."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from store.errors import WinbackError
from store.loading import load
from store.warehouse import Warehouse
from store.warehouse.schema import DEMO_SHOP


def append(export: Path, table: str, *lines: str) -> None:
    with (export / f"{table}.csv").open("a", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in lines)


def test_every_line_is_loaded_and_counted(export, home, fetch):
    report = load(export, home, preset="canonical")
    assert (report.read, report.loaded, report.rejected) == (12, 12, 0)
    assert report.tables == {"customers": 2, "products": 2, "orders": 3, "order_items": 4, "events": 0, "reviews": 1}
    info = Warehouse.open(home).info
    assert (info.name, info.currency, info.timezone) == ("Mugs", "EUR", "Europe/Paris")
    assert info.as_of == datetime(2026, 4, 1)


def test_what_an_order_leaves_out_is_filled_in(export, home, fetch):
    load(export, home, preset="canonical")
    rows = fetch("SELECT order_id, customer_id, status, total, country FROM orders ORDER BY 1")
    assert rows == [
        ("o1", "c1", "completed", Decimal("16.5000"), "France"),
        ("o2", "c2", "refunded", Decimal("6.5000"), "Spain"),
        ("o3", None, "completed", Decimal("15.0000"), None),
    ]


def test_loading_twice_changes_nothing(export, home):
    load(export, home, preset="canonical")
    version = Warehouse.open(home).info.version
    report = load(export, home, preset="canonical")
    assert Warehouse.open(home).info.version == version
    assert not report.changed
    assert (report.read, report.loaded) == (12, 12)
    assert report.notes[-1] == "0 new, 0 changed: the shop already had all of it."


def test_a_later_export_upserts_by_key(export, home, tmp_path, fetch):
    load(export, home, preset="canonical")
    later = tmp_path / "later"
    later.mkdir()
    (later / "orders.csv").write_text(
        "order_id,customer_id,ordered_at,channel,status,total\n"
        "o1,c1,2026-01-05 10:00:00,web,refunded,16.50\no4,c9,2026-05-01 09:00:00,web,completed,\n"
    )
    (later / "order_items.csv").write_text("order_id,line,product_id,quantity,unit_price\no4,1,p1,1,4.75\n")
    report = load(later, home, preset="canonical")
    assert (report.read, report.rejected) == (3, 0)
    assert fetch("SELECT order_id, status, total FROM orders ORDER BY 1") == [
        ("o1", "refunded", Decimal("16.5000")),
        ("o2", "refunded", Decimal("6.5000")),
        ("o3", "completed", Decimal("15.0000")),
        ("o4", "completed", Decimal("4.7500")),
    ]
    assert report.tables["order_items"] == 5
    assert "orders: 1 new, 1 changed." in report.notes
    assert "1 customers are known only by their id, from orders." in report.notes


def test_parquet_and_workbook_give_the_same_shop(export, home, tmp_path, fetch):
    parquet = tmp_path / "parquet"
    parquet.mkdir()
    book = openpyxl.Workbook()
    for path in sorted(export.glob("*.csv")):
        frame = pd.read_csv(path)
        for column in ("ordered_at", "created_at"):
            if column in frame:
                frame[column] = pd.to_datetime(frame[column])
        frame.to_parquet(parquet / f"{path.stem}.parquet")
        sheet = book.create_sheet(path.stem)
        sheet.append(list(frame.columns))
        for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False):
            sheet.append([value.to_pydatetime() if isinstance(value, pd.Timestamp) else value for value in row])
    book.save(tmp_path / "book.xlsx")
    (parquet / "shop.yaml").write_text((export / "shop.yaml").read_text())
    load(export, home, preset="canonical")
    for source in (parquet, tmp_path / "book.xlsx"):
        report = load(source, home, preset="canonical")
        assert (report.loaded, report.rejected, report.changed) == (12, 0, False)


def test_a_dry_run_shows_ten_rows_and_writes_nothing(export, home):
    report = load(export, home, preset="canonical", dry_run=True)
    assert report.sample["orders"][0]["order_id"] == "o1"
    assert report.mapping.startswith("name: Mugs")
    assert "order_id: order_id" in report.mapping
    assert not home.exists()


def test_the_shown_mapping_loads_the_same(export, home, tmp_path):
    report = load(export, home, preset="canonical")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(report.mapping, "utf-8")
    assert not load(export, home, mapping=mapping).changed


def test_progress_runs_to_the_end(export, home):
    seen: list[tuple[float, str]] = []
    load(export, home, preset="canonical", progress=lambda fraction, message: seen.append((fraction, message)))
    assert seen[-1] == (1.0, "Done")
    assert [fraction for fraction, _ in seen] == sorted(fraction for fraction, _ in seen)


def test_a_shop_is_not_mixed_with_another(export, home):
    load(export, home, preset="canonical")
    (export / "shop.yaml").write_text("currency: USD\n")
    with pytest.raises(WinbackError, match="currency is EUR and the source's is USD"):
        load(export, home, preset="canonical")


def test_without_currency_and_zone_the_assumption_is_said(export, home):
    (export / "shop.yaml").unlink()
    report = load(export, home, preset="canonical")
    assert "No currency is given, so USD is assumed" in report.notes[0]


def test_moments_are_kept_in_the_shops_zone(export, home, fetch):
    append(export, "orders", "z1,c1,2026-07-01T10:00:00Z,web,,1", "z2,c1,2026-07-01 10:00:00+05:00,web,,1")
    load(export, home, preset="canonical")
    rows = fetch("SELECT ordered_at FROM orders WHERE order_id LIKE 'z%' ORDER BY order_id")
    assert rows == [(datetime(2026, 7, 1, 12),), (datetime(2026, 7, 1, 7),)]


def test_ids_that_went_through_a_spreadsheet_are_mended(export, home, fetch):
    append(export, "customers", " 17850.0 ,Italy,it")
    append(export, "orders", "536365.0,17850.0,2026-07-01,web,,1")
    load(export, home, preset="canonical")
    assert fetch("SELECT order_id, country FROM orders WHERE customer_id = '17850'") == [("536365", "Italy")]


def test_amounts_as_people_write_them(export, home, fetch):
    append(export, "orders", 'm1,c1,2026-07-01,web,,"€1,234.50"', "m2,c1,2026-07-01,web,refunded,-£9.99")
    assert load(export, home, preset="canonical").rejected == 0
    rows = fetch("SELECT total FROM orders WHERE order_id LIKE 'm%' ORDER BY order_id")
    assert rows == [(Decimal("1234.5000"),), (Decimal("-9.9900"),)]


def test_items_without_line_numbers_are_numbered_and_stay_so(export, home, fetch):
    def items(*lines: str) -> None:
        (export / "order_items.csv").write_text("\n".join(["order_id,product_id,quantity,unit_price", *lines, ""]))

    items("o1,p1,2,5", "o1,p1,2,5", "o2,p2,1,6.5")
    load(export, home, preset="canonical")
    assert not load(export, home, preset="canonical").changed
    items("o1,p2,1,6.5", "o1,p1,2,5")
    load(export, home, preset="canonical")
    assert fetch("SELECT line, product_id, quantity FROM order_items WHERE order_id = 'o1' ORDER BY 1") == [
        (1, "p1", 2),
        (2, "p1", 2),
        (3, "p2", 1),
    ]


def test_columns_that_are_no_facts_are_left_and_named(export, home):
    path = export / "customers.csv"
    path.write_text("customer_id,country,email\nc1,France,ana@example.org\nc2,Spain,rui@example.org\n")
    report = load(export, home, preset="canonical")
    assert "Not loaded from customers.csv: email." in report.notes


def test_a_folder_that_cannot_be_written_is_said(export, tmp_path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(WinbackError, match="could not be loaded, and nothing was changed"):
        load(export, tmp_path / "home", preset="canonical")


def test_real_data_replaces_the_demo_shop(export, home):
    (export / "shop.yaml").write_text(f"name: {DEMO_SHOP}\ncurrency: GBP\ntimezone: UTC\n")
    load(export, home, preset="canonical")
    (export / "shop.yaml").write_text("name: Mugs\ncurrency: EUR\ntimezone: UTC\n")
    (export / "orders.csv").write_text("order_id,customer_id,ordered_at,status\no1,c1,2026-01-05,completed\n")
    report = load(export, home, preset="canonical")
    assert report.notes[0] == "The demo shop is replaced."
    assert report.tables["orders"] == 1
    assert Warehouse.open(home).info.currency == "EUR"
