"""Handing a shop's reviews, with their sentiment, to the review index."""

from collections.abc import Callable, Iterator
from typing import Any, cast

from store.review_index import ReviewIndex, ReviewRow, SyncReport
from store.shop import Shop
from tools.behaviour.untyped import Table

_BATCH = 2048
_ROWS = """
SELECT review_id, text, product_id AS product, customer_id AS customer, created_at::DATE AS day, language, sentiment
FROM reviews LEFT JOIN review_labels USING (review_id)
"""


def index_reviews(shop: Shop, progress: Callable[[float, str], None] | None = None) -> SyncReport:
    """Brings the shop's review index up to its reviews and their labels; what has not changed costs little.

    Raises WinbackError where another process is at it, or the embedder cannot be reached.
    """
    reviews: Table = shop.warehouse.table("reviews")
    total = int(reviews.count().to_pyarrow().as_py())
    done = 0

    def tell(more: int) -> None:
        nonlocal done
        done += more
        if progress:
            progress(done / max(total, 1), f"{done:,} of {total:,} reviews indexed")

    with shop.warehouse.pinned():
        return ReviewIndex.open(shop.home, shop.settings).sync(_batches(shop), tell)


def _batches(shop: Shop) -> Iterator[list[ReviewRow]]:
    # Ibis 12 cannot stream from DuckDB 2, so its connection is asked directly.
    connection = cast(Any, shop.warehouse.backend).con.cursor()
    reader: Any = connection.sql(_ROWS).to_arrow_reader(_BATCH)
    for batch in reader:
        yield [ReviewRow(**row) for row in batch.to_pylist()]
