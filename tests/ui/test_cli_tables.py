"""Tables as people see them."""

from decimal import Decimal
from io import StringIO
from typing import Any

from rich.console import Console

from ui.cli.tables import fitting, table


def lines(columns: list[str], rows: list[list[Any]], **more: Any) -> list[str]:
    out = StringIO()
    Console(file=out, width=80).print(table(columns, rows, **more))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_numbers_stand_to_the_right_with_as_many_decimals() -> None:
    shown = lines(["country", "revenue", "share"], [["France", Decimal("11878.6"), 0.15], ["Spain", 40, 0.1333]])
    assert shown[2:] == ["France  │ 11,878.60 │ 0.1500", "Spain   │     40.00 │ 0.1333"]


def test_whole_numbers_have_no_decimals_and_gaps_stay_empty() -> None:
    shown = lines(["day", "orders"], [["Mon", 1200], ["Tue", None], ["Wed", float("nan")], ["Thu", True]])
    assert [line.split("│")[1].strip() for line in shown[2:]] == ["1,200", "", "nan", "True"]


def test_ids_are_text_and_long_tables_say_how_much_more_there_is() -> None:
    shown = lines(["customer of the shop"], [[str(17850 + number)] for number in range(13)], title="[red]All[/red]")
    assert shown[0] == "[red]All[/red]"
    assert "17850" in shown
    assert "3 more rows" in shown[-1]


def test_no_rows_is_a_head_alone() -> None:
    assert len(lines(["a", "b"], [])) == 2


def test_prose_gives_way_where_a_table_would_not_fit() -> None:
    columns, prose = (
        ["customer_id", "value_at_risk", "reasons"],
        "no visit in the last 4 weeks, 12 in the 4 before; " * 2,
    )
    rows = [["c000714", 255.52, prose], ["c000757", 232.48, "none"]]
    assert fitting(columns, rows, 80) == [0, 1]
    assert fitting(columns, rows, 200) == [0, 1, 2]
