"""The early warning: surges of complaints per product, aspect, category and country, and over all reviews."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from store.shop import Shop
from store.warehouse import Warehouse
from tools.behaviour.members import Taken, settle
from tools.behaviour.question import period_taken
from tools.behaviour.untyped import Table, _, ibis
from tools.context import ToolContext
from tools.contract import SentimentAlerts
from tools.result import ToolError, ToolResult
from tools.reviews.alerts.find import FEWEST, enough, news, surges
from tools.reviews.alerts.quotes import quotes
from tools.reviews.alerts.reading import Counted, as_day, count_reviews
from tools.reviews.alerts.series import SHOP, History, Item
from tools.reviews.alerts.surge import YOUNGEST
from tools.reviews.alerts.table import table
from tools.reviews.alerts.text import SHOWN, Telling
from tools.reviews.alerts.watch import Alert
from tools.reviews.labels import ASPECTS
from tools.words import parse_aspect, parse_period

RECENT = 90  # days looked at where no period is asked for


@dataclass(frozen=True)
class Asked:
    """The words of a call, settled. Days are inclusive, None is open."""

    start: date | None
    end: date | None
    products: tuple[str, ...]
    product: str | None
    aspect: str | None
    taken: Taken


def sentiment_alerts(context: ToolContext, args: SentimentAlerts) -> ToolResult:
    """The surges as statements, most important first, and as a table, with three quotes for each that is told.

    Raises ToolError or WinbackError, one sentence, where a word is not known, or there are no reviews to judge.
    """
    shop = context.shop
    with shop.warehouse.pinned():
        asked = _understood(shop, args)
        counted = count_reviews(shop)
        if asked.aspect and not counted.labelled:
            raise ToolError("The reviews are not labelled yet, so no aspect is known; run `winback refresh`.")
        history, today = History(counted.rows), as_day(shop.as_of.date())
        if not enough(history, today):
            return ToolResult(text=_too_few(Telling(context.language, {}), history, today))
        found, earlier = _found(history, asked, today)
        telling = Telling(context.language, _names(shop.warehouse, [*found, *earlier]))
        said = [one for alert in found[:SHOWN] for one in quotes(shop.warehouse, alert, telling, shop.as_of)]
    lines = telling.answer(found, telling.scope(asked.product, asked.aspect), telling.period(asked.start, asked.end))
    lines += [telling.previous(one) for one in earlier]
    lines += _notes(telling, counted)
    lines += [telling.say("taken", said=words, meant=meant) for words, meant in asked.taken]
    interpreted = {"aspect": asked.aspect} if asked.aspect and asked.aspect != args.aspect else {}
    return ToolResult(text="\n".join(lines), artifact=table(telling, found), interpreted=interpreted, quotes=said)


def new_alerts(shop: Shop, since: date | None = None, language: str = "en") -> list[str]:
    """A sentence for each surge that goes on today and was not known before the day `since` (None: nothing was).

    With the day of the last call none is missed, and one found on that day is told again. Empty where there are no
    reviews, or too few to judge.
    """
    if not shop.warehouse.has("reviews"):
        return []
    with shop.warehouse.pinned():
        history, today = History(count_reviews(shop).rows), as_day(shop.as_of.date())
        found = news(history, as_day(since) if since else None, today) if enough(history, today) else []
        telling = Telling(language, _names(shop.warehouse, found))
    return [telling.row(one) for one in found]


def _understood(shop: Shop, args: SentimentAlerts) -> Asked:
    aspect = parse_aspect(args.aspect) if args.aspect is not None else None
    chosen, taken = settle(shop, "product", [args.product]) if args.product is not None else (None, [])
    if args.period is None:
        start, end = shop.as_of.date() - timedelta(days=RECENT - 1), None
    else:
        period = parse_period(args.period, shop.as_of)
        start, end = period.start, period.end
        taken = [*period_taken(args.period, f"{start} to {end}" if start and end else "all time"), *taken]
    return Asked(start, end, chosen.values if chosen else (), args.product, aspect, taken)


def _found(history: History, asked: Asked, today: int) -> tuple[list[Alert], list[Alert]]:
    """The surges asked for; where there are none, the one before."""
    end = min(as_day(asked.end), today) if asked.end else today
    start = as_day(asked.start) if asked.start else None
    found = [one for one in surges(history, start, end, today) if _concerns(history, one, asked)]
    if found or start is None:
        return found, []
    earlier = [one for one in surges(history, None, start - 1, today) if _concerns(history, one, asked)]
    return [], sorted(earlier, key=lambda one: one.last)[-1:]


def _concerns(history: History, alert: Alert, asked: Asked) -> bool:
    """A product is concerned by its category's and the shop's surges too."""
    if asked.aspect and alert.aspect != 1 + ASPECTS.index(asked.aspect):
        return False
    if not asked.products:
        return True
    items = list(history.rows.items)
    mine = {place for place, item in enumerate(items) if item.scope == "product" and item.id in asked.products}
    return items.index(alert.item) in {SHOP, *mine, *(int(history.parent[place]) for place in mine)}


def _too_few(telling: Telling, history: History, today: int) -> str:
    number, days = int(history.rows.reviews.sum()), today - history.first + 1
    return telling.say("too_few", reviews=f"{number:,}", days=f"{days:,}", fewest=FEWEST, least=YOUNGEST)


def _notes(telling: Telling, counted: Counted) -> list[str]:
    if not counted.labelled:
        return [telling.say("stars")]
    return [telling.say("unread", number=f"{counted.unread:,}")] if counted.unread else []


def _names(warehouse: Warehouse, alerts: Sequence[Alert]) -> dict[Item, str]:
    ids = sorted({one.item.id for one in alerts if one.item.scope == "product"})
    products: Table = warehouse.table("products")
    named = products.filter(_.product_id.isin(ids)).select("product_id", name=ibis.coalesce(_.name, _.product_id))
    rows: list[dict[str, str]] = named.to_pyarrow().to_pylist() if ids else []
    return {Item("product", row["product_id"]): row["name"] for row in rows}
