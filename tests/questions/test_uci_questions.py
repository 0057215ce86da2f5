"""Ten questions on real purchases, asked through the bundled model; each answer equals an independent pandas figure."""

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from agent.answer import Conversation
from store.loading import load
from store.settings import Settings
from store.shop import Shop
from tools.context import Actor

SHARED = Path(os.environ.get("WINBACK_SHARED", Path(__file__).parents[3] / "shared"))
SOURCE = SHARED / "data" / "online_retail.parquet"
pytestmark = pytest.mark.skipif(not SOURCE.exists(), reason=f"the UCI Online Retail file is not at {SOURCE}")


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    """Sold and returned lines as published, with the day and the amount of each."""
    raw = pd.read_parquet(SOURCE)
    raw["InvoiceNo"] = raw["InvoiceNo"].astype(str)
    raw = raw[(raw["UnitPrice"] > 0) & ~raw["InvoiceNo"].str.startswith("A")].copy()
    raw["amount"] = raw["Quantity"] * raw["UnitPrice"]
    raw["when"] = pd.to_datetime(raw["InvoiceDate"])
    raw["refund"] = raw["InvoiceNo"].str.startswith("C")
    return raw


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    home = tmp_path_factory.mktemp("uci")
    load(SOURCE, home, preset="uci-online-retail")
    return Shop.open(home, Settings(home=home))


def money(value: float) -> str:
    return f"£{value:,.2f}"


def sold(lines: pd.DataFrame) -> pd.DataFrame:
    return lines[~lines["refund"]]


def during(lines: pd.DataFrame, start: str, end: str) -> pd.DataFrame:
    return lines[(lines["when"] >= start) & (lines["when"] < pd.Timestamp(end) + pd.Timedelta(days=1))]


def top_country(lines: pd.DataFrame) -> str:
    return str(sold(lines).groupby("Country")["amount"].sum().idxmax())


def new_customers(lines: pd.DataFrame, start: str, end: str) -> str:
    first = sold(lines).dropna(subset=["CustomerID"]).groupby("CustomerID")["when"].min()
    return f"{((first >= start) & (first < pd.Timestamp(end) + pd.Timedelta(days=1))).sum():,}"


def average_order(lines: pd.DataFrame, country: str) -> str:
    bought = sold(lines)
    return money(bought[bought["Country"] == country].groupby("InvoiceNo")["amount"].sum().mean())


QUESTIONS: list[tuple[str, Callable[[pd.DataFrame], str]]] = [
    ("What is our total revenue?", lambda d: money(sold(d)["amount"].sum())),
    (
        "How many orders did we get in November 2011?",
        lambda d: f"{during(sold(d), '2011-11-01', '2011-11-30')['InvoiceNo'].nunique():,}",
    ),
    (
        "revenue in France in 2011",
        lambda d: money(during(sold(d[d["Country"] == "France"]), "2011-01-01", "2011-12-31")["amount"].sum()),
    ),
    (
        "how many customers bought something in the last 30 days?",
        lambda d: f"{during(sold(d), '2011-11-10', '2011-12-09')['CustomerID'].nunique():,}",
    ),
    ("Which country brings in the most revenue?", top_country),
    ("What's the average order value in Germany?", lambda d: average_order(d, "Germany")),
    (
        "How much money did we refund in 2011?",
        lambda d: money(-during(d[d["refund"]], "2011-01-01", "2011-12-31")["amount"].sum()),
    ),
    (
        "2011年9月到11月的营业额是多少？",
        lambda d: money(during(sold(d), "2011-09-01", "2011-11-30")["amount"].sum()),
    ),
    ("上个月有多少新客户？", lambda d: new_customers(d, "2011-11-01", "2011-11-30")),
    (
        "tell me about customer 17850",
        lambda d: money(sold(d[d["CustomerID"].astype("float").eq(17850)])["amount"].sum()),
    ),
]


@pytest.mark.parametrize(("question", "figure"), QUESTIONS, ids=[q for q, _ in QUESTIONS])
def test_the_answer_equals_pandas(
    shop: Shop, lines: pd.DataFrame, question: str, figure: Callable[[pd.DataFrame], str]
) -> None:
    answer = Conversation(shop, Actor("test", "marketer"), shop.settings).ask(question)
    assert figure(lines) in answer.answer, (answer.answer, [c.arguments for c in answer.tool_calls])
    assert answer.tool_calls[0].error is None
    assert answer.tool_calls[0].artifact is not None
