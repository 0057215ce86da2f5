"""What went wrong: refunds, credit notes, cancellations, and what customers say in reviews."""

from typing import Any

from tools.behaviour.untyped import Table, _, ibis
from tools.churn.features.windows import decayed, total
from tools.churn.known import Known, days_before
from tools.reviews.labels import ASPECTS

VOICE = dict.fromkeys(
    "reviews stars complaints complaints_fresh complaints_slow praise_slow".split()
    + [f"{kind}_{aspect}" for aspect in ASPECTS for kind in ("complaint", "complaints")],
    "float64",
) | {"last_complaint_at": "timestamp", "last_complaint_aspect": "string"}
FRESH, SLOW = 30, 120  # days in which an annoyance fades to 1/e


def refunds(known: Known) -> Table:
    """One row per customer with any: refunded and cancelled orders, credit notes, the money given back, and refunds
    fading within 30 and 120 days."""
    rows = known.orders.filter(_.customer_id.notnull(), _.status != "completed")
    rows = rows.mutate(ago=days_before(known.cutoff, _.ordered_at), amount=ibis.coalesce(_.total, 0.0))
    refunded = (_.status == "refunded") & (_.amount >= 0)
    back = _.status == "refunded"
    return rows.group_by("customer_id").aggregate(
        refunded=total(refunded),
        cancelled=total(_.status == "cancelled"),
        credit_notes=total(_.amount < 0),
        given_back=total(_.amount.abs(), back),
        refunds_fresh=total(decayed(_.ago, FRESH), back),
        refunds_slow=total(decayed(_.ago, SLOW), back),
        last_refund_at=_.ordered_at.max(where=back),
    )


def voice(known: Known) -> Table | None:
    """One row per reviewer: reviews, their stars above or below three, complaints and praise, all and fading, and the
    complaints of the last 120 days and so by aspect; None where the shop has no reviews."""
    if known.reviews is None:
        return None
    rows = known.reviews.filter(_.customer_id.notnull())
    rows = rows.mutate(ago=days_before(known.cutoff, _.created_at))
    recent = _.ago < SLOW
    reviewers = rows.group_by("customer_id").aggregate(
        reviews=_.count().cast("float64"),
        stars=total(_.rating.cast("float64") - 3),
        complaints=total(_.negative),
        complaints_fresh=total(decayed(_.ago, FRESH), _.negative),
        complaints_slow=total(decayed(_.ago, SLOW), _.negative),
        praise_slow=total(decayed(_.ago, SLOW), _.positive),
        last_complaint_at=_.created_at.max(where=_.negative),
        **{f"complaint_{name}": total(decayed(_.ago, FRESH), _[name]) for name in ASPECTS},
        **{f"complaints_{name}": total(_[name] & recent) for name in ASPECTS},
        **{f"last_{name}": _.created_at.max(where=_[name] & _.negative) for name in ASPECTS},
    )
    return reviewers.mutate(last_complaint_aspect=_last_aspect()).drop(*(f"last_{name}" for name in ASPECTS))


def _last_aspect() -> Any:
    named = [ibis.ifelse(_[f"last_{name}"] == _.last_complaint_at, name, ibis.null("string")) for name in ASPECTS]
    return ibis.coalesce(*named)
