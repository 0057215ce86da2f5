"""Training: repeatable, nothing from the future, sensible on shops that hold next to nothing."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from store.errors import WinbackError
from tests.tools.churn.logs import Purchase, log, moment, shop_of
from tools.churn.model import ChurnModel
from tools.churn.observations import observe, sampled
from tools.churn.training import train
from tools.churn.training.plan import LONG, plan

AS_OF = moment(300)


@pytest.mark.parametrize("history", [28, 60, 100, 179, 180, 181, 365, 900])
@pytest.mark.parametrize("horizon", [14, 60, 273])
def test_no_cut_off_looks_past_what_it_may(history: int, horizon: int) -> None:
    made = plan(AS_OF, horizon, history)
    assert made.cut_offs
    assert made.rehearsed
    begin = AS_OF - timedelta(days=history)
    assert all(begin < one.at and 0 < one.days <= horizon and one.end <= AS_OF for one in made.cut_offs)
    assert made.rehearsal.end <= AS_OF
    assert all(begin < one.at and one.end <= made.rehearsal.at for one in made.rehearsed)
    if history >= 3 * horizon:
        assert all(one.days == horizon for one in made.cut_offs)


def test_what_follows_the_moment_changes_nothing_and_what_precedes_it_does(tmp_path: Path) -> None:
    rows = log(260, 400)
    until = [one for one in rows if one[1] <= 300]
    others = [(who, min(399, day + 3), 9.0) for who, day, _ in rows if day > 300]
    fewer = [one for one in until if one[0] != "c0001"]
    shops = [shop_of(tmp_path / str(number), made) for number, made in enumerate([rows, until + others, fewer])]
    versions = [train(shop, AS_OF, 45).version for shop in shops]
    assert versions[0] == versions[1] != versions[2]


def test_a_sample_is_the_same_customers_every_time(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, log(260, 320))
    parts = [sampled(shop, AS_OF, None, 100) for _ in range(2)]
    ids = [part.to_pyarrow()["customer_id"].to_pylist() for part in parts if part is not None]
    assert ids[0] == ids[1] == sorted(set(ids[0]))
    assert len(ids[0]) == 100
    assert sampled(shop, AS_OF, None, 10_000) is None
    assert train(shop, AS_OF, 45, max_rows=900).kind == "lightgbm"


def test_a_long_horizon_is_learned_from_shorter_outcomes(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, log(600, 500))
    model = train(shop, moment(240), 200)
    seen = observe(shop, moment(240), 200, vectors=model.vectors)
    found = model.score(seen.x)
    assert model.kind == "lightgbm"
    assert found.churn_probability.mean() == pytest.approx((seen.orders == 0).mean(), abs=0.15)
    assert found.expected_orders.sum() == pytest.approx(seen.orders.sum(), rel=0.35)


def scored(shop_home: Path, rows: list[Purchase], **rest: object) -> ChurnModel:
    shop = shop_of(shop_home, rows)
    model = train(shop, moment(max(day for _, day, _ in rows)), **rest)
    found = model.score(observe(shop, moment(max(day for _, day, _ in rows)), 1, horizon_days=model.horizon_days).x)
    assert np.isfinite(found.contributions).all()
    assert ((found.churn_probability > 0) & (found.churn_probability < 1)).all()
    assert (found.expected_orders > 0).all()
    return model


SMALL: dict[str, list[Purchase]] = {
    "three customers, one order each": [("a", 0, 10.0), ("b", 5, 20.0), ("c", 90, 5.0)],
    "one day of history": [("a", 3, 10.0), ("b", 3, 20.0), ("c", 3, 1.0)],
    "one customer": [("a", 0, 10.0)],
    "no repeat purchase": [(f"c{n}", n % 200, 10.0 + n) for n in range(400)],
    "one regular": [("a", day, 9.0) for day in range(0, 300, 3)],
}


@pytest.mark.parametrize("name", SMALL)
def test_a_shop_that_holds_too_little_gets_a_stated_fallback(tmp_path: Path, name: str) -> None:
    model = scored(tmp_path, SMALL[name])
    assert model.kind == "pooled"
    assert model.note is not None
    assert "needs at least 200 customers who have bought" in model.note
    assert "Until then scores follow from purchase dates alone" in model.note


def test_the_fallback_tells_customers_apart(tmp_path: Path) -> None:
    rows: list[Purchase] = [("late", 0, 10.0), ("late", 10, 10.0), ("late", 20, 10.0)]
    rows += [("due", 80, 10.0), ("due", 90, 10.0), ("due", 100, 10.0), ("once", 100, 10.0)]
    shop = shop_of(tmp_path, rows)
    model = train(shop, moment(110), 30)
    seen = observe(shop, moment(110), 30)
    risk = dict(zip(seen.ids.tolist(), model.score(seen.x).churn_probability, strict=True))
    assert risk["late"] > risk["once"] > risk["due"]


@pytest.mark.parametrize("total", [0.0, -5.0])
def test_orders_for_nothing_or_less_are_no_purchases(tmp_path: Path, total: float) -> None:
    shop = shop_of(tmp_path, [("a", 0, total), ("b", 9, total)])
    with pytest.raises(WinbackError, match=r"Nobody has a completed order above zero by 2024-10-27.*at least one"):
        train(shop, moment(300))


def test_a_shop_where_all_is_cancelled_is_told_what_is_missing(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, log(50, 200), status="cancelled")
    with pytest.raises(WinbackError, match="at least one such order"):
        train(shop, moment(300), 30)


def test_unknown_amounts_leave_money_unknown_and_all_else_known(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, log(400, 400, priced=False))
    model = train(shop, moment(399), 60)
    seen = observe(shop, moment(399), 60, vectors=model.vectors)
    found = model.score(seen.x)
    assert model.kind == "lightgbm"
    assert model.note is not None
    assert "amounts" in model.note
    assert np.isnan(found.expected_spend).all()
    assert np.isnan(found.spend_if_retained).all()
    assert np.isfinite(found.churn_probability).all()
    assert np.isfinite(found.expected_orders).all()


def test_a_shop_whose_customers_have_all_just_come_is_told_so(tmp_path: Path) -> None:
    old: list[Purchase] = [(f"old{number}", day, 10.0) for number in range(3) for day in (0, 90)]
    new: list[Purchase] = [(f"new{number}", day, 10.0) for number in range(300) for day in (288, 297)]
    model = train(shop_of(tmp_path, [*old, *new]), AS_OF, 90)
    assert model.kind == "pooled"
    assert "Too few customers (" in (model.note or "")


@pytest.mark.parametrize("horizon", range(14, 200, 7))
@pytest.mark.parametrize("beyond", range(3))
def test_there_is_always_something_to_rehearse(horizon: int, beyond: int) -> None:
    made = plan(AS_OF, horizon, LONG * horizon + beyond)
    assert made.rehearsed
    assert all(one.end <= made.now for one in made.cut_offs)
