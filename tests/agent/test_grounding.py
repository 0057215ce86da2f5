"""The grounding check alone: what counts as said by a tool."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.grounding import evidence, unsupported
from agent.grounding.dates import dates
from agent.grounding.numbers import figures
from agent.grounding.words import chinese_number, english_number

TOOL = (
    "Revenue, 2011-11-01 to 2011-11-30: £1,456,145.80.\nOrders: 2,884. Refund rate: 12.3 %. Share of France: 0.456.\n"
    "1. Customer c001042 bought 85123A. 2. Customer 17850. Top 5 of 38 countries."
)


@pytest.mark.parametrize(
    "answer",
    [
        "Revenue was £1,456,145.80.",
        "Revenue was £1.46M.",
        "Revenue was about 1.5 million pounds.",
        "over 1.4 million",
        "more than £1 million",
        "nearly £1.5m",
        "just under £1.46m, i.e. below 1.5 million",
        "1,456,146",
        "1456145.8",
        "1.456.145,80 €",
        "1’456’145.80",
        "1,456,000",
        "145.6万",
        "约146万元",
        "超过140万",
        "将近146万",
        "12.3%",
        "12 per cent",
        "百分之十二",
        "12％",
        "45.6 % of it came from France",
        "46%",
        "2,884 orders in November 2011",
        "about 2,900 orders",
        "2.9k orders",
        "两千八百八十四单",
        "on 30 November 2011",
        "from November 1 to 30, 2011",
        "1–30 November",
        "2011年11月1日到30日",
        "30/11/2011 and 11/30/2011",
        "customer C001042",
        "customer 1042",
        "customer 17850, item 85123a",
        "7 countries",
        "two of them, seven in all, twelve at most",
        "1. France\n2. Spain\n3. UK\nThese 3 lead.",
        "ranked 3rd in Q4",
        "法国排第3",
        "24/7",
        "<email-1> and <phone-2>",
        "```sql\nSELECT 99\n```",
        "一共两位客户，十分满意",
        "No number at all.",
        "",
    ],
)
def test_supported(answer):
    assert unsupported(answer, evidence([TOOL], counts=[7])) == []


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ("Revenue was £1.47M.", ["£1.47M"]),
        ("about 1.4 million", ["1.4 million"]),
        ("over 1.5 million", ["1.5 million"]),
        ("nearly 1.4 million", ["1.4 million"]),
        ("1,500,000", ["1,500,000"]),
        ("1.46亿", ["1.46亿"]),
        ("13%", ["13%"]),
        ("2,884%", ["2,884%"]),
        ("£12.3", ["£12.3"]),
        ("2900 orders", ["2900"]),
        ("15 November 2011", ["15 November 2011"]),
        ("in 2010", ["2010"]),
        ("2010年11月", ["2010年11月"]),
        ("customer c001043", ["c001043"]),
        ("85123B", ["85123B"]),
        ("9 countries", ["9"]),
        ("twenty-three orders", ["twenty-three"]),
        ("two thousand orders", ["two thousand"]),
        ("三千单", ["三千"]),
        ("百分之十三", ["百分之十三"]),
        ("That is 1,456,145.80 - 2,884 = 1,453,261.80.", ["1,453,261.80"]),
    ],
)
def test_unsupported(answer, wrong):
    assert unsupported(answer, evidence([TOOL], counts=[7])) == wrong


def test_the_persons_own_numbers_may_be_repeated():
    known = evidence(["Who are the top five customers since 2009 above £500?", "38 found."])
    assert unsupported("The top 5 since 2009 above £500, of 38:", known) == []


def test_nothing_found_supports_zero():
    assert unsupported("0 orders", evidence(["There are no orders in that time."])) == []
    assert unsupported("0 orders", evidence(["Orders: 12."])) == ["0"]


def test_a_number_is_named_once():
    assert unsupported("99 and 99 and 98", evidence([])) == ["99", "98"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("twenty-three", 23), ("two hundred and fifty", 250), ("a million", 1e6), ("three thousand two hundred", 3200)],
)
def test_english_words(text, value):
    assert english_number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十二", 12),
        ("二十", 20),
        ("两千三百", 2300),
        ("一万五千", 15000),
        ("三亿", 3e8),
        ("一百零五", 105),
        ("二〇一一", 2011),
    ],
)
def test_chinese_words(text, value):
    assert chinese_number(text) == value


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2011-11-05", {("y", 2011), ("m", 11), ("d", 5)}),
        ("November 5th, 2011", {("y", 2011), ("m", 11), ("d", 5)}),
        ("5 Nov", {("m", 11), ("d", 5)}),
        ("1 to 7 December 2011", {("y", 2011), ("m", 12), ("d", 1), ("d", 7)}),
        ("2011年9月", {("y", 2011), ("m", 9)}),
        ("at 14:30", {("h", 14), ("h", 30)}),
        ("we may win", set()),
        ("3.5 and 1,200", set()),
    ],
)
def test_dates(text, parts):
    assert {tuple(part) for date in dates(text) for part in date.parts} == parts


WRITTEN = st.sampled_from(["{:,.2f}", "{:.2f}", "£{:,.2f}", "{:,.1f}", "{:,.0f}", "{:.0f}"])


@given(st.floats(0.01, 1e9), WRITTEN)
def test_any_rounding_of_a_tools_number_is_supported(value, style):
    assert unsupported(f"It was {style.format(value)}.", evidence([f"Total {value:.4f}."])) == []


@given(st.integers(10_000, 10**9))
def test_short_scales_of_a_tools_number_are_supported(value):
    known = evidence([f"Total {value}."])
    for said in (f"{value / 1e3:.0f}k", f"{value / 1e6:.2f} million", f"{value / 1e6:.2f}M", f"{value / 1e4:.1f}万"):
        if value >= 1e6 or ("illion" not in said and "M" not in said):
            assert unsupported(said, known) == []


@given(st.integers(1_000, 10**8), st.floats(0.02, 5))
def test_a_number_that_is_off_by_two_per_cent_is_not(value, off):
    other = round(value * (1 + off))
    if str(other).endswith("0"):
        other += 1
    assert unsupported(f"{other:,}", evidence([f"Total {value:,}."])) == [f"{other:,}"]


@given(st.floats(0.001, 0.999))
def test_a_share_may_be_said_in_per_cent(share):
    assert unsupported(f"{share * 100:.1f}%", evidence([f"share {share:.6f}"])) == []


@settings(max_examples=500)
@given(st.text(alphabet=st.sampled_from("0123456789.,-/:% £€kKmMabc年月日万亿十百一二两\n()'<>tweny"), max_size=60))
def test_a_tools_own_text_is_always_supported(text):
    assert unsupported(text, evidence([text])) == []


@pytest.mark.parametrize("text", ["9" * 500, "九" + "亿" * 60, "a " + "million " * 80, "1" + ",000" * 200, "九" * 400])
def test_no_number_is_too_large(text):
    assert unsupported(text, evidence([text])) == []
    assert len(unsupported(text, evidence([]))) == 1


@given(st.text(max_size=200))
def test_no_text_trips_the_reader(text):
    found = figures(text)
    assert all(number.readings for number in found.numbers)
    assert unsupported(text, evidence([text])) == []
