"""Whether offers, and what they are worth, fall to countries and languages alike."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from sqlmodel import col, select

from store.ledger import Decision
from store.shop import Shop
from tools.behaviour.untyped import Table, _, ibis
from tools.offers.catalogue import catalogue_of
from tools.offers.catalogue.model import NOTHING
from tools.offers.policy.actions import actions_of
from tools.offers.rewards.untyped import Frame, pd

DIMENSIONS = ("country", "language")
FEW = 30  # customers of a group below which nothing is concluded
_LEVEL = 0.95


@dataclass(frozen=True)
class Share:
    """A group of customers: how many were considered, how many of them got an offer, and what the offers of those
    are worth to them on average (when used with their usual order), with the same over all considered.

    `low` and `high` bound the share offered (Wilson, widened for the number of groups). `differs` is 1 or -1 where
    that lies all above or below the share of everybody, else 0 (also where there are fewer than FEW).
    """

    dimension: str
    group: str
    considered: int
    offered: int
    share: float
    low: float
    high: float
    value: float
    value_each: float
    differs: int


@dataclass(frozen=True)
class Fairness:
    """Without the holdout, which never gets any."""

    considered: int
    offered: int
    groups: list[Share]

    @property
    def share(self) -> float:
        return self.offered / self.considered if self.considered else 0.0


def fairness(shop: Shop, campaign_id: int | None = None) -> Fairness:
    """By country and by language, the largest groups first; of all decisions, or one campaign's.

    Customers whom a rule left nothing count as considered: that a language has no text is what such a report is for.
    """
    with shop.ledger.session() as session:
        rows = _decided(session, campaign_id)
    if rows.empty:
        return Fairness(0, 0, [])
    rows["value"] = _values(shop, rows)
    rows["offered"] = rows["offer"] != NOTHING
    rows = rows.merge(_people(shop), how="left", on="customer_id")
    overall = float(rows["offered"].mean())
    groups = [one for name in DIMENSIONS for one in _groups(rows, name, overall)]
    return Fairness(len(rows), int(rows["offered"].sum()), groups)


def _decided(session: Any, campaign_id: int | None) -> Frame:
    value: Any = col(Decision.context)["order_value"].as_float()
    wanted = select(Decision.customer_id, Decision.offer, Decision.catalogue_version, value)
    wanted = wanted.where(col(Decision.arm) != "holdout")
    if campaign_id is not None:
        wanted = wanted.where(Decision.campaign_id == campaign_id)
    return pd.DataFrame.from_records(
        session.exec(wanted).all(), columns=["customer_id", "offer", "version", "order_value"]
    )


def _values(shop: Shop, rows: Frame) -> Any:
    """What each offer is worth to its customer: what using it once with their usual order costs the shop."""
    worth = np.zeros(len(rows))
    for (version, offer), places in rows.groupby(["version", "offer"]).indices.items():
        (action,) = actions_of(catalogue_of(shop.ledger, int(version)), [str(offer)])
        worth[places] = action.redemption(np.nan_to_num(rows["order_value"].to_numpy(dtype=np.float64)[places]))
    return worth


def _people(shop: Shop) -> Frame:
    customers: Table = shop.warehouse.table("customers")
    unknown = ibis.literal("unknown")
    named = {name: ibis.coalesce(_[name], unknown) for name in DIMENSIONS}
    return customers.select("customer_id", **named).to_pyarrow().to_pandas()


def _groups(rows: Frame, dimension: str, overall: float) -> list[Share]:
    parts = [(str(name), part) for name, part in rows.fillna({dimension: "unknown"}).groupby(dimension)]
    parts.sort(key=lambda pair: (-len(pair[1]), pair[0]))
    return [_share(dimension, name, part, overall, len(parts)) for name, part in parts]


def _share(dimension: str, name: str, part: Frame, overall: float, groups: int) -> Share:
    considered, offered = len(part), int(part["offered"].sum())
    low, high = _wilson(offered, considered, 1 - (1 - _LEVEL) / groups)
    total = float(part["value"].sum())
    told = considered >= FEW
    return Share(
        dimension=dimension,
        group=name,
        considered=considered,
        offered=offered,
        share=offered / considered,
        low=low,
        high=high,
        value=total / offered if offered else 0.0,
        value_each=total / considered,
        differs=(1 if low > overall else -1 if high < overall else 0) if told else 0,
    )


def _wilson(hits: int, n: int, level: float) -> tuple[float, float]:
    """Wilson's score interval for a share (Wilson 1927)."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, room = hits / n, 1 + z**2 / n
    centre, half = (share + z**2 / (2 * n)) / room, z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / room
    return max(0.0, centre - float(half)), min(1.0, centre + float(half))
