"""What would customers have bought next? UCI Online Retail, cut off in time: the shop's recommender and its rivals.

python -m eval.recommend.uci --data ../shared/data [--cutoffs DAY ...] [--days 30] [--choose] [--als] [--json]

A way of recommending sees the purchases up to the cut-off (a day, inclusive) and names ten products for every customer
with a purchase before it and one within the days after it. Postage and fees are no products; orders of customers
without a number and credit notes are no purchases. `new` are the same figures for products the customer never bought
before, by lists without those. Rivals' settings were chosen with `--choose` on 2011-06-01 and 2011-07-01.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.recommend import rivals
from eval.recommend.measure import DEPTH, Measured, best, margin, measured
from eval.recommend.rivals import Past, Rival
from store.loading import load
from store.warehouse import Warehouse
from tools.recommend.bought import bought
from tools.recommend.candidates import History
from tools.recommend.histories import countries
from tools.recommend.model import Recommender
from tools.recommend.statistics import places_of

HELD_OUT = ("2011-09-01", "2011-10-01", "2011-11-01")
CHOSEN_ON = ("2011-06-01", "2011-07-01")
OURS = "winback"
PLAIN = ("popularity", "popularity, 30 days", "last basket", "item-kNN")  # those that must be beaten
RIVALS: dict[str, Rival] = {
    "popularity": rivals.popularity(),
    "popularity, 30 days": rivals.popularity(30),
    "last basket": rivals.last_basket,
    "own frequency": rivals.frequency(),
    "item-kNN": rivals.item_knn(1000, "bm25", own=True),
    "EASE": rivals.ease(200),
    "EASE + frequency": rivals.ease(200, 1.0),
    "TIFU-kNN": rivals.tifu_knn(300, 0.5),
}
CHOICES: dict[str, Rival] = {
    **{f"popularity, {days} days": rivals.popularity(days) for days in (7, 30, 90)},
    **{f"own frequency, half-life {days}": rivals.frequency(days) for days in (30, 60, 120, 240)},
    **{
        f"item-kNN {weighting}, {near}{', itself' if own else ''}": rivals.item_knn(near, weighting, own)
        for weighting in ("cosine", "bm25")
        for near in (20, 50, 200, 1000)
        for own in (False, True)
    },
    **{f"EASE {ridge}": rivals.ease(ridge) for ridge in (50, 200, 1000)},
    **{f"EASE 200 + {share} frequency": rivals.ease(200, share) for share in (0.1, 0.3, 1.0, 3.0)},
    **{f"TIFU-kNN {near}, {own}": rivals.tifu_knn(near, own) for near in (100, 300) for own in (0.5, 0.7, 0.9)},
}
ALS: dict[str, Rival] = {
    f"ALS {factors}, {regularization}, {alpha}": rivals.als(factors, regularization, alpha)
    for factors, regularization, alpha in ((64, 0.05, 5), (128, 0.05, 10), (64, 5.0, 10))
}


@dataclass(frozen=True)
class Split:
    """What was known at the cut-off, and the products (places in `ids`, or -1 and below where unknown) bought after it
    by the customers at the places `who`."""

    past: Past
    names: NDArray[np.str_]
    ids: NDArray[np.str_]
    who: NDArray[np.int64]
    after: list[set[int]]


def split(warehouse: Warehouse, cutoff: datetime, days: int, ids: NDArray[np.str_]) -> Split:
    before: Any = bought(warehouse, cutoff).distinct().to_pyarrow()
    until = min(cutoff + timedelta(days=days), warehouse.info.as_of)
    later: Any = bought(warehouse, until)
    later = later.filter(later.ago < (until.date() - cutoff.date()).days).to_pyarrow()
    text = {name: np.asarray(before[name].to_pylist(), np.str_) for name in ("customer_id", "product_id", "order_id")}
    names, customer = np.unique(text["customer_id"], return_inverse=True)
    order = np.unique(text["order_id"], return_inverse=True)[1]
    ago = before["ago"].to_numpy().astype(np.int64)
    past = Past(customer, places_of(text["product_id"], ids), order, ago, len(names), len(ids))
    who = places_of(np.asarray(later["customer_id"].to_pylist(), np.str_), names)
    products = np.asarray(later["product_id"].to_pylist(), np.str_)
    places, unknown = places_of(products, ids), np.unique(products, return_inverse=True)[1]
    places = np.where(places < 0, -1 - unknown, places)
    people = np.unique(who[who >= 0])
    return Split(past, names, ids, people, [set(places[who == one].tolist()) for one in people])


Lists = list[NDArray[np.int64]]


def ours(model: Recommender, warehouse: Warehouse, data: Split, *, rules: bool) -> tuple[Lists, Lists]:
    """The shop's own lists, and those of products that are new to the customer."""
    lives = countries(warehouse, [str(one) for one in data.names[data.who]])
    every, new = [], []
    for one in data.who:
        rows = data.past.customer == one
        fields = (values[rows] for values in (data.past.product, data.past.order, data.past.ago))
        ranked = model.rank(History(*fields, country=lives.get(str(data.names[one]))), rules=rules)
        every.append(ranked.place[:DEPTH])
        new.append(ranked.place[~np.isin(ranked.place, ranked.found.owned.place)][:DEPTH])
    return every, new


