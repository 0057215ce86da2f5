"""Surges as a table for people."""

from collections.abc import Sequence
from typing import Any

from tools.result import Artifact
from tools.reviews.alerts.reading import as_date
from tools.reviews.alerts.series import ANY
from tools.reviews.alerts.text import Telling
from tools.reviews.alerts.watch import Alert
from tools.reviews.labels import ASPECTS

COLUMNS: list[str] = [
    *("scope", "item_id", "item", "aspect", "first_day", "last_day", "complaints", "expected"),
    *("share_before", "share_now", "p_value", "q_value", "ongoing"),
]
_DEFINITION = (
    "A surge: at least 3 complaints and twice what the item's own past year, its parent and the rest of the shop lead "
    "one to expect of 3, 7, 14 or 28 days, so many that false discoveries stay at 5% of all surges told in a year."
)


def table(telling: Telling, alerts: Sequence[Alert]) -> Artifact:
    rows = [_row(telling, one) for one in alerts]
    return Artifact(title="Surges of complaints", columns=COLUMNS, rows=rows, definition=_DEFINITION)


def _row(telling: Telling, alert: Alert) -> list[Any]:
    return [
        alert.item.scope,
        alert.item.id or None,
        telling.item(alert.item),
        ASPECTS[alert.aspect - 1] if alert.aspect != ANY else None,
        str(as_date(alert.first)),
        str(as_date(alert.last)),
        alert.complaints,
        round(alert.expected, 2),
        round(alert.share_before, 4),
        round(alert.share_now, 4),
        float(f"{alert.p_value:.3g}"),
        float(f"{alert.q_value:.3g}"),
        alert.ongoing,
    ]
