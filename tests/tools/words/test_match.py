"""Filter values against a shop's own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.result import ToolError
from tools.words import match_value

COUNTRIES = [
    "United Kingdom", "EIRE", "RSA", "USA", "Channel Islands", "Unspecified", "European Community", "Germany",
    "Netherlands", "United Arab Emirates", "Spain", "France",
]  # fmt: skip
PRODUCTS = {
    "85123A": "WHITE HANGING HEART T-LIGHT HOLDER",
    "21733": "RED HANGING HEART T-LIGHT HOLDER",
    "22423": "REGENCY CAKESTAND 3 TIER",
    "85099B": "JUMBO BAG RED RETROSPOT",
    "22386": "JUMBO BAG PINK POLKADOT",
    "23084": "RABBIT NIGHT LIGHT",
    "P-7": "无线蓝牙耳机",
    "p0012": "Assorted mugs",
}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("UK", ["United Kingdom"]),
        ("british", ["United Kingdom"]),
        ("英国", ["United Kingdom"]),
        ("Ireland", ["EIRE"]),
        ("eire", ["EIRE"]),
        ("South Africa", ["RSA"]),
        ("the States", ["USA"]),
        ("channel islands", ["Channel Islands"]),
        ("Channel Isles", ["Channel Islands"]),
        ("unspecified", ["Unspecified"]),
        ("Holland", ["Netherlands"]),
        ("UAE", ["United Arab Emirates"]),
        ("DE", ["Germany"]),
        ("Germny", ["Germany"]),
    ],
)
def test_countries(wanted: str, found: list[str]) -> None:
    assert match_value(wanted, COUNTRIES, "country") == found


@pytest.mark.parametrize(
    ("wanted", "known", "dimension"),
    [
        ("Niger", "Nigeria", "country"),
        ("Guinea", "Equatorial Guinea", "country"),
        ("Austria", "Australia", "country"),
        ("Ireland", "Northern Ireland", "country"),
        ("Swedish", "Danish", "language"),
        ("app", "web", "channel"),
    ],
)
def test_what_means_something_else_does_not_match(wanted: str, known: str, dimension: str) -> None:
    with pytest.raises(ToolError, match=f"known is {known}"):
        match_value(wanted, [known], dimension)


def test_one_country_in_several_spellings() -> None:
    assert match_value("Great Britain", ["GB", "FR", "United Kingdom", "英国"], "country") == [
        "GB",
        "United Kingdom",
        "英国",
    ]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("85123A", ["85123A"]),
        ("85123a", ["85123A"]),
        ("product 22423", ["22423"]),
        ("P7", ["P-7"]),
        ("12", ["p0012"]),
        ("white hanging heart", ["85123A"]),
        ("hanging hearts", ["85123A", "21733"]),
        ("heart holder", ["85123A", "21733"]),
        ("jumbo bag", ["85099B", "22386"]),
        ("red", ["21733", "85099B"]),
        ("cake", ["22423"]),
        ("rabit night light", ["23084"]),
        ("regency cake stand", ["22423"]),
        ("蓝牙耳机", ["P-7"]),
        ("mug", ["p0012"]),
    ],
)
def test_products(wanted: str, found: list[str]) -> None:
    assert match_value(wanted, PRODUCTS, "product") == found


@pytest.mark.parametrize(
    ("wanted", "known", "dimension", "found"),
    [
        ("kitchen", ["Kitchen & Dining", "Toys"], "category", ["Kitchen & Dining"]),
        ("toy", ["Kitchen & Dining", "Toys"], "category", ["Toys"]),
        ("厨房", ["厨房用品", "玩具"], "category", ["厨房用品"]),
        ("website", ["Online", "Store", "App"], "channel", ["Online"]),
        ("门店", ["web", "store"], "channel", ["store"]),
        ("German", ["de", "en", "zh"], "language", ["de"]),
        ("zh-CN", ["de", "en", "zh"], "language", ["zh"]),
        ("VIPs", ["high_value", "lapsed"], "segment", ["high_value"]),
        (17850, ["17850", "12748"], "customer", ["17850"]),
        ("customer #1042", ["c001042", "c001043"], "customer", ["c001042"]),
        ("garden", ["gardn", "toys"], "category", ["gardn"]),
    ],
)
def test_other_dimensions(wanted: object, known: list[str], dimension: str, found: list[str]) -> None:
    assert match_value(wanted, known, dimension) == found


@pytest.mark.parametrize(
    ("wanted", "known", "dimension", "sentence"),
    [
        ("gardening", ["kitchen", "toys"], "category", "no category 'gardening'; known are kitchen and toys."),
        ("japan", COUNTRIES, "country", "no country 'japan'; the nearest are "),
        ("spaceship", PRODUCTS, "product", "no product 'spaceship'; known are WHITE HANGING HEART T-LIGHT HOLDER"),
        ("red", [], "category", "no category to filter by."),
        ("red", ["blue"], "category", "no category 'red'; known is blue."),
        ("", ["blue"], "category", "no category ''; known is blue."),
        ("x" * 500, ["blue"], "category", "known is blue."),
    ],
)
def test_the_unknown_is_answered_with_the_nearest(wanted: str, known: list[str], dimension: str, sentence: str) -> None:
    with pytest.raises(ToolError) as error:
        match_value(wanted, known, dimension)
    assert str(error.value).startswith("This shop has no ")
    assert sentence in str(error.value)


DIMENSIONS = ["country", "product", "category", "language", "channel", "segment", "customer", "value"]


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=8), st.sampled_from(DIMENSIONS))
def test_anything_else_is_a_known_value_or_a_tool_error(wanted: str, known: list[str], dimension: str) -> None:
    try:
        found = match_value(wanted, known, dimension)
    except ToolError:
        return
    assert found
    assert set(found) <= set(known)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6, unique=True), st.data())
def test_every_value_finds_itself(known: list[str], data: st.DataObject) -> None:
    value = data.draw(st.sampled_from(known))
    assert value in match_value(value, known, "category")
