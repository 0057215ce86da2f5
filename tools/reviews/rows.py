"""Reviews with what is known of them, as one Ibis table that every tool of this capability counts."""

from store.warehouse import Warehouse
from tools.behaviour.untyped import Table, _, ibis
from tools.result import ToolError
from tools.reviews.labels import ASPECTS


def labelled_reviews(warehouse: Warehouse) -> Table:
    """One row a review: review_id, customer_id, product_id, rating, language, text, moment, sentiment, score,
    contradicts_rating, and a column per aspect with how the text speaks of it (null where it does not).

    Raises ToolError where the shop has no reviews or none is labelled yet.
    """
    if not warehouse.has("reviews"):
        raise ToolError("This shop has no reviews; load some with `winback load SOURCE` first.")
    if not warehouse.has("review_labels"):
        raise ToolError("The reviews are not labelled yet; run `winback refresh` first.")
    labels: Table = warehouse.table("review_labels")
    labels = labels.select(
        "sentiment",
        "score",
        "contradicts_rating",
        labelled="review_id",
        **{aspect: labels.aspects[aspect].unwrap_as("string") for aspect in ASPECTS},
    )
    reviews: Table = warehouse.table("reviews")
    joined = reviews.join(labels, reviews.review_id == labels.labelled)
    return joined.mutate(moment=_.created_at).drop("labelled", "created_at")


def with_product_names(rows: Table, warehouse: Warehouse) -> Table:
    """Rows with the product's name in `product`, or its id where it has none."""
    products: Table = warehouse.table("products")
    named = products.select(named="product_id", product=ibis.coalesce(_.name, _.product_id))
    return rows.left_join(named, rows.product_id == named.named).drop("named")
