"""The tool `recommend_products`: what to show one customer next, and why."""

from dataclasses import dataclass
from typing import Any

from store.shop import Shop
from tools.behaviour.lookup import find_customer
from tools.context import ToolContext
from tools.contract import RecommendProducts
from tools.recommend.bought import bought
from tools.recommend.candidates import History
from tools.recommend.goods import Goods, goods_at, unsold
from tools.recommend.histories import Histories, countries
from tools.recommend.kept import QUICK_LINES, recommender_of, vectors_of
from tools.recommend.model import Recommender
from tools.recommend.reasons import Pick, Reason, cold_picks, picks
from tools.recommend.similar import Similar, similar_customers
from tools.recommend.text import Telling
from tools.result import Artifact, ToolResult
from tools.words.numbers import parse_count

USUAL, MOST = 5, 50  # products, unless a limit is given; and with it
_ALIKE = 5  # customers
TOLD = 10  # products in the text
COLUMNS: list[str] = ["product_id", "name", "category", "price", "reason", "score"]
_DEFINITION = (
    "Ranked by what this customer bought and when, what customers of the same products bought (EASE) and what sold in "
    "the last 90 days, weighed up by a model of what customers bought next. Left out: what by its sales seems out of "
    "stock or discontinued, what the customer has and is not usually bought again or not due yet, postage and fees. "
    "Purchases up to {day}."
)


@dataclass(frozen=True)
class Shelf:
    """What one customer is shown: products with reason and score; `group` is whom a cold start follows."""

    rows: list[tuple[Goods, Reason, float]]
    goods: dict[int, Goods]
    cold: bool
    group: str | None
    alike: list[Similar]


def recommend_products(context: ToolContext, args: RecommendProducts) -> ToolResult:
    """A line and a table row for each product, best first. Raises ToolError with the nearest ids for an unknown
    customer, WinbackError where the shop needs a refresh first."""
    shop, limit = context.shop, _limit(args.limit)
    with shop.warehouse.pinned():
        customer = find_customer(shop.warehouse, args.customer_id)
        model, note = recommender_of(shop)
        shelf = _shelf(shop, model, customer, limit)
    telling = Telling(context.language, shelf.goods)
    lines = _lines(telling, customer, shelf)
    if args.limit is not None and parse_count(args.limit) != limit:
        lines.append(telling.say("clamped", said=args.limit, limit=limit, most=MOST))
    if note:
        lines.append(telling.say(note, day=model.as_of.date()))
    return ToolResult(text="\n".join(lines), artifact=_table(telling, shelf, model))


def _shelf(shop: Shop, model: Recommender, customer: str, limit: int) -> Shelf:
    people = Histories(bought(shop.warehouse, shop.as_of), [customer], countries(shop.warehouse, [customer]))
    history, cold = people.history(customer, people.places(model.shop.ids)), not len(people.product)
    chosen, group = _chosen(model, history, limit, cold)
    goods = goods_at(shop.warehouse, model.shop, chosen)
    rows = [(goods[pick.place], pick.reason, pick.score) for pick in chosen]
    if cold and len(rows) < limit:
        rows += [(one, Reason("unsold", {}), 0.0) for one in unsold(shop.warehouse, model.shop, limit - len(rows))]
    return Shelf(rows, goods, cold, group, [] if cold else _alike(shop, customer))


def _alike(shop: Shop, customer: str) -> list[Similar]:
    """Customers of the same taste, where telling them takes no time."""
    if shop.warehouse.info.rows.get("order_items", 0) > QUICK_LINES:
        return []
    return similar_customers(shop, customer, _ALIKE, vectors_of(shop))


def _chosen(model: Recommender, history: History, limit: int, cold: bool) -> tuple[list[Pick], str | None]:
    if cold:
        return cold_picks(model, history.country, limit)
    return picks(model, model.rank(history), history, limit), None


def _lines(telling: Telling, customer: str, shelf: Shelf) -> list[str]:
    if not shelf.rows:
        return [telling.say("nothing", customer=customer)]
    key = "cold" if shelf.cold else "head"
    rows = [telling.row(nth, goods, reason) for nth, (goods, reason, _score) in enumerate(shelf.rows[:TOLD], 1)]
    more = [telling.say("more", number=len(shelf.rows) - TOLD)] if len(shelf.rows) > TOLD else []
    ids = ", ".join(one.customer_id for one in shelf.alike)
    alike = [telling.say("alike", customer=customer, others=ids)] if ids else []
    return [telling.say(key, customer=customer, peers=telling.peers(shelf.group)), *rows, *more, *alike]


def _table(telling: Telling, shelf: Shelf, model: Recommender) -> Artifact:
    rows: list[list[Any]] = [
        [one.product_id, one.name, one.category, one.price, telling.reason(reason), round(score, 4)]
        for one, reason, score in shelf.rows
    ]
    day = model.as_of.date()
    return Artifact(title="Recommendations", columns=COLUMNS, rows=rows, definition=_DEFINITION.format(day=day))


def _limit(said: Any) -> int:
    return USUAL if said is None else max(1, min(parse_count(said), MOST))
