"""Figures on real purchases (UCI Online Retail), each equal to an independent pandas computation."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from store.loading import load
from store.settings import Settings
from store.shop import Shop
from store.warehouse import Warehouse
from tools.behaviour.query_metric import query_metric
from tools.context import Actor, ToolContext
from tools.contract import QueryMetric

SHARED = Path(os.environ.get("WINBACK_SHARED", Path(__file__).parents[4] / "shared"))
SOURCE = SHARED / "data" / "online_retail.parquet"
pytestmark = pytest.mark.skipif(not SOURCE.exists(), reason=f"the UCI Online Retail file is not at {SOURCE}")

Frame = pd.DataFrame


@pytest.fixture(scope="module")
def lines() -> Frame:
    """Sales and returns as published, with amounts; stock adjustments and bad debt left out."""
    raw = pd.read_parquet(SOURCE).query("UnitPrice > 0")
    raw = raw[~raw.InvoiceNo.str.startswith("A")]
    refund = raw.InvoiceNo.str.startswith("C")
    return raw.assign(amount=raw.Quantity * raw.UnitPrice, refund=refund, day=raw.InvoiceDate.dt.normalize())


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ToolContext]:
    home = tmp_path_factory.mktemp("uci")
    load(SOURCE, home, preset="uci-online-retail")
    warehouse = Warehouse.open(home)
    ledger: Any = SimpleNamespace()
    shop = Shop(Settings(home=home, as_of=None), home, warehouse, ledger)
    yield ToolContext(shop, Actor("test", "marketer"), warehouse.info.as_of)
    warehouse.close()


def sold(lines: Frame) -> Frame:
    return lines[~lines.refund]


def between(lines: Frame, start: str, end: str) -> Frame:
    return lines[lines.day.between(start, end)]


def money(value: float) -> str:
    return f"£{value:,.2f}"


def repeat_rate(lines: Frame) -> str:
    orders = sold(lines).groupby("CustomerID").InvoiceNo.nunique()
    return f"Repeat rate, 2011-07-01 to 2011-09-30: {(orders > 1).mean() * 100:.1f}%."


def new_customers(lines: Frame) -> str:
    first = sold(lines).groupby("CustomerID").day.min()
    return f"New customers, 2011-11-01 to 2011-11-30: {first.between('2011-11-01', '2011-11-30').sum():,}."


def by_country(lines: Frame) -> str:
    top = sold(lines).groupby("Country").amount.sum().nlargest(10)
    rows = [f"{place}. {name}: {money(value)}" for place, (name, value) in enumerate(top.items(), 1)]
    return "\n".join(["Revenue by country, all time, highest first, 10 of 38 rows:", *rows])


def by_customer(lines: Frame) -> str:
    known = sold(lines).dropna(subset="CustomerID")
    top = known.groupby("CustomerID").amount.sum().nlargest(3)
    rows = [f"{place}. {int(name)}: {money(value)}" for place, (name, value) in enumerate(top.items(), 1)]
    guests = sold(lines)[sold(lines).CustomerID.isna()].amount.sum()
    return "\n".join([*rows, f"Guests, who have no customer id, are left out: {money(guests)}."])


def by_product(lines: Frame) -> str:
    top = sold(lines).groupby("StockCode").Quantity.sum().nlargest(2)
    return "\n".join(
        f"{place}. {lines[lines.StockCode == code].Description.mode()[0]}: {pieces:,}"
        for place, (code, pieces) in enumerate(top.items(), 1)
    )


def by_month_in_france(lines: Frame) -> str:
    french = sold(lines)[sold(lines).Country == "France"]
    top = french.groupby(french.day.dt.strftime("%Y-%m")).InvoiceNo.nunique().nlargest(1)
    return f"1. {top.index[0]}: {top.iloc[0]:,}"


def by_weekday(lines: Frame) -> str:
    last = sold(lines).groupby(sold(lines).day.dt.day_name()).amount.sum().nsmallest(1)
    return f"lowest first, 6 rows:\n1. {last.index[0]}: {money(last.iloc[0])}"


def per_order(lines: Frame) -> str:
    orders = between(sold(lines), "2011-11-10", "2011-12-09").groupby("InvoiceNo").amount.sum()
    return f"Average order value, 2011-11-10 to 2011-12-09: {money(orders.mean())}."


def lanterns(lines: Frame) -> str:
    names = sold(lines).groupby("StockCode").Description.agg(lambda names: names.mode().iat[0] if names.any() else "")
    codes = names[names.str.contains("LANTERN")].index
    return f"Revenue, all time, product lantern: {money(sold(lines)[sold(lines).StockCode.isin(codes)].amount.sum())}."


def refund_rate(lines: Frame) -> str:
    orders = lines.groupby("refund").InvoiceNo.nunique()
    return f"Refund rate, all time: {orders[True] / orders[False] * 100:.1f}%."


QUESTIONS: list[tuple[dict[str, Any], Callable[[Frame], str]]] = [
    ({"metric": "repeat rate", "period": "2011-Q3"}, lambda d: repeat_rate(between(d, "2011-07-01", "2011-09-30"))),
    ({"metric": "new customers", "period": "last month"}, new_customers),
    ({"metric": "revenue", "group_by": "country"}, by_country),
    ({"metric": "revenue", "group_by": "customer", "limit": 3}, by_customer),
    ({"metric": "units", "group_by": "product", "limit": "two"}, by_product),
    ({"metric": "orders", "group_by": "month", "filters": {"country": "French"}, "limit": 1}, by_month_in_france),
    ({"metric": "revenue", "group_by": "weekday", "order": "asc"}, by_weekday),
    ({"metric": "AOV", "period": "last 30 days"}, per_order),
    ({"metric": "revenue", "filters": {"product": "lantern"}}, lanterns),
    ({"metric": "refund_rate"}, refund_rate),
    (
        {"metric": "refund amount", "period": "2011"},
        lambda d: money(-between(d[d.refund], "2011-01-01", "2011-12-31").amount.sum()),
    ),
    (
        {"metric": "customers", "filters": {"country": ["Germany", "Spain"]}, "period": "2011-09..2011-11"},
        lambda d: "{:,}.".format(
            between(sold(d[d.Country.isin(["Germany", "Spain"])]), "2011-09-01", "2011-11-30").CustomerID.nunique()
        ),
    ),
]


@pytest.mark.parametrize(("arguments", "expected"), QUESTIONS, ids=[str(list(q.values())) for q, _ in QUESTIONS])
def test_the_figure_equals_pandas(
    context: ToolContext, lines: Frame, arguments: dict[str, Any], expected: Callable[[Frame], str]
) -> None:
    assert expected(lines) in query_metric(context, QueryMetric(**arguments)).text
