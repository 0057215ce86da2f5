"""The tool `customer_profile`: everything about one customer on one page, without names or contacts."""

from typing import Any

from tools.behaviour import profile_facts as facts
from tools.behaviour.lookup import find_contact, find_customer, find_order
from tools.behaviour.profile_text import BROWSING_DAYS, Page, country, latest_words, lines, since, spend
from tools.behaviour.wording import money, plain
from tools.context import ToolContext
from tools.contract import CustomerProfile
from tools.result import Artifact, ToolError, ToolResult


def customer_profile(context: ToolContext, args: CustomerProfile) -> ToolResult:
    """The page as text, and as a table of one row. Raises ToolError where the customer cannot be told."""
    with context.shop.warehouse.pinned():
        customer, note = _customer(context, args)
        page = _page(context, customer)
    return ToolResult(
        text="\n".join([*lines(page), *note]),
        artifact=_artifact(page),
        interpreted={"customer_id": customer} if note else {},
        quotes=latest_words(page),
    )


def _customer(context: ToolContext, args: CustomerProfile) -> tuple[str, list[str]]:
    """Who is meant, and a line on how it was told where that was not by the id as the shop has it."""
    warehouse = context.shop.warehouse
    written = args.customer_id
    customer = find_customer(warehouse, written) if written is not None else None
    if args.order_id is not None:
        order, customer = _buyer(context, args.order_id, customer)
        return customer, [f"Order {order} is customer {customer}'s."]
    if customer is not None:
        said = str(written).strip()
        return customer, [] if said == customer else [f'"{said}" was taken to mean customer {customer}.']
    if args.contact is None:
        raise ToolError("Say which customer: give a customer id, an order id or a contact.")
    customer = find_contact(context, args.contact)
    return customer, [f"{args.contact} is customer {customer}."]


def _buyer(context: ToolContext, order_id: Any, customer: str | None) -> tuple[str, str]:
    order = find_order(context.shop.warehouse, order_id)
    name, buyer = order["order_id"], order["customer_id"]
    if buyer is None:
        total = money(order["total"], context.shop.currency)
        day = order["ordered_at"].date()
        raise ToolError(f"Order {name} is a guest's, without a customer id: {order['status']}, {day}, {total}.")
    if customer not in (None, buyer):
        raise ToolError(f"Order {name} is customer {buyer}'s, not customer {customer}'s; ask for one of the two.")
    return name, buyer


def _page(context: ToolContext, customer: str) -> Page:
    shop = context.shop
    warehouse = shop.warehouse
    today = shop.as_of.date()
    return Page(
        customer=customer,
        today=today,
        currency=shop.currency,
        person=facts.person(warehouse, customer),
        orders=facts.orders(warehouse, customer),
        purchases=facts.purchases(warehouse, customer),
        browsing=facts.browsing(warehouse, customer, today, BROWSING_DAYS) if warehouse.has("events") else None,
        reviews=facts.reviews(warehouse, customer) if warehouse.has("reviews") else None,
        consent=shop.ledger.consent_of(customer),
        segments=facts.segments_of(shop, customer),
        churn=facts.churn(warehouse, customer) if warehouse.has("churn_scores") else None,
    )


def _artifact(page: Page) -> Artifact:
    """A single row: `row1.customer_id` is the customer."""
    completed = page.orders.completed
    first = page.orders.rows[-1]["ordered_at"].date() if page.orders.rows else None
    cells: dict[str, Any] = {
        "customer_id": page.customer,
        "country": country(page),
        "language": page.person["language"],
        "customer_since": str(since(page) or "") or None,
        "completed_orders": len(completed),
        "revenue": plain(spend(page), "money"),
        "first_order": str(first) if first else None,
        "last_order": str(completed[0]["ordered_at"].date()) if completed else None,
        "usual_gap_days": page.orders.gap_days,
        "segments": page.segments,
    }
    return Artifact(
        kind="profile",
        title=f"Customer {page.customer}",
        columns=list(cells),
        rows=[list(cells.values())],
        definition="Orders and their worth count completed orders; the usual gap is the median between days with one.",
    )
