"""How customers feel, by aspect, with quotes: all of them, or those of a product, a period, a country, a customer."""

from typing import Any

from tools.behaviour.untyped import Table
from tools.context import ToolContext
from tools.contract import ReviewSentiment
from tools.result import Artifact, ToolResult
from tools.reviews.labels import SENTIMENTS
from tools.reviews.selection import Selection, rows_of, select_reviews
from tools.reviews.sentiment import text
from tools.reviews.sentiment.counts import Counts, Place, count, worst
from tools.reviews.sentiment.quotes import customers_reviews, quotes
from tools.reviews.sentiment.wording import Wording
from tools.words import parse_aspect

_BY_COUNTRY = {"delivery", "service"}  # what goes wrong with these is a place's rather than a product's
_DEFINITION = (
    "Each review's text is labelled positive, neutral or negative, and so is what it says of each aspect; "
    "an aspect's share counts the reviews that speak of it."
)


def review_sentiment(context: ToolContext, args: ReviewSentiment) -> ToolResult:
    """Counts as statements and as a table, with up to three quotes.

    Raises ToolError or WinbackError, one sentence, where a word is not known, or reviews or labels are missing.
    """
    shop, wording = context.shop, Wording(context.language)
    aspect = parse_aspect(args.aspect) if args.aspect is not None else None
    with shop.warehouse.pinned():
        selection = select_reviews(
            shop, product=args.product, customer_id=args.customer_id, period=args.period, filters=args.filters
        )
        rows = rows_of(shop, selection)
        counts = count(rows)
        reviews = customers_reviews(rows) if selection.customer else []
        lines = _lines(wording, selection, aspect, counts, reviews, _places(rows, selection, aspect))
        said = quotes(rows, wording, aspect)
    return ToolResult(
        text="\n".join([*lines, *wording.taken(selection)]),
        artifact=_of_customer(selection, reviews) if selection.customer else _by_aspect(counts),
        interpreted={"aspect": aspect} if aspect and aspect != args.aspect else {},
        quotes=said,
    )


def _lines(
    wording: Wording,
    selection: Selection,
    aspect: str | None,
    counts: Counts,
    reviews: list[dict[str, Any]],
    places: list[Place],
) -> list[str]:
    if selection.customer and aspect is None:
        return text.of_customer(wording, selection, counts, reviews)
    if aspect is not None:
        return text.about(wording, selection, aspect, counts, places)
    return text.overall(wording, selection, counts, places)


def _places(rows: Table, selection: Selection, aspect: str | None) -> list[Place]:
    """Where complaints come from, unless that is what was chosen."""
    column = "country" if aspect in _BY_COUNTRY else "product"
    chosen = {one.dimension for one in selection.filters}
    return [] if {column, "customer"} & chosen else worst(rows, column, aspect)


def _by_aspect(counts: Counts) -> Artifact:
    found = {"all": counts.reviews, **counts.aspects}
    rows: list[list[Any]] = [
        [
            name,
            feelings.total,
            *(getattr(feelings, mood) for mood in SENTIMENTS),
            _share(feelings.negative, feelings.total),
        ]
        for name, feelings in found.items()
    ]
    columns = ["aspect", "reviews", *SENTIMENTS, "negative_share"]
    return Artifact(title="Sentiment by aspect", columns=columns, rows=rows, definition=_DEFINITION)


def _of_customer(selection: Selection, reviews: list[dict[str, Any]]) -> Artifact:
    columns = ["review_id", "created_at", "product", "rating", "sentiment"]
    rows = [
        [one["review_id"], str(one["moment"].date()), one["product"], one["rating"], one["sentiment"]]
        for one in reviews
    ]
    title = f"Reviews by customer {selection.customer}"
    return Artifact(title=title, columns=columns, rows=rows, definition=_DEFINITION)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
