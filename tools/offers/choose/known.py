"""What is known of one customer that bears on an offer."""

from dataclasses import dataclass
from datetime import date

from store.shop import Shop
from tools.churn.risk import scores
from tools.churn.risk.text import Telling
from tools.offers.people import people


@dataclass(frozen=True)
class Known:
    """`chance` of buying nothing within `days`, None for those without a score; `reason` the main one, in words;
    `margin` as a share of what they buy, None where unknown."""

    chance: float | None
    days: int
    reason: str | None
    order_value: float
    margin: float | None
    complained: date | None
    language: str | None


def known_of(shop: Shop, customer: str, language: str) -> Known:
    one = people(shop, [customer])
    margin, complained = float(one.margin[0]), one.complained_at[0]
    chance, days, reason = _risk(shop, customer, language)
    return Known(
        chance=chance,
        days=days,
        reason=reason,
        order_value=float(one.order_value[0]),
        margin=None if margin != margin else margin,
        complained=complained.date() if complained else None,
        language=one.language[0],
    )


def _risk(shop: Shop, customer: str, language: str) -> tuple[float | None, int, str | None]:
    if not shop.warehouse.has("churn_scores"):
        return None, 0, None
    row = scores.score(shop.warehouse, customer)
    if row is None:
        return None, 0, None
    made = scores.made(shop.warehouse)
    toward = "leaving" if row["churn_probability"] > scores.LIKELY else "staying"
    reasons = Telling(language, shop.currency, made).reasons(row, toward)
    return float(row["churn_probability"]), made.horizon_days, next(iter(reasons), None)
