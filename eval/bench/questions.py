"""Ten metric questions on UCI Online Retail, each put three ways: to Winback, to pandas, to SQLite."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Lines = Any  # a pandas DataFrame; its own types do not know what comes of a selection


@dataclass(frozen=True)
class Question:
    """`arguments` are query_metric's; `frame` takes the kept lines; `sql` reads them from the table `lines`."""

    name: str
    arguments: dict[str, Any]
    frame: Callable[[Lines], Any]
    sql: str


def sold(lines: Lines) -> Lines:
    return lines[~lines["refund"]]


def since(lines: Lines, start: str, end: str) -> Lines:
    return lines[(lines["InvoiceDate"] >= start) & (lines["InvoiceDate"] < end)]


def month(lines: Lines) -> Any:
    return lines["InvoiceDate"].dt.to_period("M")


def first_orders(lines: Lines) -> Lines:
    return sold(lines).dropna(subset=["CustomerID"]).groupby("CustomerID", as_index=False)["InvoiceDate"].min()


def orders_each(lines: Lines) -> Any:
    return sold(lines).groupby("CustomerID")["InvoiceNo"].nunique()


def order_value(lines: Lines) -> Any:
    countries = sold(lines).groupby("Country")
    return countries["amount"].sum() / countries["InvoiceNo"].nunique()


def refunded(lines: Lines) -> Any:
    back = lines[lines["refund"]]
    return -back.groupby(back["InvoiceDate"].dt.to_period("Q"))["amount"].sum()


_SOLD = "FROM lines WHERE NOT refund"

QUESTIONS = [
    Question(
        "revenue",
        {"metric": "revenue"},
        lambda d: sold(d)["amount"].sum(),
        f"SELECT sum(amount) {_SOLD}",
    ),
    Question(
        "orders in November",
        {"metric": "orders", "period": "2011-11"},
        lambda d: since(sold(d), "2011-11-01", "2011-12-01")["InvoiceNo"].nunique(),
        f"SELECT count(DISTINCT InvoiceNo) {_SOLD} AND InvoiceDate >= '2011-11-01' AND InvoiceDate < '2011-12-01'",
    ),
    Question(
        "revenue by month",
        {"metric": "revenue", "group_by": "month", "limit": 100},
        lambda d: sold(d).groupby(month(sold(d)))["amount"].sum(),
        f"SELECT sum(amount) {_SOLD} GROUP BY strftime('%Y-%m', InvoiceDate)",
    ),
    Question(
        "revenue by country",
        {"metric": "revenue", "group_by": "country", "limit": 10},
        lambda d: sold(d).groupby("Country")["amount"].sum().nlargest(10),
        f"SELECT sum(amount) {_SOLD} GROUP BY Country ORDER BY 1 DESC LIMIT 10",
    ),
    Question(
        "units by product",
        {"metric": "units", "group_by": "product", "limit": 10},
        lambda d: sold(d).groupby("StockCode")["Quantity"].sum().nlargest(10),
        f"SELECT sum(Quantity) {_SOLD} GROUP BY StockCode ORDER BY 1 DESC LIMIT 10",
    ),
    Question(
        "customers in 30 days",
        {"metric": "customers", "period": "last_30_days"},
        lambda d: since(sold(d), "2011-11-10", "2011-12-10")["CustomerID"].nunique(),
        f"SELECT count(DISTINCT CustomerID) {_SOLD} AND InvoiceDate >= '2011-11-10' AND InvoiceDate < '2011-12-10'",
    ),
    Question(
        "new customers by month",
        {"metric": "new_customers", "group_by": "month", "limit": 100},
        lambda d: first_orders(d).groupby(month(first_orders(d)))["CustomerID"].count(),
        f"SELECT count(*) FROM (SELECT min(InvoiceDate) AS first {_SOLD} AND CustomerID IS NOT NULL "
        "GROUP BY CustomerID) GROUP BY strftime('%Y-%m', first)",
    ),
    Question(
        "repeat rate",
        {"metric": "repeat_rate"},
        lambda d: (orders_each(d) > 1).mean(),
        f"SELECT avg(orders > 1) FROM (SELECT count(DISTINCT InvoiceNo) AS orders {_SOLD} "
        "AND CustomerID IS NOT NULL GROUP BY CustomerID)",
    ),
    Question(
        "order value by country",
        {"metric": "average_order_value", "group_by": "country", "limit": 100},
        order_value,
        f"SELECT sum(amount) / count(DISTINCT InvoiceNo) {_SOLD} GROUP BY Country",
    ),
    Question(
        "refunds by quarter",
        {"metric": "refund_amount", "group_by": "quarter", "limit": 100},
        refunded,
        "SELECT -sum(amount) FROM lines WHERE refund "
        "GROUP BY strftime('%Y', InvoiceDate), (strftime('%m', InvoiceDate) + 2) / 3",
    ),
]
