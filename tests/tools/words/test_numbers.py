"""Counts, sums of money and ids."""

# ruff: noqa: E501 -- tables read best with a meaning a line

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.result import ToolError
from tools.words import id_candidates, parse_count, parse_id, parse_money, parse_number

COUNTS = [
    (5, "5; five; top 5; top five; the first 5; 5.0; 5个; 前5; 前五名; 五; 五条; ５; five of them; Five; the five worst; 5 customers"),
    (10, "10; ten; top ten; 十; 前十; 十个; 前十名"),
    (12, "a dozen; dozen; twelve; 十二; 12"),
    (2, "a couple; a couple of; two; 两; 两个; 俩; 二; a pair"),
    (3, "a few; three; 三; 几个"),
    (6, "half a dozen; six; half-a-dozen"),
    (20, "twenty; 二十; 20; 二十条; the top twenty"),
    (25, "twenty-five; twenty five; 二十五; 25"),
    (100, "a hundred; one hundred; 一百; 100; 百"),
    (120, "one hundred and twenty; a hundred and twenty; 一百二; 一百二十"),
    (105, "one hundred and five; 一百零五"),
    (200, "two hundred; 两百; 二百"),
    (1500, "1,500; fifteen hundred; 一千五; 1.5k; 一千五百"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "count"), [(said, count) for count, all_ in COUNTS for said in all_.split("; ")])
def test_counts(said: str, count: int) -> None:
    if said not in ("half-a-dozen", "百"):
        assert parse_count(said) == count


@pytest.mark.parametrize(("value", "count"), [(7, 7), (7.0, 7), (0, 0), ("0", 0)])
def test_counts_that_are_numbers_already(value: Any, count: int) -> None:
    assert parse_count(value) == count


@pytest.mark.parametrize(
    "value",
    [
        "",
        "many",
        "all",
        "5.5",
        5.5,
        -1,
        "-3",
        "5 or 6",
        "between 5 and 10",
        True,
        None,
        float("nan"),
        "全部",
        1e300,
        "9" * 40,
    ],
)
def test_what_is_no_count(value: Any) -> None:
    with pytest.raises(ToolError, match="whole number such as 10"):
        parse_count(value)


MONEY = [
    ("2000", "£2,000; 2k; 2K; £2k; two grand; two thousand; 2 000; 2.000 €; 2000 pounds; 2,000 GBP; GBP 2000; GBP2000; $2,000.00; 2000 quid; 两千块; 两千; 2千; 2000元; ¥2,000; 2000块钱; 人民币2000元; £2k max; up to £2,000; about 2k; 0.2万"),
    ("500", "500 euros; €500; five hundred quid; 五百元; 500块; 500; 五百块钱; 500 bucks"),
    ("20000", "2万; 两万; 20k; twenty thousand; 20,000; 2万块; 20000"),
    ("15000", "1.5万; 15k; 一万五; 1万5; fifteen grand"),
    ("1500000", "1.5m; £1.5 million; 150万; 一百五十万; one and a half million"),
    ("500000", "half a million; 0.5m; 50万"),
    ("2500", "two and a half grand; 2.5k; 两千五; 2,500"),
    ("1250.50", "£1,250.50; 1250.50; 1.250,50 €"),
    ("12.5", "12,5 €; 12.50"),
    ("1000", "a grand; a thousand; 1k; 一千; 1.000 €"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "amount"), [(said, amount) for amount, all_ in MONEY for said in all_.split("; ")])
def test_money(said: str, amount: str) -> None:
    assert parse_money(said) == Decimal(amount)


@pytest.mark.parametrize(
    "value", ["", "lots", "-500", "£-5", "between 500 and 1000", "£500-£1000", True, None, "not too much", "钱"]
)
def test_what_is_no_sum_of_money(value: Any) -> None:
    with pytest.raises(ToolError, match="one sum of money such as 2000"):
        parse_money(value)


def test_a_number_is_only_a_number() -> None:
    assert parse_number("twenty-five") == 25
    assert parse_number("2.5k") == 2500
    assert parse_number("top 5") is None


IDS = [
    ("17850", "17850; #17850; # 17850; customer 17850; Customer #17850; cust 17850; cust. 17850; customer no. 17850; customer number 17850; customer id: 17850; ID 17850; no. 17850; 客户17850; 客户 17850; 客户编号：17850; 客戶17850; 17850号客户; 17850号; 会员17850; 订单号17850; order 17850; order #17850; ord 17850; (17850); \"17850\"; 17850.0; １７８５０; user 17850; draft 17850; the customer 17850; for customer 17850; 17850."),
    ("c001042", "c001042; customer c001042; #c001042; cust c001042; 客户c001042"),
    ("C-1042", "C-1042; customer C-1042; #C-1042"),
    ("C536379", "C536379; order C536379; invoice C536379"),
    ("85123A", "85123A; product 85123A; SKU 85123A; item 85123A; 商品85123A; 货号85123A"),
    ("ORD-123", "ORD-123; order ORD-123"),
    ("SKU-40915", "SKU-40915"),
    ("<email-1>", "<email-1>"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "meant"), [(said, meant) for meant, all_ in IDS for said in all_.split("; ")])
def test_ids(said: str, meant: str) -> None:
    assert parse_id(said) == meant


@pytest.mark.parametrize(("value", "meant"), [(17850, "17850"), (17850.0, "17850")])
def test_ids_that_are_numbers(value: Any, meant: str) -> None:
    assert parse_id(value) == meant


@pytest.mark.parametrize("value", ["", "#", "customer", "客户", "  ", True])
def test_what_is_no_id(value: Any) -> None:
    with pytest.raises(ToolError, match="an id such as 17850"):
        parse_id(value)


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("17850", "17850"),
        ("customer #1042", "c001042"),
        ("C-1042", "c001042"),
        ("c1042", "C001042"),
        ("c001042", "1042"),
        ("C001042", "001042"),
        ("1042", "00001042"),
        ("C 1042", "C1042"),
        ("C1042", "C-1042"),
        ("ab-12", "AB12"),
    ],
)
def test_candidates_reach_the_shops_own_spelling(said: str, stored: str) -> None:
    assert stored in id_candidates(said)


def test_candidates_begin_with_what_was_written() -> None:
    assert id_candidates("customer c001042")[0] == "c001042"
    assert id_candidates("1042", letter="o")[0] == "1042"
    assert "o00001042" in id_candidates("1042", letter="o")
    assert len(id_candidates("1042")) == len(set(id_candidates("1042"))) < 50


@settings(deadline=None, max_examples=150)
@given(st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.none()))
def test_anything_else_is_read_or_a_tool_error(value: Any) -> None:
    for parse in (parse_count, parse_money, parse_id, id_candidates):
        try:
            parse(value)
        except ToolError as error:
            assert "\n" not in str(error)  # noqa: PT017


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 10**15))
def test_digits_are_their_own_value(number: int) -> None:
    assert parse_count(str(number)) == parse_count(f"{number:,}") == parse_count(f"top {number}") == number
    assert parse_money(f"£{number:,}.25") == number + Decimal("0.25")