def theirs(rival: Rival, data: Split) -> tuple[Lists, Lists]:
    score, owned = rival(data.past), data.past.owned
    every, new = [], []
    for start in range(0, len(data.who), 500):
        who = data.who[start : start + 500]
        scores = score(who)
        every.extend(best(scores))
        scores[owned[who].toarray() > 0] = -np.inf
        new.extend(best(scores))
    return every, new


def compare(warehouse: Warehouse, cutoff: datetime, days: int, ways: dict[str, Rival]) -> dict[str, Any]:
    """One split: the figures of every way, and our margins over those that must be beaten."""
    model = Recommender.fit(warehouse, cutoff)
    data = split(warehouse, cutoff, days, model.shop.ids)
    lists = {OURS: ours(model, warehouse, data, rules=True), "without rules": ours(model, warehouse, data, rules=False)}
    lists |= {name: theirs(way, data) for name, way in ways.items()}
    found = {name: _both(every, new, data) for name, (every, new) in lists.items()}
    figures = {name: _figures(all_, new, len(data.ids)) for name, (all_, new) in found.items()}
    margins = {name: _margins(found[OURS][0], found[name][0]) for name in found if name != OURS}
    return {
        "cutoff": str(cutoff.date()),
        "days": days,
        "customers": len(data.who),
        "products": len(data.ids),
        "ways": figures,
        "margins": margins,
        "better_than_plain": all(
            low > 0 for name in PLAIN if name in margins for _mean, low, _high in margins[name].values()
        ),
    }


def _both(every: Lists, new: Lists, data: Split) -> tuple[Measured, Measured]:
    owned = data.past.owned
    fresh = [wanted - set(owned[one].indices.tolist()) for one, wanted in zip(data.who, data.after, strict=True)]
    some = [at for at, wanted in enumerate(fresh) if wanted]
    return measured(every, data.after), measured([new[at] for at in some], [fresh[at] for at in some])


def _figures(every: Measured, new: Measured, products: int) -> dict[str, float]:
    fresh = new.figures(products)
    return every.figures(products) | {"new_recall": fresh["recall"], "new_ndcg": fresh["ndcg"]}


def _margins(mine: Measured, other: Measured) -> dict[str, list[float]]:
    pairs = {"recall": (mine.recall, other.recall), "ndcg": (mine.ndcg, other.ndcg)}
    return {name: [round(value, 4) for value in margin(*pair)] for name, pair in pairs.items()}


def run(data: Path, cutoffs: Sequence[str], days: int, ways: dict[str, Rival]) -> dict[str, Any]:
    """The figures of all splits. Loads the file into a shop of its own for the while."""
    with tempfile.TemporaryDirectory(prefix="winback-recommend-") as name:
        home = Path(name)
        load(data / "online_retail.parquet", home, preset="uci-online-retail")
        warehouse = Warehouse.open(home)
        moments = [
            datetime.combine(datetime.fromisoformat(day).date(), time.max.replace(microsecond=0)) for day in cutoffs
        ]
        splits = [compare(warehouse, moment, days, ways) for moment in moments]
        warehouse.close()
    return {"suite": "recommend.uci", "splits": splits}


def show(report: dict[str, Any]) -> None:
    for one in report["splits"]:
        print(f"{one['cutoff']}, {one['days']} days: {one['customers']} customers, {one['products']} products")
        print(f"  {'':28} recall@10  nDCG@10  coverage  new: recall  nDCG   our margin of recall, of nDCG (95 %)")
        for name, row in one["ways"].items():
            over = "   ".join(
                f"{mean:+.4f} [{low:+.4f}, {high:+.4f}]" for mean, low, high in one["margins"].get(name, {}).values()
            )
            print(
                f"  {name:28} {row['recall']:9.4f} {row['ndcg']:8.4f} {row['coverage']:9.3f}"
                f" {row['new_recall']:12.4f} {row['new_ndcg']:6.4f}   {over}"
            )
        verdict = "yes" if one["better_than_plain"] else "no"
        print(f"  better than {', '.join(PLAIN)} by more than chance, in both: {verdict}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument(
        "--cutoffs", nargs="+", help="days, inclusive (default: those held out, or with --choose others)"
    )
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--choose", action="store_true", help="try the rivals' settings")
    parser.add_argument(
        "--als", action="store_true", help="with implicit ALS, where the library `implicit` is installed"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    cutoffs = options.cutoffs or (CHOSEN_ON if options.choose else HELD_OUT)
    ways = (CHOICES if options.choose else RIVALS) | (ALS if options.als else {})
    report = run(options.data, cutoffs, options.days, ways)
    print(json.dumps(report, indent=1)) if options.json else show(report)


if __name__ == "__main__":
    main()
