"""What a demo shop's customers would have done after a campaign, as a file of outcomes: it takes the place of a month.

`python -m eval.offers.outcomes HOME --campaign 3 --out outcomes.csv`, then `winback campaign outcomes outcomes.csv`.

Orders within the window are Poisson; the chance of any is what truth/offers.parquet says of this customer with this
offer if it was sent, without it if not: for control and holdout as for everybody else. What an order is worth is drawn
from the customer's own. A code is used with the first order that it holds for. The truth knows nothing of care calls,
so they change nothing here.
"""

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlmodel import col, select

from eval.offers.simulation.world import NAMES, Floats, Ints, World, read_world
from store.demo.offers import DAYS
from store.ledger import Decision, Draft
from store.shop import Shop

COLUMNS = ("event_id", "kind", "at", "customer_id", "code", "order_id", "revenue", "margin")
Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One decision that is not ruled out, and its draft as far as there is one."""

    decision_id: int
    customer_id: str
    arm: str
    offer: str
    at: datetime
    window_days: int
    sent: bool
    code: str | None
    valid_until: datetime | None


def decisions(shop: Shop, campaign_id: int) -> list[Asked]:
    """By id. Raises SystemExit where the campaign has none."""
    columns: Any = (
        *(Decision.id, Decision.customer_id, Decision.arm, Decision.offer, Decision.at, Decision.window_days),
        *(Draft.state, Draft.code, Draft.valid_until),
    )
    plain: Any = select
    wanted = plain(*columns).outerjoin(Draft, col(Draft.decision_id) == Decision.id)
    wanted = wanted.where(Decision.campaign_id == campaign_id, Decision.arm != "ruled_out").order_by(col(Decision.id))
    with shop.ledger.session() as session:
        rows: list[Any] = list(session.exec(wanted))
    if not rows:
        raise SystemExit(f"Campaign {campaign_id} has no decisions in {shop.home}.")
    return [_asked(*row) for row in rows]


def _asked(number: int, customer: str, arm: str, offer: str, at: datetime, days: int, *draft: Any) -> Asked:
    state, code, valid_until = draft
    return Asked(number, customer, arm, offer, at, days, state == "exported", code, valid_until)


def _places(world: World, asked: list[Asked]) -> Ints:
    place = {customer: nth for nth, customer in enumerate(world.people.ids)}
    return np.array([place[one.customer_id] for one in asked])


def expected(world: World, asked: list[Asked], *, offered: bool) -> Floats:
    """(decisions,) orders expected in each window: as things stand, or had nobody been offered anything."""
    what = np.array([NAMES.index(one.offer) if offered and one.sent and one.offer in NAMES else 0 for one in asked])
    days = np.array([one.window_days for one in asked])
    return -np.log1p(-world.chance[_places(world, asked), what]) * days / DAYS


def true_uplift(world: World, asked: list[Asked]) -> float:
    """The expected margin per customer that the campaign adds in the window, over all who could get an offer."""
    margin = world.baskets.mean(world.baskets.margin)[_places(world, asked)]
    gained = (expected(world, asked, offered=True) - expected(world, asked, offered=False)) * margin
    return float(gained[[one.arm != "holdout" for one in asked]].mean())


def outcomes(world: World, asked: list[Asked], seed: int) -> list[Row]:
    """Events by moment."""
    rng = np.random.default_rng(seed)
    counts = rng.poisson(expected(world, asked, offered=True)).tolist()
    places = _places(world, asked).tolist()
    each = zip(asked, places, counts, strict=True)
    rows = [row for one, place, count in each if count for row in _orders(world, one, place, count, rng)]
    return sorted(rows, key=lambda row: (row["at"], row["event_id"]))


def _orders(world: World, one: Asked, place: int, count: int, rng: np.random.Generator) -> Iterator[Row]:
    chosen = world.baskets.draw(np.full(count, place), rng)
    offsets = np.sort(rng.random(count)) * one.window_days
    code = one.code if one.sent else None
    for nth, (basket, days) in enumerate(zip(chosen.tolist(), offsets.tolist(), strict=True)):
        at, total = one.at + timedelta(days=days), round(float(world.baskets.total[basket]), 2)
        used = code if code and _holds(world, one, at, total) else None
        code = None if used else code
        yield {
            "event_id": f"demo-{one.decision_id}-{nth}",
            "kind": "order",
            "at": at.isoformat(timespec="seconds"),
            "customer_id": one.customer_id,
            "code": used or "",
            "order_id": f"r{one.decision_id}-{nth}",
            "revenue": f"{total:.2f}",
            "margin": f"{world.baskets.margin[basket]:.2f}",
        }


def _holds(world: World, one: Asked, at: datetime, total: float) -> bool:
    in_time = one.valid_until is None or at <= one.valid_until
    return in_time and total >= float(world.catalogue.offer(one.offer).minimum_order)


def write(path: Path, rows: list[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer: csv.DictWriter[str] = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--campaign", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--until", type=datetime.fromisoformat, help="leave out what comes later")
    args = parser.parse_args()
    shop = Shop.open(args.home)
    asked = decisions(shop, args.campaign)
    shop.close()
    world = read_world(args.home)
    rows = outcomes(world, asked, args.seed)
    rows = [row for row in rows if args.until is None or row["at"] <= args.until.isoformat()]
    write(args.out, rows)
    coded = sum(bool(row["code"]) for row in rows)
    print(f"{len(rows):,} orders of {len(asked):,} customers, {coded:,} with a code: {args.out}")
    print(f"True expected difference per customer, before cost: {true_uplift(world, asked):.2f}")


if __name__ == "__main__":
    main()
