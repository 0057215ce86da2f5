"""What a shop needs after new facts: labels, the review index, scores, segments, alerts, a policy to try."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from store.review_index import SyncReport
from store.shop import Shop
from tools.behaviour.untyped import Table
from tools.churn.known import known_at
from tools.churn.refresh import ScoreReport, refresh_scores
from tools.offers.funnel import sweep
from tools.offers.policy import LearnReport, learn
from tools.recommend.kept import refresh_recommender
from tools.reviews.alerts import new_alerts
from tools.reviews.indexing import index_reviews
from tools.reviews.labels import Labeller
from tools.reviews.refresh import LabelReport, refresh_labels

Progress = Callable[[float, str], None]


@dataclass
class RefreshReport:
    """What was done; None and a sentence in `left_out` stand for what could not be.

    `alerts` are sentences on surges of complaints that have begun lately; `policy` has been learned from offers and
    what came of them, and picks none before a person deploys it.
    """

    labels: LabelReport | None = None
    index: SyncReport | None = None
    scores: ScoreReport | None = None
    policy: LearnReport | None = None
    alerts: list[str] = field(default_factory=list[str])
    left_out: list[str] = field(default_factory=list[str])


def refresh_shop(
    shop: Shop, labeller: Labeller, now: datetime, *, relabel: bool = False, progress: Progress | None = None
) -> RefreshReport:
    """Labels and indexes what is new, then trains and scores. Raises WinbackError where another process writes.

    `now` is when drafts and offers expire, and up to when outcomes of offers count.
    """

    def part(start: float, size: float) -> Progress:
        return lambda fraction, message: progress(start + size * fraction, message) if progress else None

    report = RefreshReport()
    if shop.warehouse.has("reviews") and shop.warehouse.facts_file is not None:
        report.labels = refresh_labels(shop, labeller, relabel=relabel, progress=part(0, 0.4))
        report.index = index_reviews(shop, part(0.4, 0.2))
        report.alerts = new_alerts(shop)
    else:
        report.left_out.append(_why_unlabelled(shop))
    if not _anybody_bought(shop):
        report.left_out.append("Nobody with a customer id has completed an order yet, so nobody can be scored.")
        return report
    report.scores = refresh_scores(shop, part(0.6, 0.3))
    part(0.9, 0.1)(0, "Learning what is bought together")
    _ = refresh_recommender(shop)
    part(0.95, 0.05)(0, "Learning from offers")
    sweep(shop.ledger, now)
    report.policy = learn(shop, now)
    return report


def _anybody_bought(shop: Shop) -> bool:
    one: Table = known_at(shop.warehouse, shop.as_of).purchases.limit(1)
    return bool(one.to_pyarrow().num_rows)


def _why_unlabelled(shop: Shop) -> str:
    if not shop.warehouse.has("reviews"):
        return "There are no reviews to label; load some with `winback load SOURCE`."
    return "Labelling needs the shop's own files; unset WINBACK_WAREHOUSE, or fill review_labels on that engine."
