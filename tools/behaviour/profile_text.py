"""One customer on one page, in words: one statement a line."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from tools.behaviour.profile_facts import Orders, Row
from tools.behaviour.wording import counted, listed, money
from tools.churn.explain import telling, worded
from tools.result import Quote
from tools.reviews.quoting import quote

BROWSING_DAYS = 30
_QUOTE = 200
_REASONS = 2


@dataclass(frozen=True)
class Page:
    """Everything known. None stands for what this shop does not have at all."""

    customer: str
    today: date
    currency: str
    person: Row
    orders: Orders
    purchases: list[Row]
    browsing: Row | None
    reviews: list[Row] | None
    consent: dict[str, bool]
    segments: list[str]
    churn: Row | None


def lines(page: Page) -> list[str]:
    statements = [
        _who(page),
        _orders(page),
        _last_order(page),
        _favourites(page),
        _returns(page),
        _browsing(page),
        _reviews(page),
        _consent(page),
        f"Segments: {listed(page.segments) or 'none'}.",
        _churn(page),
    ]
    return [statement for statement in statements if statement]


def since(page: Page) -> date | None:
    """When they signed up, or their first order."""
    moments = [page.person["signup_at"], *(row["ordered_at"] for row in page.orders.rows)]
    return min((moment.date() for moment in moments if moment), default=None)


def country(page: Page) -> str | None:
    """The customer's, or where the last order went."""
    return page.person["country"] or next((row["country"] for row in page.orders.rows), None)


def spend(page: Page) -> Any:
    """The worth of the completed orders whose total is known; None where there is none."""
    totals = [row["total"] for row in page.orders.completed if row["total"] is not None]
    return sum(totals) if totals or not page.orders.completed else None


def _who(page: Page) -> str:
    known = [f"Customer {page.customer}", country(page), f"customer since {since(page)}" if since(page) else None]
    return ", ".join(part for part in known if part) + "."


def _orders(page: Page) -> str:
    number = len(page.orders.completed)
    if not number:
        return "No completed orders."
    unknown = sum(row["total"] is None for row in page.orders.completed)
    if unknown == number:
        return f"{counted(number, 'completed order')}; what they were worth is not known."
    worth, average = money(spend(page), page.currency), money(spend(page) / (number - unknown), page.currency)
    beside = f" ({unknown} of them of unknown worth)" if unknown else ""
    return f"{counted(number, 'completed order')}{beside} worth {worth}; average {average}."


def _last_order(page: Page) -> str | None:
    if not page.orders.completed:
        return None
    last = page.orders.completed[0]["ordered_at"].date()
    gap = page.orders.gap_days
    habit = f"; usually every {counted(gap, 'day')}" if gap else ""
    return f"Last order {last}, {counted((page.today - last).days, 'day')} ago{habit}."


def _favourites(page: Page) -> str | None:
    if not page.purchases:
        return None
    products = [f"{row['name']} ({counted(row['units'], 'piece')})" for row in page.purchases[:3]]
    spent: Counter[str] = Counter()
    for row in page.purchases:
        if row["category"] and row["spent"] is not None:
            spent[row["category"]] += row["spent"]
    categories = [f"{name} ({money(amount, page.currency)})" for name, amount in spent.most_common(3)]
    return f"Buys most: {', '.join(products)}." + (f" By category: {', '.join(categories)}." if categories else "")


def _returns(page: Page) -> str:
    refunded = [row["total"] or 0 for row in page.orders.rows if row["status"] == "refunded"]
    cancelled = [row for row in page.orders.rows if row["status"] == "cancelled"]
    if not refunded and not cancelled:
        return "No refunds or cancellations."
    given_back = money(sum(abs(total) for total in refunded), page.currency)
    parts = [f"{counted(len(refunded), 'refund')} worth {given_back}"] if refunded else []
    parts += [counted(len(cancelled), "cancelled order")] if cancelled else []
    return f"{' and '.join(parts)}."


def _browsing(page: Page) -> str | None:
    seen = page.browsing
    if seen is None:
        return None
    if seen["last"] is None:
        return "No visit is recorded."
    last = f"last seen {seen['last'].date()}"
    if not seen["sessions"]:
        return f"No visit in the last {BROWSING_DAYS} days; {last}."
    did = [counted(seen["sessions"], "session"), counted(seen["views"], "product view")]
    did += [counted(seen["cart_adds"], "cart add"), counted(seen["checkouts"], "checkout")]
    return f"In the last {BROWSING_DAYS} days: {', '.join(did)}; {last}."


def _reviews(page: Page) -> str | None:
    if page.reviews is None:
        return None
    if not page.reviews:
        return "No reviews."
    ratings = [row["rating"] for row in page.reviews if row["rating"] is not None]
    average = f", average rating {sum(ratings) / len(ratings):.2f}" if ratings else ""
    negative = sum(bool(row["negative"]) for row in page.reviews)
    return f"{counted(len(page.reviews), 'review')}{average}, {negative} negative."


def latest_words(page: Page) -> list[Quote]:
    """What the customer wrote last, apart from the statements: it is theirs, not the shop's."""
    if not page.reviews:
        return []
    review = page.reviews[0]
    words = quote(review["text"], _QUOTE)
    stars = f"{review['rating']:g} of 5" if review["rating"] is not None else None
    source = ["Latest review", str(review["moment"].date()), review["product"], stars]
    return [Quote(source=", ".join(part for part in source if part), words=words)] if words else []


def _consent(page: Page) -> str:
    yes = [channel for channel, granted in page.consent.items() if granted]
    no = [channel for channel, granted in page.consent.items() if not granted]
    if not page.consent:
        return "No consent to messages is recorded."
    allowed = f"May be contacted by {listed(yes, 'or')}" if yes else "May not be contacted"
    refused = f"; not by {listed(no, 'or')}" if yes and no else ""
    return f"{allowed}{refused}."


def _churn(page: Page) -> str | None:
    score = page.churn
    if score is None:
        return None
    chance = f"{score['churn_probability'] * 100:.1f}%"
    risk = f"Churn probability {chance} within {counted(score['horizon_days'], 'day')}"
    worth = "" if score["value_at_risk"] is None else f"; value at risk {money(score['value_at_risk'], page.currency)}"
    signs = telling(json.loads(score["reasons"] or "[]"), "leaving")[:_REASONS]
    reasons = [worded(sign, "en", page.currency, score["horizon_days"]) for sign in signs]
    return f"{risk}{worth}{f'; signs of leaving: {listed(reasons)}' if reasons else ''}."
