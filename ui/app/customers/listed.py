"""The list: by segment and country, by risk or value, and what a search finds."""

import json
from pathlib import Path
from typing import Any

from markupsafe import Markup

from store.errors import WinbackError
from tools.behaviour.lookup import find_customer, find_order
from tools.behaviour.profile_facts import Row
from tools.behaviour.segments import rules
from tools.churn.explain import telling, worded
from tools.offers.rights import audited
from tools.overview.people import SORTS, countries, listing, rows_of, segment_sizes
from ui.app.customers.contact import ROLES
from ui.app.frame import Desk, Templates, Visit
from ui.app.shown import table

_render = Templates(Path(__file__).parent)
_PAGE = 50
_MOST_FOUND = 50
_COLUMNS = (
    "customer_id",
    "country",
    "churn_probability",
    "value_at_risk",
    "expected_spend",
    "orders",
    "last_order",
    "reason",
)


def page(desk: Desk, visit: Visit) -> Markup:
    """`q` searches; else the URL's `segment`, `country`, `sort` and `from` (the first row) say what is listed.

    What is searched for comes with the event: an e-mail address has no place in a URL.
    """
    with desk.shop().warehouse.pinned():
        query = visit.text("q", 200)
        return _found(desk, visit, query) if query else _list(desk, visit)


def _list(desk: Desk, visit: Visit) -> Markup:
    shop, query = desk.shop(), visit.query
    known = countries(shop)
    segment = query.get("segment") if query.get("segment") in rules() else None
    country = query.get("country") if query.get("country") in known else None
    scored = shop.warehouse.has("churn_scores")
    sort = query.get("sort", "") if query.get("sort") in SORTS else "value" if scored else "recent"
    said = query.get("from", "")
    offset = int(said) if said.isascii() and said.isdigit() and len(said) < 8 else 0
    found = listing(shop, segment=segment, country=country, sort=sort, limit=_PAGE, offset=offset)
    kept = {"segment": segment, "country": country, "sort": query.get("sort") if sort == query.get("sort") else None}

    def there(row: int) -> str:
        return desk.url("customers", **kept, **{"from": row or None})

    sizes = segment_sizes(shop)
    tabs = [
        {
            "name": desk.words.or_plain("segment", name),
            "size": f"{size:,}",
            "url": desk.url("customers", **{**kept, "segment": None if name == "everyone" else name}),
            "here": name == (segment or "everyone"),
        }
        for name, size in sizes.items()
    ]
    return _render(
        "list",
        t=desk.words,
        desk=desk,
        query="",
        scored=scored,
        tabs=tabs,
        countries=known,
        country=country,
        segment=segment,
        sort=sort,
        sorts=SORTS if scored else SORTS[-1:],
        table=_table(desk, found.rows),
        counted=_counted(desk, found.total, offset, len(found.rows)),
        newer=there(max(offset - _PAGE, 0)) if offset else None,
        older=there(offset + _PAGE) if offset + _PAGE < found.total else None,
        contacts=visit.actor.role in ROLES,
    )


def _counted(desk: Desk, total: int, offset: int, shown: int) -> str:
    if not shown:
        return desk.words("list.nobody")
    return desk.words("list.counted", first=f"{offset + 1:,}", last=f"{offset + shown:,}", total=f"{total:,}")


def _found(desk: Desk, visit: Visit, query: str) -> Markup:
    ids, said = _search(desk, visit, query)
    rows = rows_of(desk.shop(), ids[:_MOST_FOUND])
    return _render(
        "found",
        t=desk.words,
        desk=desk,
        query=query,
        said=said,
        table=_table(desk, rows) if rows else "",
        contacts=visit.actor.role in ROLES,
    )


def _search(desk: Desk, visit: Visit, query: str) -> tuple[list[str], str]:
    """Who is meant, and a sentence: by customer, by order, and for those who may, by e-mail, phone or name."""
    warehouse, t = desk.shop().warehouse, desk.words
    try:
        found = find_customer(warehouse, query)
        return [found], t("find.customer", id=found)
    except WinbackError:
        pass
    try:
        order = find_order(warehouse, query)
        buyer = order["customer_id"]
        if buyer is None:
            return [], t("find.guest", id=order["order_id"])
        return [buyer], t("find.order", id=order["order_id"], customer=buyer)
    except WinbackError:
        pass
    if visit.actor.role not in ROLES:
        return [], t("find.none_here")
    ids = _by_contact(desk, visit, query)
    return ids, t("find.contact", n=f"{len(ids):,}") if ids else t("find.none")


def _by_contact(desk: Desk, visit: Visit, written: str) -> list[str]:
    """The search is written to the audit, with whom it found rather than with what was written."""
    shop = desk.shop()
    ids = shop.ledger.customers_by_contact(written)
    with shop.ledger.session() as session:
        told = {"found": ids[:_MOST_FOUND]}
        audited(shop, session, visit.actor, visit.now, "search_contact", told, rows=len(ids))
    return ids


def _table(desk: Desk, rows: list[Row]) -> Markup:
    currency = desk.shop().currency
    cells: list[list[Any]] = [
        [
            row["customer_id"],
            row["country"],
            row["churn_probability"],
            _money(row["value_at_risk"]),
            _money(row["expected_spend"]),
            row["orders"],
            row["last_order"].date() if row["last_order"] else None,
            _reason(desk, row),
        ]
        for row in rows
    ]
    names = {"reason": desk.words("list.reason")}
    return table(_COLUMNS, cells, language=desk.language, name="customers", names=names, currency=currency)


def _reason(desk: Desk, row: Row) -> str | None:
    found = telling(json.loads(row["reasons"] or "[]"), "leaving")
    return worded(found[0], desk.language, desk.shop().currency, row["horizon_days"]) if found else None


def _money(value: Any) -> float | None:
    return None if value is None else round(float(value), 2)
