"""What a decision cost: the contact once its offer went out, and the offer where it was used."""

from collections.abc import Mapping
from decimal import Decimal

import numpy as np

from tools.offers.catalogue import Catalogue, contact_cost, redemption_cost
from tools.offers.catalogue.costs import rates
from tools.offers.catalogue.model import NOTHING, Offer
from tools.offers.rewards.model import Flags, Floats
from tools.offers.rewards.untyped import Frame


def costs(windows: Frame, orders: Frame, catalogues: Mapping[int, Catalogue]) -> tuple[Floats, Flags]:
    """What each decision cost and whether its offer was used, (n,) by place.

    An offer is used once: with the first order that its code came with; one without a code, with the first order in
    time that is large enough, and not at all where that costs nothing.
    """
    total, redeemed = np.zeros(len(windows)), np.zeros(len(windows), dtype=np.bool_)
    sent = windows[windows["sent"] & (windows["arm"] == "treated")]
    for (version, offer, channel), group in sent.groupby(["catalogue_version", "offer", "channel"]):
        catalogue = catalogues[int(version)]
        places = group["place"].to_numpy()
        total[places] += float(contact_cost(catalogue, str(channel)))
        terms = catalogue.offer(str(offer))
        used = _used(terms, orders[orders["place"].isin(places)], group)
        places = used["place"].to_numpy(dtype=np.int64)
        totals = [Decimal(str(round(value, 2))) for value in used["revenue"].tolist()]
        total[places] += np.array([float(redemption_cost(terms, one)) for one in totals])
        redeemed[places] = True
    return np.round(total, 2), redeemed


def _used(offer: Offer, orders: Frame, group: Frame) -> Frame:
    if offer.code is not None:
        return orders[orders["redeemed"]].drop_duplicates("place")
    if not any(rates(offer)):
        return orders.head(0)
    rows = orders.merge(group[["place", "valid_until"]], on="place")
    in_time = rows["valid_until"].isna() | (rows["moment"] <= rows["valid_until"])
    return rows[in_time & (rows["revenue"] >= float(offer.minimum_order))].drop_duplicates("place")


def versions(windows: Frame) -> list[int]:
    """Of the catalogues that offers were picked from."""
    return sorted({int(one) for one in windows.loc[windows["offer"] != NOTHING, "catalogue_version"]})
