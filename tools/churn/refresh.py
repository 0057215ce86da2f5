"""Scoring a shop: a model is trained on its past, everyone is scored with it, and segments follow from the scores."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from store.model_store import ModelStore
from store.shop import Shop
from store.warehouse.insights import store_insights
from tools.behaviour.segments import stored_segments
from tools.behaviour.untyped import Table, _
from tools.churn.distributed import score_in_spark
from tools.churn.model import ChurnModel
from tools.churn.monitoring import folder_of, read_history, summary, watch
from tools.churn.scoring import scores
from tools.churn.training import train

Progress = Callable[[float, str], None]
BATCH = 50_000


@dataclass
class ScoreReport:
    """Who was scored and what it says; `note` tells of a fallback. Money is in the shop's currency.

    `warnings` are sentences on scores that do not hold any more, `checks` on what was found otherwise.
    """

    customers: int
    horizon_days: int
    leaving: int
    value_at_risk: float
    model_version: str
    note: str | None = None
    segments: dict[str, int] = field(default_factory=dict[str, int])
    warnings: list[str] = field(default_factory=list[str])
    checks: list[str] = field(default_factory=list[str])


def refresh_scores(shop: Shop, progress: Progress | None = None) -> ScoreReport:
    """Trains on the shop's past, then stores churn_scores and segments, and the model under HOME/models/churn.

    Raises WinbackError, one sentence, where the shop holds too little to say anything, or another process writes.
    """
    draw: Progress = progress or _unseen
    as_of = shop.as_of
    draw(0.0, "Learning from the shop's past")
    model = train(shop.warehouse, as_of)
    with ModelStore(shop.home, "churn").saving(model.version, {"as_of": as_of, "kind": model.kind}) as folder:
        model.save(folder)
    draw(0.4, "Scoring customers")
    _score(shop, model, lambda done: draw(0.4 + 0.5 * done, "Scoring customers"))
    draw(0.95, "Sorting customers into segments")
    belongs = stored_segments(shop.warehouse, as_of, shop.warehouse.table("churn_scores"))
    _ = store_insights(shop.home, shop.warehouse, "segments", shop.warehouse.stream(belongs, BATCH))
    report = _report(shop, model)
    report.warnings = watch(shop, model)
    told = summary(read_history(folder_of(shop.home) / "history.jsonl"))
    report.checks = [line for line in told if line not in report.warnings]
    return report


def _unseen(_fraction: float, _message: str) -> None:
    """Progress that nobody watches."""


def _score(shop: Shop, model: ChurnModel, told: Callable[[float], None]) -> None:
    if shop.warehouse.spark is not None:
        _ = score_in_spark(shop.warehouse, shop.warehouse.spark, model, shop.as_of)
        return
    batches = scores(shop.warehouse, model, shop.as_of, BATCH)
    customers = max(shop.warehouse.info.rows.get("customers", 0), 1)
    _ = store_insights(shop.home, shop.warehouse, "churn_scores", _counted(batches, customers, told))


def _counted(batches: Iterable[Any], customers: int, told: Callable[[float], None]) -> Iterator[Any]:
    done = 0
    for batch in batches:
        done += batch.num_rows
        told(min(done / customers, 1.0))
        yield batch


def _report(shop: Shop, model: ChurnModel) -> ScoreReport:
    scored: Table = shop.warehouse.table("churn_scores")
    leaving = _.churn_probability >= 0.5
    totals = scored.aggregate(
        customers=_.count(), leaving=_.count(where=leaving), value_at_risk=_.value_at_risk.cast("float64").sum()
    )
    row: dict[str, Any] = totals.to_pyarrow().to_pylist()[0]
    return ScoreReport(
        customers=row["customers"],
        leaving=row["leaving"],
        value_at_risk=round(row["value_at_risk"] or 0.0, 2),
        horizon_days=model.horizon_days,
        model_version=model.version,
        note=model.note,
        segments=_sizes(shop),
    )


def _sizes(shop: Shop) -> dict[str, int]:
    if not shop.warehouse.has("segments"):
        return {}
    belongs: Table = shop.warehouse.table("segments")
    sizes = belongs.group_by("segment").aggregate(customers=_.count()).order_by("segment")
    return {row["segment"]: row["customers"] for row in sizes.to_pyarrow().to_pylist()}
