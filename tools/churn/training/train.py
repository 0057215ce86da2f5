"""One call from a shop to a model."""

from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from store.errors import WinbackError
from store.warehouse import Warehouse
from tools.behaviour.untyped import Table
from tools.behaviour.wording import listed
from tools.churn.btyd import ParetoNBD
from tools.churn.embedding import ProductVectors
from tools.churn.horizon import MIN_BUYERS, SHORTEST, data_floor, default_horizon
from tools.churn.known import known_at
from tools.churn.model import ChurnModel, HeldOut
from tools.churn.observations import Observed, dates_of, observe, sampled, span
from tools.churn.training.fit import Learner, calibrated, unseen, usual_levels
from tools.churn.training.plan import CutOff, plan

MOST_ROWS = 200_000
UNPRICED = "The amounts of this shop's orders are unknown, so spend and value at risk are left open."


def train(
    warehouse: Warehouse,
    as_of: datetime,
    horizon_days: int | None = None,
    *,
    history_days: int | None = None,
    seed: int = 7,
    max_rows: int = MOST_ROWS,
) -> ChurnModel:
    """A model for the `horizon_days` (default: the shop's own) after `as_of`, from nothing later than `as_of`.

    `max_rows` bounds customers times cut-offs; which customers are left out depends on their ids only. Raises
    WinbackError where nobody has bought anything by `as_of`.
    """
    horizon = horizon_days or default_horizon(warehouse, as_of)
    history = span(warehouse, as_of, history_days)
    if not history:
        raise WinbackError(
            f"Nobody has a completed order above zero by {as_of.date()}, and a score needs at least one such order."
        )
    shop = _Past(warehouse, as_of, horizon, history_days)
    lacking = data_floor(warehouse, as_of, max(SHORTEST, min(horizon, history // 3)))
    model = _pooled(shop, lacking) if lacking else _learned(shop, history, seed, max_rows)
    if model.levels.basket is None:
        model.note = f"{model.note} {UNPRICED}" if model.note else UNPRICED
    return model


@dataclass
class _Past:
    """The shop up to `as_of`, observed at cut-offs; each is read once."""

    warehouse: Warehouse
    as_of: datetime
    horizon: int
    history_days: int | None
    vectors: ProductVectors | None = None
    customers: Table | None = None
    _seen: dict[tuple[CutOff, int], Observed] = field(default_factory=dict[tuple[CutOff, int], Observed])

    def seen(self, cut: CutOff, horizon: int) -> Observed:
        if (cut, horizon) not in self._seen:
            self._seen[cut, horizon] = observe(
                self.warehouse,
                cut.at,
                cut.days,
                horizon_days=horizon,
                history_days=self.history_at(cut.at),
                vectors=self.vectors,
                customers=self.customers,
            )
        return self._seen[cut, horizon]

    def history_at(self, at: datetime) -> int | None:
        return None if self.history_days is None else self.history_days - (self.as_of - at).days

    def now(self) -> NDArray[np.float64]:
        return self.seen(CutOff(self.as_of, 0), self.horizon).x


def _pooled(shop: _Past, lacking: str) -> ChurnModel:
    dates = ParetoNBD.fit(dates_of(shop.now()))
    note = f"{lacking} Until then scores follow from purchase dates alone, as they do in most shops."
    return ChurnModel(shop.horizon, "pooled", dates, usual_levels(dates, shop.now(), shop.horizon), note=note)


def _learned(shop: _Past, history: int, seed: int, max_rows: int) -> ChurnModel:
    made = plan(shop.as_of, shop.horizon, history)
    shop.customers = sampled(shop.warehouse, shop.as_of, shop.history_days, max(1, max_rows // len(made.cut_offs)))
    first = min(one.at for one in [*made.cut_offs, *made.rehearsed])
    known = known_at(shop.warehouse, first, history_days=shop.history_at(first))
    shop.vectors = ProductVectors.fit(known)

    def grown(cuts: list[CutOff], learner: Learner, now: NDArray[np.float64]) -> ChurnModel:
        sets = [shop.seen(one, learner.horizon_days) for one in cuts]
        return learner.grown([one for one in sets if len(one)], now)

    stage = made.rehearsal
    judged = shop.seen(stage, stage.days)
    early = sum(len(shop.seen(one, stage.days)) for one in made.rehearsed)
    if early < MIN_BUYERS:
        moments = listed([str(one.at.date()) for one in made.rehearsed])
        return _pooled(shop, f"Too few customers ({early}) had bought by {moments}, from where a model would learn.")
    learner = Learner(stage.days, shop.vectors, seed)
    rehearsed = grown(made.rehearsed, learner, judged.x)
    model = grown(made.cut_offs, replace(learner, horizon_days=shop.horizon), shop.now())
    model.levels = calibrated(model, shop.now(), rehearsed, judged)
    model.held_out = HeldOut(stage.at, stage.days, judged.ids, unseen(rehearsed, judged), judged.orders == 0)
    return model
