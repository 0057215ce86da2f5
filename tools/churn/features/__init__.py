"""What a model sees of each customer at a cut-off: one definition, run by whatever engine holds the shop."""

from typing import Any

from tools.behaviour.untyped import Table, ibis
from tools.churn.embedding import ProductVectors
from tools.churn.features import derived
from tools.churn.features.browsing import VISITS, browsed
from tools.churn.features.goods import goods
from tools.churn.features.names import DETAILS, FEATURES, GROUPS
from tools.churn.features.purchases import bought, usual
from tools.churn.features.setbacks import VOICE, refunds, voice
from tools.churn.features.windows import Windows
from tools.churn.known import Known

__all__ = ["DETAILS", "FEATURES", "GROUPS", "HORIZON", "features"]

HORIZON = 90


def features(known: Known, vectors: ProductVectors | None = None, horizon_days: int = HORIZON) -> Table:
    """One row per scored customer (a purchase by the cut-off): customer_id, FEATURES (float64, never null), DETAILS.

    Windows such as "last" and "before" are as long as the horizon, so a model must always be given features of its own
    `horizon_days`. What does not apply has a neutral value: 0 for counts, shares and trends, the shop's usual gap for
    the mean gap of one who bought once, 182 for the days since a visit that never was; a shop without events, reviews
    or vectors has these values throughout. `taste_*` are the mean vector of the products bought.
    """
    windows = Windows(horizon_days)
    return _joined(known, vectors, windows).select("customer_id", **_columns(known, windows))


def _joined(known: Known, vectors: ProductVectors | None, windows: Windows) -> Table:
    """Everything counted, on one row per customer; null where a part knows nothing of them."""
    rows = bought(known, windows).cross_join(usual(known, windows))
    parts = [known.customers.select("customer_id", "signup_at"), goods(known, vectors), refunds(known)]
    parts += [part for part in (browsed(known, windows), voice(known)) if part is not None]
    for number, part in enumerate(parts):
        owner = f"owner_{number}"
        part = part.rename({owner: "customer_id"})
        rows = rows.left_join(part, rows.customer_id == part[owner]).drop(owner)
    unknown = (VISITS | VOICE).items()
    return rows.mutate(**{name: ibis.null(kind) for name, kind in unknown if name not in rows.columns})


def _columns(known: Known, windows: Windows) -> dict[str, Any]:
    parts = (
        derived.lateness(),
        derived.frequency(),
        derived.spend(),
        derived.trend(),
        derived.regularity(),
        derived.tenure(known.cutoff),
        derived.assortment(),
        derived.refunds(),
        derived.browsing(windows),
        derived.voice(),
        derived.season(),
    )
    found: dict[str, Any] = {name: column for part in parts for name, column in part.items()}
    return {name: found[name].cast("float64") for name in FEATURES} | derived.details()
