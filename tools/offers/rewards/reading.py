"""From the ledger and the shop's tables to Rewards."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np

from store.shop import Shop
from tools.offers.catalogue import catalogue_of
from tools.offers.rewards.bought import bought
from tools.offers.rewards.costs import costs, versions
from tools.offers.rewards.decided import decided, reported, reported_until
from tools.offers.rewards.facts import margin_before, margin_share, within_windows
from tools.offers.rewards.model import Floats, Rewards
from tools.offers.rewards.untyped import Frame, pd

_SENT = "sent"


def rewards(shop: Shop, now: datetime, *, campaign_id: int | None = None, window_days: int | None = None) -> Rewards:
    """What came, by `now`, of all decisions or one campaign's; `window_days` in place of the decisions' own.

    Orders of every arm are found alike, by customer and moment, in the shop's tables and among the reported outcomes,
    so that arms compare. An order in the windows of two decisions counts in both. Orders are known up to the last one
    in the tables, or to when whoever reports a campaign's last did.
    """
    with shop.ledger.session() as session:
        windows = decided(session, campaign_id)
        told = reported(session, campaign_id, now)
        heard = reported_until(session)
    windows["known_until"] = _known_until(windows, shop.as_of, heard, now)
    share, assumed = margin_share(shop.warehouse)
    windows = _windowed(windows, window_days)
    before = margin_before(shop.warehouse, windows, share)
    orders = bought(windows, within_windows(shop.warehouse, windows, share), told, share)
    catalogues = {version: catalogue_of(shop.ledger, version) for version in versions(windows)}
    windows["cost"], windows["used"] = costs(windows, orders, catalogues)
    return _as_rewards(windows, _summed(windows, orders), before, share, assumed)


def _known_until(rows: Frame, as_of: datetime, heard: Mapping[int, datetime], now: datetime) -> Frame:
    """Per decision."""
    numbers = rows["campaign_id"].fillna(0).astype("int64").tolist()
    told = pd.Series([heard.get(number, as_of) for number in numbers], index=rows.index, dtype="datetime64[us]")
    return told.clip(lower=pd.Timestamp(as_of)).clip(upper=pd.Timestamp(now))


def _windowed(rows: Frame, days: int | None) -> Frame:
    rows["place"] = np.arange(len(rows))
    if days is not None:
        rows["window_days"] = days
    rows["window_days"] = rows["window_days"].astype("int64")
    length = pd.to_timedelta(rows["window_days"], unit="D")
    rows["closes"] = rows["at"] + length
    rows["until"] = rows[["closes", "known_until"]].min(axis=1)
    rows["known_at"] = rows[["at", "as_of"]].min(axis=1)
    out = (rows["draft"] == "exported") & (rows["delivery"].isna() | (rows["delivery"] == _SENT))
    rows["sent"] = out | (rows["arm"] != "treated")
    rows["matured"] = rows["closes"] <= rows["known_until"]
    observed = (rows["known_until"] - rows["at"]) / pd.Timedelta(days=1)
    rows["observed_days"] = observed.clip(lower=0).clip(upper=rows["window_days"])
    return rows


def _summed(windows: Frame, orders: Frame) -> Frame:
    sums = orders.groupby("place").agg(orders=("moment", "size"), revenue=("revenue", "sum"), margin=("margin", "sum"))
    return sums.reindex(windows["place"]).fillna(0.0)


def _as_rewards(rows: Frame, sums: Frame, before: Frame, share: float, assumed: bool) -> Rewards:
    def words(name: str) -> Any:
        column = rows[name].astype(object)
        return column.where(column.notna(), None).to_numpy()

    cost: Floats = rows["cost"].to_numpy(dtype=np.float64)
    margin: Floats = sums["margin"].to_numpy(dtype=np.float64).round(4)
    revenue: Floats = sums["revenue"].to_numpy(dtype=np.float64).round(4)
    return Rewards(
        decision_id=rows["decision_id"].to_numpy(dtype=np.int64),
        campaign_id=rows["campaign_id"].fillna(0).to_numpy(dtype=np.int64),
        customer_id=words("customer_id"),
        at=rows["at"].to_numpy(),
        until=rows["closes"].to_numpy(),
        window_days=rows["window_days"].to_numpy(dtype=np.int64),
        arm=words("arm"),
        offer=words("offer"),
        variant=words("variant"),
        channel=words("channel"),
        propensity=rows["propensity"].to_numpy(dtype=np.float64),
        sent=rows["sent"].to_numpy(dtype=np.bool_),
        used=rows["used"].to_numpy(dtype=np.bool_),
        matured=rows["matured"].to_numpy(dtype=np.bool_),
        observed_days=rows["observed_days"].to_numpy(dtype=np.float64),
        orders=sums["orders"].to_numpy(dtype=np.int64),
        revenue=revenue,
        margin=margin,
        cost=cost,
        reward=(margin - cost).round(4),
        before=before.to_numpy(dtype=np.float64),
        known_until=rows["known_until"].to_numpy(),
        margin_share=share,
        assumed=assumed,
    )
