"""Invented review counts for the tests of alerts: Poisson days of a shop with known rates, and surges put into them."""

from dataclasses import dataclass, replace

import numpy as np

from tools.reviews.alerts.series import History, Item, Rows

DAYS = 400
PRODUCTS, CATEGORIES, COUNTRIES = 24, 4, 3
ASPECTS = 3  # any, and two aspects
ITEMS = [
    Item("shop", ""),
    *(Item("category", f"k{number}") for number in range(CATEGORIES)),
    *(Item("country", f"l{number}") for number in range(COUNTRIES)),
    *(Item("product", f"p{number}") for number in range(PRODUCTS)),
]


@dataclass(frozen=True)
class Extra:
    """Complaints on top: `number` a day about `aspect` (1 or 2) at `item` from day `first` for `days` days."""

    item: Item
    aspect: int
    first: int
    days: int
    number: float


def make_rows(seed: int, *extras: Extra, reviews: float = 1.0, growth: float = 0.0) -> Rows:
    """About `reviews` a day of each product, 8 % of them complaining about each aspect; volume grows by `growth`
    times itself over the whole time, complaints with it."""
    rng = np.random.default_rng(seed)
    rate = reviews * (1 + growth * np.arange(DAYS) / DAYS)
    number = rng.poisson(rate[:, None], (DAYS, PRODUCTS)).ravel()
    day = np.repeat(np.repeat(np.arange(DAYS), PRODUCTS), number)
    product = np.repeat(np.tile(np.arange(PRODUCTS), DAYS), number)
    complaints = rng.random((len(day), ASPECTS - 1)) < 0.08
    country = rng.integers(0, COUNTRIES, len(day))
    for extra in extras:
        more = rng.poisson(extra.number, extra.days)
        day = np.append(day, np.repeat(np.arange(extra.first, extra.first + extra.days), more))
        some = more.sum()
        product = np.append(product, _drawn(rng, "product", extra.item, PRODUCTS, some))
        country = np.append(country, _drawn(rng, "country", extra.item, COUNTRIES, some))
        about = np.zeros((some, ASPECTS - 1), dtype=bool)
        about[:, extra.aspect - 1] = True
        complaints = np.concatenate([complaints, about])
    return _rows(day, product, country, complaints)


def _drawn(rng: np.random.Generator, scope: str, item: Item, number: int, size: int) -> np.ndarray:
    """Codes of products or countries: the item's own, or of its category's products, or any."""
    place = int(item.id[1:]) if item.id else 0
    if item.scope == scope:
        return np.full(size, place)
    drawn = rng.integers(0, number, size)
    return drawn - drawn % CATEGORIES + place if (item.scope, scope) == ("category", "product") else drawn


def _rows(day: np.ndarray, product: np.ndarray, country: np.ndarray, complaints: np.ndarray) -> Rows:
    order = np.argsort(day, kind="stable")
    place = np.stack(
        [
            np.zeros(len(day), dtype=np.int64),
            1 + product % CATEGORIES,
            1 + CATEGORIES + country,
            1 + CATEGORIES + COUNTRIES + product,
        ],
        axis=1,
    )
    every = np.concatenate([complaints.any(axis=1)[:, None], complaints], axis=1).astype(np.int64)
    return Rows(ITEMS, day[order], place[order], np.ones(len(day), dtype=np.int64), every[order])


def history(seed: int, *extras: Extra, reviews: float = 1.0, growth: float = 0.0) -> History:
    return History(make_rows(seed, *extras, reviews=reviews, growth=growth))


def until(rows: Rows, day: int) -> Rows:
    """What was known on `day`."""
    kept = rows.day <= day
    arrays = {name: getattr(rows, name)[kept] for name in ("day", "place", "reviews", "complaints")}
    return replace(rows, **arrays)
