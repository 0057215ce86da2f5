"""The tool `search_reviews`: reviews found by meaning, with the customers' words kept apart."""

from datetime import timedelta
from typing import Any

from store.review_index import Hit, ReviewIndex, Where
from store.shop import Shop
from tools.behaviour.compute import Filter, within
from tools.behaviour.dimensions import with_columns
from tools.behaviour.profile_facts import Row, fetch
from tools.behaviour.sources import SOURCES
from tools.behaviour.untyped import Table, _, ibis
from tools.context import ToolContext
from tools.contract import SearchReviews
from tools.result import Artifact, ToolError, ToolResult
from tools.reviews.rows import with_product_names
from tools.reviews.search_text import Found, lines, quotes
from tools.reviews.selection import Selection, select_reviews
from tools.words import parse_count, parse_sentiment
from tools.words.text import fold

SHOWN = 5
MOST_SHOWN = 50
COLUMNS = ["review_id", "created_at", "product", "customer_id", "rating", "sentiment", "text"]
_IN_INDEX = {"product", "customer", "language"}


def search_reviews(context: ToolContext, args: SearchReviews) -> ToolResult:
    """The reviews nearest to the query, as statements, as quotes and as a table.

    Raises ToolError or WinbackError, one sentence, for what is unknown, missing or not indexed yet.
    """
    shop, query, limit = context.shop, " ".join(args.query.split()), _limit(args.limit)
    if not query:
        raise ToolError("Say what to look for in the reviews, in a few words.")
    with shop.warehouse.pinned():
        reviews: Table = shop.warehouse.table("reviews")
        sentiment = _sentiment(shop, args.sentiment)
        selection = select_reviews(
            shop, product=args.product, customer_id=args.customer_id, period=args.period, filters=args.filters
        )
        if sentiment and fold(args.sentiment or "") != sentiment:
            selection.taken.append((args.sentiment or "", sentiment))
        where = _where(shop, selection, sentiment)
        hits = ReviewIndex.open(shop.home, shop.settings).search(query, limit=limit, where=where)
        found = Found(query, selection, sentiment, _look_up(shop, reviews, hits))
    return ToolResult(
        text="\n".join(lines(found, context.language)),
        artifact=Artifact(title=f'Reviews nearest to "{query}"', columns=COLUMNS, rows=[_cells(r) for r in found.rows]),
        interpreted=_canonical(found) if selection.taken else {},
        quotes=quotes(found, context.language),
    )


def _limit(value: Any) -> int:
    number = SHOWN if value is None else parse_count(value)
    if number == 0:
        raise ToolError("Ask for one review or more.")
    return min(number, MOST_SHOWN)


def _sentiment(shop: Shop, said: str | None) -> str | None:
    if said is None or not said.strip():
        return None
    if not shop.warehouse.has("review_labels"):
        raise ToolError("The reviews are not labelled yet; run `winback refresh` first.")
    return parse_sentiment(said)


def _where(shop: Shop, selection: Selection, sentiment: str | None) -> Where:
    """What the index knows of a review it filters itself; for the rest the warehouse names the reviews."""
    lists: dict[str, list[str]] = {}
    for chosen in selection.filters:
        if chosen.dimension in _IN_INDEX:
            before = lists.get(chosen.dimension)
            lists[chosen.dimension] = [value for value in chosen.values if before is None or value in before]
    others = [chosen for chosen in selection.filters if chosen.dimension not in _IN_INDEX]
    today = shop.as_of.date()
    return Where(
        sentiments=[sentiment] if sentiment else None,
        products=lists.get("product"),
        customers=lists.get("customer"),
        languages=lists.get("language"),
        review_ids=_reviews_of(shop, others) if others else None,
        start=selection.start,
        end=min(selection.end or today, today) + timedelta(days=1),
    )


def _reviews_of(shop: Shop, filters: list[Filter]) -> list[str]:
    rows = SOURCES["reviews"].build(shop.warehouse, False)
    rows = with_columns(rows, {chosen.dimension for chosen in filters}, shop.warehouse)
    rows = within(rows, shop, None, None, filters)
    return rows.select("review_id").to_pyarrow().column("review_id").to_pylist()


def _look_up(shop: Shop, reviews: Table, hits: list[Hit]) -> list[Row]:
    """The reviews as the shop has them, in the order found."""
    wanted = reviews.filter(_.review_id.isin([hit.review_id for hit in hits]))
    wanted = with_product_names(wanted, shop.warehouse)
    if shop.warehouse.has("review_labels"):
        labels: Table = shop.warehouse.table("review_labels")
        labels = labels.select("sentiment", labelled="review_id")
        wanted = wanted.left_join(labels, wanted.review_id == labels.labelled)
    else:
        wanted = wanted.mutate(sentiment=ibis.null("string"))
    found = {row["review_id"]: row for row in fetch(wanted.select(*COLUMNS))}
    return [found[hit.review_id] for hit in hits if hit.review_id in found]


def _cells(row: Row) -> list[Any]:
    return [str(row[column]) if column == "created_at" and row[column] else row[column] for column in COLUMNS]


def _canonical(found: Found) -> dict[str, Any]:
    selection = found.selection
    return {
        "query": found.query,
        "sentiment": found.sentiment,
        "period": f"{selection.start or ''}..{selection.end or ''}" if selection.start or selection.end else "all",
        "filters": {chosen.dimension: list(chosen.values) for chosen in selection.filters},
    }
