"""The reviews of demo shops with the truth about their surges, straight from the process behind `winback demo`.

Events, orders and people are not needed and not written, so that many shops of any size are quick to make. A shop's
reviews are those of `winback demo` with the same seed and size; a test compares them.
"""

import json
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from store.demo.columns import ColumnMaker
from store.demo.make import END
from store.demo.process import Process
from store.demo.prose.writer import Writer
from store.demo.simulate import Block, simulate
from store.demo.world import World, build_world
from tools.reviews.alerts.series import Flags, Ints, Item
from tools.reviews.labels import ASPECTS

START, MONTHS = date(2025, 1, 1), 18  # the window of `winback demo`


@dataclass(frozen=True)
class Planted:
    """A surge as it was planted: what it is about, where, and the days on which orders were struck."""

    number: int
    surge_id: str
    aspect: str
    item: Item
    first_day: int


@dataclass(frozen=True)
class DemoReviews:
    """One shop. `table` has a row a review, by time: day (since 1970), product, category, country, rating, text, the
    truth's sentiment and aspects (JSON), the number of the surge behind it (-1: none) and the days of the order and of
    what went wrong with it. `key` names the shop."""

    key: str
    table: pa.Table
    surges: list[Planted]

    @cached_property
    def day(self) -> Ints:
        return self.table["day"].to_numpy()

    @cached_property
    def surge(self) -> Ints:
        return self.table["surge"].to_numpy()

    @cached_property
    def negative(self) -> Flags:
        """(n, aspects): what the text complains about, in truth."""
        said = [json.loads(text) for text in self.table["aspects"].to_pylist()]
        return np.array([[one.get(aspect) == "negative" for aspect in ASPECTS] for one in said])


def demo_reviews(customers: int, seed: int, cache: Path, *, planted: bool = True) -> DemoReviews:
    """Made, or read from `cache`. Without `planted`, the same process in which no surge happens."""
    process = Process() if planted else replace(Process(), surges=())
    world = build_world(process, seed, customers, START, END)
    key = f"{customers}-{seed}{'' if planted else '-quiet'}"
    path = cache / f"{key}.parquet"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        pq.write_table(_made(world), draft, compression="zstd")
        draft.rename(path)
    return DemoReviews(key, pq.read_table(path), _surges(world))


def _made(world: World) -> pa.Table:
    process, maker = world.process, ColumnMaker(world)
    writers = {language: Writer(language, process.sarcasm, process.injection) for language in ("en", "zh")}
    blocks = range(-(-world.customers // process.block))
    tables = [_reviews(world, maker, simulate(world, block, writers)) for block in blocks]
    return pa.concat_tables(tables).unify_dictionaries().sort_by([("moment", "ascending"), ("key", "ascending")])


def _reviews(world: World, maker: ColumnMaker, block: Block) -> pa.Table:
    reviews, incidents = block.reviews, block.incidents
    columns = dict(maker.reviews(block))
    kept = ("key", "product_id", "rating", "text", "language", "moment", "sentiment", "aspects")
    hit = reviews.incident >= 0
    surge = np.where(hit, np.append(incidents.surge, -1)[reviews.incident], -1)
    wrong = np.where(hit, np.append(incidents.at, 0)[reviews.incident], reviews.at)
    category = world.catalogue.category_of[block.lines.product[reviews.line]]
    country = block.who.country[reviews.customer]
    names = [place.name for place in world.process.countries]
    return pa.table(
        {
            **{name: columns[name] for name in kept},
            "category": pa.array([world.catalogue.categories[int(one)] for one in category]),
            "country": pa.array([names[int(one)] for one in country]),
            "surge": surge,
            "day": _days(world, reviews.at),
            "ordered": _days(world, block.orders.at[reviews.order]),
            "happened": _days(world, wrong),
        }
    )


def _days(world: World, seconds: Any) -> Ints:
    midnight = np.datetime64(world.calendar.start.isoformat(), "D").astype(np.int64)
    return midnight + seconds // 86_400


def _surges(world: World) -> list[Planted]:
    aspects = {incident.kind: incident.aspect for incident in world.process.incidents}
    return [
        Planted(
            number,
            one.planted.surge_id,
            aspects[one.planted.kind],
            Item("shop", "") if one.scope == "all" else Item(one.scope, one.name),  # pyright: ignore[reportArgumentType]
            int(_days(world, np.array(one.start))),
        )
        for number, one in enumerate(world.surges)
    ]
