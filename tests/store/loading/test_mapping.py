"""Mappings: checked before anything runs, and nothing but the source's columns is in their reach."""

from decimal import Decimal
from pathlib import Path

import pytest

from store.errors import WinbackError
from store.loading import load
from store.loading.expressions import check_expression
from store.loading.mapping import preset_names, read_mapping, read_preset

SALES = """Order ID;When;Client;SKU;Pieces;Price
A1;05.01.2026 10:00;7;mug;2;4.50
A1;05.01.2026 10:00;7;cup;1;3.00
A2;06.02.2026 11:00;;mug;1;4.50
A3;07.03.2026 12:00;8;TEST;1;1.00
"""
MAPPING = """
name: Sales
currency: CHF
timezone: Europe/Zurich
sources:
  sales:
    timezone: UTC
    columns:
      Order ID: {type: id, required: true}
      When: {type: timestamp, formats: ["%d.%m.%Y %H:%M"]}
      Client: {type: id}
      Pieces: {type: integer}
      Price: {type: money}
    reject:
      - {when: SKU = 'TEST', reason: a test order}
tables:
  order_items:
    from: sales
    columns: {order_id: Order ID, product_id: upper(SKU), quantity: Pieces, unit_price: Price * 1.1}
  orders:
    from: sales
    group_by: '"Order ID"'
    columns: {order_id: '"Order ID"', customer_id: min(Client), ordered_at: min("When"), channel: "'shop'"}
  products:
    from: sales
    group_by: upper(SKU)
    columns: {product_id: upper(SKU), price: max(Price)}
  customers:
    from: sales
    where: Client IS NOT NULL
    group_by: Client
    columns: {customer_id: Client}
"""


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_one_file_of_lines_becomes_four_tables(tmp_path, home, fetch, rejects):
    source = write(tmp_path / "sales.csv", SALES)
    report = load(source, home, mapping=write(tmp_path / "map.yaml", MAPPING))
    assert (report.read, report.loaded, report.rejected) == (4, 3, 1)
    assert report.tables["orders"] == report.tables["products"] == 2
    assert fetch("SELECT order_id, customer_id, CAST(ordered_at AS VARCHAR), total FROM orders ORDER BY 1") == [
        ("A1", "7", "2026-01-05 11:00:00", Decimal("13.2000")),
        ("A2", None, "2026-02-06 12:00:00", Decimal("4.9500")),
    ]
    (record,) = rejects(report.rejects_file)
    assert (record["line"], record["reason"], record["row"]["SKU"]) == (5, "a test order", "TEST")


def test_a_bad_group_rejects_all_its_lines(tmp_path, home, rejects):
    source = write(tmp_path / "sales.csv", SALES + "A9;;7;mug;1;4.50\nA9;;7;cup;1;3.00\n")
    report = load(source, home, mapping=write(tmp_path / "map.yaml", MAPPING))
    assert (report.read, report.loaded, report.rejected) == (6, 3, 3)
    found = {(record["line"], record["reason"]) for record in rejects(report.rejects_file)}
    assert {(6, "ordered_at is missing"), (7, "ordered_at is missing")} <= found


def test_a_line_no_table_takes_is_accounted_for(export, home, tmp_path, rejects):
    mapping = (
        read_preset("canonical")
        .as_yaml()
        .replace(
            "  order_items:\n    from: order_items\n",
            "  order_items:\n    from: order_items\n    where: quantity <> '3'\n",
        )
    )
    report = load(export, home, mapping=write(tmp_path / "map.yaml", mapping))
    assert report.read == report.loaded + report.rejected == 12
    assert [record["reason"] for record in rejects(report.rejects_file)] == ["no table takes this row"]


def test_a_join_that_multiplies_lines_is_refused(export, home, tmp_path):
    mapping = (
        read_preset("canonical")
        .as_yaml()
        .replace(
            "  orders:\n    from: orders\n",
            "  orders:\n    from: orders\n    join:\n"
            "    - {source: order_items, match: orders.order_id = order_items.order_id}\n",
        )
    )
    with pytest.raises(WinbackError, match="join of orders finds several rows"):
        load(export, home, mapping=write(tmp_path / "map.yaml", mapping))


@pytest.mark.parametrize(
    "sql",
    [
        "1; DROP TABLE orders",
        "(SELECT text FROM reviews)",
        "x FROM read_csv('/etc/passwd')",
        "EXISTS (FROM 'secrets.csv')",
        "getenv('HOME')",
        "a, b",
        "count(*) FROM orders --",
        "1 AS x, 2",
        "x) FROM orders WHERE (1=1",
        "",
    ],
)
def test_only_expressions_over_the_sources_columns(sql):
    with pytest.raises(ValueError, match=r"`.*`"):
        check_expression(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "a",
        "Order ID",
        "客户编号",
        "a + b * 2",
        "CASE WHEN a LIKE 'C%' THEN 'x' ELSE 'y' END",
        "row_number() OVER (PARTITION BY a ORDER BY _row)",
        "json_object('k', a)",
    ],
)
def test_ordinary_expressions_pass(sql):
    assert check_expression(sql) == sql


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("tables: [", "is not valid YAML"),
        ("just words", "is no mapping"),
        ("name: X", "is no mapping; it must have `tables:`"),
        ("tables: {contacts: {file: x, columns: {}}}", "there is no table contacts"),
        ("tables: {orders: {file: x, columns: {when: y}}}", "orders has no column when"),
        ("tables: {orders: {from: nowhere, columns: {order_id: y}}}", "nowhere, which is not among the sources"),
        ("timezone: Mars/Base\ntables: {}", "Mars/Base is no time zone"),
        ("currency: pounds\ntables: {}", "at currency"),
        ("tables: {orders: {file: x, columns: {order_id: 'a; b'}}}", "must be one SQL expression|neither a column"),
        ("tables: {orders: {file: x, columns: {order_id: a}, sheeet: y}}", "sheeet"),
    ],
)
def test_a_wrong_mapping_is_one_sentence(tmp_path, text, sentence):
    with pytest.raises(WinbackError, match=sentence) as failure:
        read_mapping(write(tmp_path / "map.yaml", text))
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("upper(SKU), quantity", "upper(SKUS), quantity", "The mapping of order_items cannot be computed"),
        ("SKU = 'TEST'", "SKUS = 'TEST'", "reject rules of sales cannot be computed"),
        ("Pieces: {type", "Parts: {type", "sales.csv lacks the column Parts .it has Order ID, When"),
        ("product_id: upper(SKU), quantity: Pieces,", "product_id: upper(SKU),", "gives order_items no quantity"),
    ],
)
def test_columns_that_are_not_there(tmp_path, home, old, new, sentence):
    source = write(tmp_path / "sales.csv", SALES)
    with pytest.raises(WinbackError, match=sentence) as failure:
        load(source, home, mapping=write(tmp_path / "map.yaml", MAPPING.replace(old, new, 1)))
    assert "\n" not in str(failure.value)


def test_presets_are_known_and_sound(export, home):
    assert preset_names() == ["canonical", "olist", "transactions", "uci-online-retail"]
    for name in preset_names():
        assert read_preset(name).tables
    with pytest.raises(WinbackError, match="the presets are canonical, olist, transactions, uci"):
        load(export, home, preset="shopify")
    with pytest.raises(WinbackError, match="not both"):
        load(export, home, preset="canonical", mapping=Path("x.yaml"))
