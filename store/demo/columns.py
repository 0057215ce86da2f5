"""From the arrays of a block to columns of the draft's tables."""

import json

import numpy as np

from store.demo.arrow import Column, Columns, lists, moments, named, optional, plain, texts, where
from store.demo.browsing import Events
from store.demo.catalogue import Product
from store.demo.customers import Customers
from store.demo.draws import Floats, Ints
from store.demo.incidents import churn_hazard
from store.demo.offers import OFFERS
from store.demo.process import ACQUIRED, AGE_BANDS, CHANNELS, KINDS, LANGUAGES
from store.demo.reviews import SENTIMENTS, complained
from store.demo.simulate import STATUSES, Block
from store.demo.world import World
from store.warehouse.schema import EVENT_KINDS

_HORIZONS = (30, 90, 180)
_WORDINGS = 6


class ColumnMaker:
    """Columns by table; names come from the world, moments count from its first midnight."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._midnight = np.datetime64(world.calendar.start.isoformat(), "s")
        self._countries = [country.name for country in world.process.countries]
        self._products = [product.product_id for product in world.catalogue.products]
        self._queries = [query for product in world.catalogue.products for query in _queries(product)]
        self._aspects = [incident.aspect for incident in world.process.incidents]

    def moments(self, seconds: Ints | Floats) -> Column:
        """Timestamps; infinite ones become NULL."""
        return moments(self._midnight, seconds)

    def customers(self, who: Customers) -> Columns:
        return {
            "customer": plain(who.number),
            "country": named(who.country, self._countries),
            "language": named(who.language, LANGUAGES),
            "signup_at": self.moments(who.signup),
            "age_band": named(who.age_band, list(AGE_BANDS)),
            "acquired_by": named(who.acquired, list(ACQUIRED)),
            "loyalty_card": plain(who.card),
        }

    def hidden(self, block: Block) -> Columns:
        """What only the truth knows of customers."""
        who, left = block.who, block.departure
        kinds = np.append(block.incidents.kind, len(KINDS))  # the last is what `over` is when nothing happened
        within = left.at < self._world.calendar.horizon
        columns = {
            "customer": who.number,
            "orders_per_day": who.rate,
            "base_hazard_per_day": who.hazard,
            "sensitivity": who.sensitivity,
            "thrift": who.thrift,
            "mood": who.mood,
            "visits_per_day": who.browse,
            "taste_group": who.group,
        }
        hazards = {
            f"churn_hazard_{days}d": churn_hazard(self._world, who, block.orders, block.incidents, block.happened, days)
            for days in _HORIZONS
        }
        return {
            **{name: plain(values) for name, values in columns.items()},
            "tastes": lists(who.tastes),
            "left_at": self.moments(np.where(within, left.at, np.inf)),
            "left_over": named(np.where(within, kinds[left.over], -1), [*KINDS, "nothing"]),
            "gone": plain(left.at < self._world.calendar.end),
            **{name: plain(values) for name, values in hazards.items()},
        }

    def orders(self, block: Block) -> Columns:
        orders, lines = block.orders, block.lines
        pence = np.bincount(lines.order, weights=lines.quantity * lines.price, minlength=len(orders))
        columns = {
            "key": plain(orders.key),
            "customer": plain(block.who.number[orders.customer]),
            "moment": self.moments(orders.at),
            "channel": named(orders.channel, CHANNELS),
            "status": named(block.status, STATUSES),
            "pence": plain(pence.astype(np.int64)),
            "country": named(block.who.country[orders.customer], self._countries),
            "identified": plain(block.identified),
            "ahead": plain(block.ahead),
        }
        return where(columns, block.placed | block.ahead)

    def items(self, block: Block) -> Columns:
        lines = block.lines
        columns = {
            "key": plain(block.orders.key[lines.order]),
            "line": plain(lines.line),
            "product_id": named(lines.product, self._products),
            "quantity": plain(lines.quantity),
            "pence": plain(lines.price),
        }
        return where(columns, (block.placed | block.ahead)[lines.order])

    def incidents(self, block: Block) -> Columns:
        incidents = block.incidents
        over = np.zeros(len(incidents.order), dtype=np.bool_)
        over[block.departure.over[block.departure.over >= 0]] = True
        columns = {
            "key": plain(block.orders.key[incidents.order]),
            "customer": plain(block.who.number[incidents.customer]),
            "product_id": named(block.lines.product[incidents.line], self._products),
            "kind": named(incidents.kind, KINDS),
            "aspect": named(incidents.kind, self._aspects),
            "moment": self.moments(incidents.at),
            "leave_probability": plain(1 - np.exp(-incidents.harm)),
            "made_leave": plain(over),
            "complained": plain(complained(incidents, block.reviews)),
            "surge_id": named(incidents.surge, [surge.planted.surge_id for surge in self._world.surges]),
        }
        return where(columns, block.happened)

    def events(self, events: Events, who: Customers, first_event: int, first_visit: int) -> Columns:
        """Events and visits are numbered on from the numbers given."""
        chinese = who.language[events.customer] == LANGUAGES.index("zh")
        query = events.searched * _WORDINGS + (_WORDINGS // 2) * chinese + events.wording
        return {
            "event": plain(first_event + np.arange(len(events.at))),
            "customer": plain(who.number[events.customer]),
            "session": plain(first_visit + events.visit),
            "occurred_at": self.moments(events.at),
            "kind": named(events.kind, EVENT_KINDS),
            "product_id": named(events.product, self._products),
            "query": named(np.where(events.searched < 0, -1, query), self._queries),
            "duration_s": optional(events.seconds),
        }

    def reviews(self, block: Block) -> Columns:
        reviews, written = block.reviews, block.written
        kinds = np.append(block.incidents.kind, -1)
        return {
            "key": plain(block.orders.key[reviews.order]),
            "customer": plain(block.who.number[reviews.customer]),
            "product_id": named(block.lines.product[reviews.line], self._products),
            "rating": plain(reviews.rating),
            "text": texts(written.text),
            "language": texts(written.language),
            "moment": self.moments(reviews.at),
            "sentiment": named(reviews.sentiment, SENTIMENTS),
            "aspects": texts([json.dumps(aspects) for aspects in written.aspects]),
            "style": texts(written.style),
            "contradicts": plain(reviews.contradicts),
            "incident": named(kinds[reviews.incident], KINDS),
        }

    def offers(self, block: Block) -> Columns:
        responses = block.responses
        return {
            "customer": plain(block.who.number[responses.customer]),
            "offer": named(responses.offer, list(OFFERS)),
            "without": plain(responses.without),
            "with_offer": plain(responses.with_offer),
            "hazard_factor": plain(responses.hazard_factor),
        }

    def products(self) -> Columns:
        products = self._world.catalogue.products
        return {
            name: plain([getattr(product, name) for product in products])
            for name in ("product_id", "name", "category", "price", "cost")
        }

    def merits(self) -> Columns:
        """What only the truth knows of products."""
        catalogue = self._world.catalogue
        ranks = {int(product): rank for members in catalogue.members for rank, product in enumerate(members)}
        return {
            "product_id": plain(self._products),
            "popularity_rank": plain([ranks[row] for row in range(len(self._products))]),
            **{f"{aspect}_merit": plain(values) for aspect, values in catalogue.merits.items()},
        }

    def surges(self) -> Columns:
        surges = self._world.surges
        aspect = dict(zip(KINDS, self._aspects, strict=True))
        return {
            "surge_id": texts([surge.planted.surge_id for surge in surges]),
            "kind": texts([surge.planted.kind for surge in surges]),
            "aspect": texts([aspect[surge.planted.kind] for surge in surges]),
            "scope": texts([surge.scope for surge in surges]),
            "value": texts([surge.name for surge in surges]),
            "starts": self.moments(np.array([surge.start for surge in surges], dtype=np.int64)),
            "ends": self.moments(np.array([surge.end for surge in surges], dtype=np.int64)),
            "chance": plain([surge.planted.chance for surge in surges]),
        }


def _queries(product: Product) -> tuple[str, ...]:
    """What people type to find a product: in English, broadly to narrowly, then the same for Chinese speakers."""
    return (
        product.category,
        product.noun,
        product.name.lower(),
        product.noun_zh,
        product.noun_zh,
        product.noun,
    )
