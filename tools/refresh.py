"""What a shop's insights need after new facts: labels, the review index, and what must be heard at once."""

from collections.abc import Callable
from dataclasses import dataclass, field

from store.review_index import SyncReport
from store.shop import Shop
from tools.reviews.alerts import new_alerts
from tools.reviews.indexing import index_reviews
from tools.reviews.labels import Labeller
from tools.reviews.refresh import LabelReport, refresh_labels

Progress = Callable[[float, str], None]


@dataclass
class RefreshReport:
    """What was done; `alerts` are sentences on surges of complaints that have begun lately."""

    labels: LabelReport
    index: SyncReport
    alerts: list[str] = field(default_factory=list[str])


def refresh_shop(
    shop: Shop, labeller: Labeller, *, relabel: bool = False, progress: Progress | None = None
) -> RefreshReport:
    """Labels and indexes what is new. Raises WinbackError, one sentence, where that cannot be done."""

    def part(start: float, size: float) -> Progress:
        return lambda fraction, message: progress(start + size * fraction, message) if progress else None

    labels = refresh_labels(shop, labeller, relabel=relabel, progress=part(0, 0.5))
    index = index_reviews(shop, part(0.5, 0.5))
    return RefreshReport(labels, index, new_alerts(shop))
