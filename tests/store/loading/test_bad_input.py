"""Bad input: rejects kept with line and reason, or one clear sentence and nothing changed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.errors import WinbackError
from store.loading import load
from store.warehouse import Warehouse


def append(export: Path, table: str, *lines: str) -> None:
    with (export / f"{table}.csv").open("a", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in lines)


TOMORROW_AFTER = f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d}"


@pytest.mark.parametrize(
    ("table", "line", "reason"),
    [
        ("orders", ",c1,2026-01-01,web,completed,5", "order_id is missing"),
        ("orders", "x,c1,,web,completed,5", "ordered_at is missing"),
        ("orders", "x,c1,the 5th of May,web,completed,5", "ordered_at is not a date in a known format"),
        ("orders", "x,c1,2026-02-30,web,completed,5", "ordered_at is not a date in a known format"),
        ("orders", f"x,c1,{TOMORROW_AFTER},web,completed,5", "ordered_at is in the future"),
        ("orders", "x,c1,2026-01-01,web,shipped,5", "status is not one of completed, cancelled, refunded"),
        ("orders", "x,c1,2026-01-01,web,completed,five", "total is not an amount"),
        ("orders", "x,c1,2026-01-01,web,completed,-5", "total of a completed order is negative"),
        ("orders", "x,c1,2026-01-01", "line cannot be read: missing columns"),
        ("orders", "x,c1,2026-01-01,web,completed,5,6", "line cannot be read: too many columns"),
        ("orders", 'x,c1,"2026-01-01', "line cannot be read: unquoted value"),
        ("order_items", "o1,9,p1,2.5,5", "quantity is not a whole number"),
        ("order_items", "o1,9,p1,0,5", "quantity is zero"),
        ("order_items", "o1,9,p1,1,-5", "unit_price is negative"),
        ("order_items", "o1,9,,1,5", "product_id is missing"),
        ("order_items", "nowhere,1,p1,1,5", "no order has this order_id"),
        ("products", "p9,Mug,kitchen,-1,0", "price is negative"),
        ("products", "p9,Mug,kitchen,1e400,0", "price is not an amount"),
        ("customers", ",France,fr", "customer_id is missing"),
        ("reviews", "r9,c1,p1,11,Great,en,2026-01-01", "rating is not between 1 and 5"),
        ("reviews", f"r9,c1,p1,5,{'x' * 10_000_000},en,2026-01-01", "text is larger than 1 MB"),
        ("reviews", f"r9,c1,p1,5,{'x' * 20_000_000},en,2026-01-01", "line cannot be read: line size over maximum"),
    ],
)
def test_a_bad_line_is_kept_with_its_number_and_reason(export, home, rejects, table, line, reason):
    before = len((export / f"{table}.csv").read_text().splitlines())
    append(export, table, line)
    report = load(export, home, preset="canonical")
    assert (report.read, report.loaded, report.rejected) == (13, 12, 1)
    (record,) = rejects(report.rejects_file)
    assert (record["file"], record["line"], record["reason"]) == (f"{table}.csv", before + 1, reason)
    assert any(line[:20] in str(value) or str(value) in line for value in record["row"].values() if value)


def test_line_numbers_hold_after_unreadable_lines(export, home, rejects):
    append(export, "customers", "short", "c3,Italy,it", ",Peru,es", "also short", ",Chile,es")
    report = load(export, home, preset="canonical")
    found = [(record["line"], record["reason"]) for record in rejects(report.rejects_file)]
    assert found == [
        (4, "line cannot be read: missing columns"),
        (6, "customer_id is missing"),
        (7, "line cannot be read: missing columns"),
        (8, "customer_id is missing"),
    ]


def test_of_two_rows_with_one_key_the_later_wins(export, home, rejects, fetch):
    append(export, "customers", "c1,Germany,de")
    report = load(export, home, preset="canonical")
    (record,) = rejects(report.rejects_file)
    assert (record["line"], record["reason"]) == (2, "a later row has the same customer_id; that one is kept")
    assert fetch("SELECT country FROM customers WHERE customer_id = 'c1'") == [("Germany",)]


def test_items_of_a_rejected_order_are_orphans(export, home, rejects):
    append(export, "orders", "bad,c1,never,web,completed,5")
    append(export, "order_items", "bad,1,p1,1,5")
    report = load(export, home, preset="canonical")
    assert [record["reason"] for record in rejects(report.rejects_file)] == [
        "no order has this order_id",
        "ordered_at is not a date in a known format",
    ]
    assert report.read == report.loaded + report.rejected == 14


def test_a_zero_price_is_a_gift(export, home, fetch):
    append(export, "order_items", "o1,3,p2,1,0")
    assert load(export, home, preset="canonical").rejected == 0


@pytest.mark.parametrize(
    "written",
    ["2026-04-13 08:05:00", "2026/04/13 08:05", "13/04/2026 08:05", "04/13/2026 8:05", "13.04.2026 08:05",
     "Apr 13, 2026 08:05 AM", "13 April 2026 08:05", "2026年04月13日 08:05", "2026-04-13T08:05:00"],
)  # fmt: skip
def test_dates_of_many_formats(export, home, fetch, written):
    append(export, "orders", f'x,c1,"{written}",web,,1')
    assert load(export, home, preset="canonical").rejected == 0
    assert fetch("SELECT ordered_at FROM orders WHERE order_id = 'x'") == [(datetime(2026, 4, 13, 8, 5),)]


def test_a_column_says_itself_which_part_is_the_day(export, home, fetch):
    append(export, "orders", "x,c1,03/04/2026,web,,1", "y,c1,25/04/2026,web,,1")
    assert load(export, home, preset="canonical").rejected == 0
    assert fetch("SELECT ordered_at FROM orders WHERE order_id = 'x'") == [(datetime(2026, 4, 3),)]


def test_a_date_that_can_be_read_two_ways_is_not_guessed(export, home, rejects):
    append(export, "orders", "x,c1,03/04/2026,web,,1", "y,c1,04/04/2026,web,,1")
    report = load(export, home, preset="canonical")
    (record,) = rejects(report.rejects_file)
    assert record["row"]["order_id"] == "x"
    assert (
        "1 dates in ordered_at can be read as day/month or month/day; name the format in the mapping." in report.notes
    )


@pytest.mark.parametrize(
    ("encoding", "name", "said"),
    [
        ("latin-1", "Crème brûlée", "Latin-1 (Windows-1252)"),
        ("cp1252", "5€ off", "Latin-1 (Windows-1252)"),
        ("gb18030", "红色马克杯，很好看", "GB 18030"),
        ("utf-16", "Crème 红", "UTF-16"),
        ("utf-8-sig", "Crème 红", None),
    ],
)
def test_encodings(export, home, fetch, encoding, name, said):
    path = export / "products.csv"
    path.write_bytes((path.read_text("utf-8") + f"p9,{name},kitchen,1,1\n").encode(encoding))
    report = load(export, home, preset="canonical")
    assert fetch("SELECT name FROM products WHERE product_id = 'p9'") == [(name,)]
    expected = [f"products.csv is not UTF-8; it was read as {said}."] if said else []
    assert [note for note in report.notes if "UTF-8" in note] == expected


def test_one_broken_byte_does_not_turn_a_file_into_latin1(export, home, rejects):
    path = export / "products.csv"
    good = "".join(f"q{n},红色马克杯 {n},厨房,1,1\n" for n in range(50))
    path.write_bytes(path.read_bytes() + good.encode() + b"p9,caf\xe9,kitchen,1,1\n")
    report = load(export, home, preset="canonical")
    (record,) = rejects(report.rejects_file)
    assert (record["line"], record["reason"]) == (54, "line cannot be read: invalid encoding")
    assert report.tables["products"] == 52


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_delimiters(export, home, delimiter):
    for path in export.glob("*.csv"):
        path.write_text(path.read_text().replace(",", delimiter))
    assert load(export, home, preset="canonical").loaded == 12


def test_line_ends_of_several_kinds(export, home):
    path = export / "order_items.csv"
    lines = path.read_text().splitlines()
    path.write_bytes("\r\n".join(lines[:3]).encode() + b"\r\n" + "\n".join(lines[3:]).encode() + b"\n")
    assert load(export, home, preset="canonical").loaded == 12


def empty_file(export: Path) -> None:
    (export / "orders.csv").write_bytes(b"")


def no_rows(export: Path) -> None:
    for path in export.glob("*.csv"):
        path.write_text(path.read_text().splitlines()[0] + "\n")


def missing_column(export: Path) -> None:
    path = export / "orders.csv"
    path.write_text(path.read_text().replace("ordered_at", "when"))


def missing_table(export: Path) -> None:
    (export / "order_items.csv").unlink()


def double_column(export: Path) -> None:
    path = export / "orders.csv"
    path.write_text(path.read_text().replace("channel", "Status"))


def cut_parquet(export: Path) -> None:
    import pandas as pd

    target = export / "orders.parquet"
    pd.read_csv(export / "orders.csv").to_parquet(target)
    (export / "orders.csv").unlink()
    target.write_bytes(target.read_bytes()[:-100])


def cut_workbook(export: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["order_id"])
    book.save(export / "orders.xlsx")
    data = (export / "orders.xlsx").read_bytes()
    (export / "orders.csv").unlink()
    (export / "orders.xlsx").write_bytes(data[: len(data) // 2])


def not_parquet(export: Path) -> None:
    (export / "orders.csv").rename(export / "orders.parquet")


def zipped(export: Path) -> None:
    (export / "orders.csv").write_bytes(b"\x1f\x8b rest")


def binary(export: Path) -> None:
    (export / "orders.csv").write_bytes(bytes(range(256)) * 40)


def all_rejected(export: Path) -> None:
    for path in export.glob("*.csv"):
        head = path.read_text().splitlines()[0]
        path.write_text(f"{head}\n{',' * head.count(',')}\n")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (empty_file, r"orders.csv is empty \(0 bytes\)"),
        (no_rows, "Nothing was loaded .* it has no lines"),
        (missing_column, "orders.csv lacks the column ordered_at .it has order_id, customer_id, when"),
        (missing_table, "has no order_items; a shop needs"),
        (double_column, "orders.csv has two columns named status"),
        (cut_parquet, "orders.parquet is damaged or cut short"),
        (cut_workbook, "orders.xlsx cannot be read as a workbook"),
        (not_parquet, "orders.parquet is damaged or no parquet file"),
        (zipped, "orders.csv is a gzip file"),
        (binary, "orders.csv is not a text file"),
        (all_rejected, "all 5 lines were rejected"),
    ],
)
def test_what_cannot_be_loaded_is_said_in_a_sentence(export, home, damage, sentence):
    damage(export)
    with pytest.raises(WinbackError, match=sentence) as failure:
        load(export, home, preset="canonical")
    assert "\n" not in str(failure.value)
    with pytest.raises(WinbackError, match="There is no shop"):
        _ = Warehouse.open(home).info


def test_a_failed_load_leaves_the_shop_as_it_was(export, home):
    load(export, home, preset="canonical")
    version = Warehouse.open(home).info.version
    cut_parquet(export)
    with pytest.raises(WinbackError):
        load(export, home, preset="canonical")
    assert Warehouse.open(home).info.version == version
    assert not list((home / "warehouse").glob("draft-*"))


def test_a_source_that_is_not_there(home, tmp_path):
    with pytest.raises(WinbackError, match="There is no file or folder"):
        load(tmp_path / "nowhere", home, preset="canonical")
