"""Which customers are quoted: the clearest recent complaints, and one who is pleased."""

from typing import Any

from tools.behaviour.untyped import Table, _, ibis
from tools.result import Quote
from tools.reviews.labels import ASPECTS
from tools.reviews.quoting import quote
from tools.reviews.sentiment.wording import Wording

_LOOKED_AT = 40
_SHORTEST = 8
_MOST_OF_CUSTOMER = 200


def quotes(rows: Table, wording: Wording, aspect: str | None) -> list[Quote]:
    """Two complaints and one word of praise, where there are any, in the reader's language where it can be had; nobody
    is quoted twice with the same words."""
    column = aspect or "sentiment"
    spoken = wording.language
    found = [*_clearest(rows, column, "negative", 2, spoken), *_clearest(rows, column, "positive", 1, spoken)]
    return [_quoted(wording, row) for row in found]


def customers_reviews(rows: Table) -> list[dict[str, Any]]:
    """One customer's reviews, latest first, with a column per aspect."""
    wanted = ("review_id", "moment", "product", "rating", "sentiment", *ASPECTS)
    latest = rows.order_by(ibis.desc("moment"), "review_id").limit(_MOST_OF_CUSTOMER)
    return latest.select(*wanted).to_pyarrow().to_pylist()


def _clearest(rows: Table, column: str, mood: str, wanted: int, spoken: str) -> list[dict[str, Any]]:
    """The most recent reviews in this mood, of those the labeller is surest about, first those in the language
    `spoken`; too short ones say nothing."""
    fitting = rows.filter(_[column] == mood, _.text.length() >= _SHORTEST)
    recent = fitting.order_by(ibis.desc("moment"), "review_id").limit(_LOOKED_AT)
    found: list[dict[str, Any]] = (
        recent.select("text", "moment", "rating", "product", "customer_id", "score", "language")
        .to_pyarrow()
        .to_pylist()
    )
    surest = sorted(found, key=lambda row: (row["language"] != spoken, -(row["score"] or 0)))
    return list({quote(row["text"]): row for row in reversed(surest)}.values())[::-1][:wanted]


def _quoted(wording: Wording, row: dict[str, Any]) -> Quote:
    source = wording.source(row["moment"].date(), row["rating"], row["product"], row["customer_id"])
    return Quote(source=source, words=quote(row["text"]))
