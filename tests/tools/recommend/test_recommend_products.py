"""What the tool shows, why, and what it says where it cannot."""

import pytest

from tests.tools.recommend.conftest import Book, Make, village
from tools.context import ToolContext
from tools.contract import RecommendProducts
from tools.recommend import recommend_products, refresh_recommender
from tools.result import ToolError, ToolResult


def ask(context: ToolContext, customer: str, limit: object = None) -> ToolResult:
    return recommend_products(context, RecommendProducts(customer_id=customer, limit=limit))  # type: ignore[arg-type]


def shown(result: ToolResult) -> list[str]:
    assert result.artifact
    return [row[0] for row in result.artifact.rows]


def reason(result: ToolResult, product: str) -> str:
    assert result.artifact
    return next(row[4] for row in result.artifact.rows if row[0] == product)


def test_a_staple_that_is_due_comes_first_with_its_numbers(make: Make) -> None:
    result = ask(make(village()), "c08")
    assert shown(result)[0] == "tea"
    assert reason(result, "tea") == "bought on 4 days, usually every 35 days, last 36 days ago"


def test_what_goes_together_is_shown_with_what_and_how_many(make: Make) -> None:
    result = ask(make(village()), "c28")
    assert "cup" in shown(result)
    assert reason(result, "cup") in {
        "bought with Green Tea by 24 customers",
        "bought with Tea Pot by 24 customers",
    }
    assert "paint" not in shown(result)[:2]


def test_what_is_owned_for_good_gone_or_no_product_is_not_shown(make: Make) -> None:
    context = make(village())
    for customer in ("c08", "c28", "c40"):
        assert not {"sofa", "pot", "lamp", "ship"} & set(shown(ask(context, customer, 50)))


def test_a_staple_bought_just_now_waits(make: Make) -> None:
    book = village()
    book.order("c08", 0, "tea")
    assert "tea" not in shown(ask(make(book), "c08"))


def test_a_customer_without_orders_gets_what_sells_in_the_country_and_is_told(make: Make) -> None:
    book = village()
    book.customer("fresh", "Germany")
    book.customer("nowhere", None)
    context = make(book)
    result = ask(context, "fresh")
    assert result.text.splitlines()[0] == (
        "Customer fresh has no completed orders yet; this is what customers from Germany buy most:"
    )
    germans = sum(1 for number in range(30) if number % 2)
    assert reason(result, "tea").startswith(f"bought by {germans} of 30 customers from Germany in the last 90 days")
    assert "what customers buy most" in ask(context, "nowhere").text


def test_cancelled_orders_are_no_purchases(make: Make) -> None:
    book = village()
    book.customer("c99", "Germany")
    book.order("c99", 5, "sofa", status="cancelled")
    assert "no completed orders yet" in ask(make(book), "c99").text


def test_a_product_without_a_name_goes_by_its_id(make: Make) -> None:
    assert ". bare: " in ask(make(village()), "c58").text


def test_chinese_is_answered_in_chinese(make: Make) -> None:
    lines = ask(make(village(), "zh"), "c08").text.splitlines()
    assert lines[0].startswith("接下来适合向客户 c08 展示")
    assert lines[1] == "1. Green Tea：有 4 天买过，通常每隔 35 天，上次在 36 天前"


@pytest.mark.parametrize(("limit", "rows", "told"), [(0, 1, True), (1000, 50, True), (2, 2, False), ("two", 2, False)])
def test_the_limit_is_kept_within_bounds_and_that_is_said(make: Make, limit: object, rows: int, told: bool) -> None:
    context = make(village())
    result = ask(context, "c08", limit)
    assert len(shown(result)) == min(rows, len(shown(ask(context, "c08", 50))))
    assert ("(1 to 50)" in result.text) is told


def test_an_unknown_customer_is_answered_with_the_nearest(make: Make) -> None:
    with pytest.raises(ToolError, match=r"There is no customer c60; the nearest ids are c\d\d"):
        ask(make(village()), "c60")


def test_three_customers_one_product_one_order_each(make: Make) -> None:
    book = Book()
    book.product("p1", "Mug")
    for name in ("a1", "a2", "a3"):
        book.customer(name)
        book.order(name, 1, "p1")
    book.customer("a4")
    context = make(book)
    refresh_recommender(context.shop)
    assert "nothing" in ask(context, "a1").text
    assert "1. Mug: bought by 3 of 3 customers in the last 90 days" in ask(context, "a4").text


def test_a_shop_that_has_sold_nothing_shows_its_catalogue(make: Make) -> None:
    book = Book()
    book.product("p1", "Mug")
    book.product("POST", "Postage")
    book.customer("a1")
    book.order("a1", 1, "p1", status="cancelled")
    context = make(book)
    refresh_recommender(context.shop)
    assert shown(ask(context, "a1")) == ["p1"]
    assert "not sold yet" in ask(context, "a1").text


def test_lines_are_short_enough_to_be_quoted(make: Make) -> None:
    book = village()
    rows = [(one, "A very long name of a product " * 5 if one == "cup" else name, *rest)
            for one, name, *rest in book.rows["products"]]  # fmt: skip
    book.rows["products"] = rows
    assert max(map(len, ask(make(book), "c28").text.splitlines())) <= 135
