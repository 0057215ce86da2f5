"""Three customers for each surge, in their own words."""

from datetime import datetime, time, timedelta
from typing import Any

from store.warehouse import Warehouse
from tools.behaviour.dimensions import with_columns
from tools.behaviour.untyped import Table, _, ibis
from tools.result import Quote
from tools.reviews.alerts.reading import as_date, complaints
from tools.reviews.alerts.series import ANY
from tools.reviews.alerts.text import Telling
from tools.reviews.alerts.watch import Alert
from tools.reviews.aspects.find import clauses_about
from tools.reviews.labels import ASPECTS
from tools.reviews.quoting import quote
from tools.reviews.rows import with_product_names

_WANTED, _LOOKED_AT, _SHORTEST, _LONGEST = 3, 40, 8, 160
_COLUMN = {"category": "category", "country": "country", "product": "product_id"}


def quotes(warehouse: Warehouse, alert: Alert, telling: Telling, until: datetime) -> list[Quote]:
    """Of the surge's complaints those the labeller is surest of, no two with the same words."""
    aspect = ASPECTS[alert.aspect - 1] if alert.aspect != ANY else None
    rows = with_columns(complaints(warehouse), {"category", "country"}, warehouse)
    rows = with_product_names(rows, warehouse)
    start, end = as_date(alert.first), as_date(alert.last) + timedelta(days=1)
    rows = rows.filter(
        _[aspect or "any"] == 1,
        _.moment >= datetime.combine(start, time.min),
        _.moment < datetime.combine(end, time.min),
        _.moment <= until,
        _.text.length() >= _SHORTEST,
    )
    if alert.item.scope != "shop":
        rows = rows.filter(_[_COLUMN[alert.item.scope]] == alert.item.id)
    said = {_words(row["text"], aspect): row for row in reversed(_surest(rows))}
    chosen = [(words, row) for words, row in reversed(said.items()) if words]
    return [Quote(source=telling.source(row), words=words) for words, row in chosen[:_WANTED]]


def _surest(rows: Table) -> list[dict[str, Any]]:
    order = [ibis.desc("any"), *([ibis.desc("score")] if "score" in rows.columns else []), "moment", "review_id"]
    columns = ("text", "moment", "rating", "product", "customer_id")
    return rows.order_by(order).limit(_LOOKED_AT).select(*columns).to_pyarrow().to_pylist()


def _words(text: str, aspect: str | None) -> str:
    """The review, or of a long one what it says of the aspect."""
    parts = clauses_about(text, aspect) if aspect and len(text) > _LONGEST else []
    return quote("… ".join(parts) or text)
