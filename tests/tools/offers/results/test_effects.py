"""Each offer against those held back who could have got it."""

from typing import Any

import numpy as np
import pytest

from tools.offers.results.effects import compared, offers_of
from tools.offers.results.sums import arm
from tools.offers.rewards import Rewards


def rows_of(**changes: Any) -> Rewards:
    n = len(changes["arm"])
    words = np.full(n, None, dtype=object)
    usual: dict[str, Any] = {
        "decision_id": np.arange(1, n + 1),
        "campaign_id": np.ones(n, dtype=np.int64),
        "customer_id": words,
        "at": np.full(n, np.datetime64("2026-06-01")),
        "until": np.full(n, np.datetime64("2026-07-01")),
        "window_days": np.full(n, 30),
        "offer": words,
        "variant": words,
        "channel": words,
        "propensity": np.ones(n),
        "sent": np.ones(n, dtype=np.bool_),
        "used": np.zeros(n, dtype=np.bool_),
        "matured": np.ones(n, dtype=np.bool_),
        "observed_days": np.full(n, 30.0),
        "orders": np.ones(n, dtype=np.int64),
        "revenue": np.zeros(n),
        "cost": np.zeros(n),
        "reward": changes["margin"],
        "before": np.zeros(n),
        "known_until": np.full(n, np.datetime64("2026-07-01")),
        "margin_share": 0.5,
        "assumed": False,
    }
    return Rewards(**(usual | changes))


def campaign(seed: int, n: int = 3000) -> tuple[Rewards, dict[int, dict[str, float]]]:
    """Big spenders mostly get `gift` (worth 5 to them), small ones mostly `points` (worth 1); a fifth are held back."""
    rng = np.random.default_rng(seed)
    big = rng.random(n) < 0.5
    gift = np.where(big, 0.8, 0.1)
    held = rng.random(n) < 0.2
    picked = np.where(held, "nothing", np.where(rng.random(n) < gift, "gift", "points")).astype(object)
    margin = (
        np.where(big, 60, 10) + rng.normal(0, 8, n) + np.where(picked == "gift", 5, np.where(picked == "points", 1, 0))
    )
    arms = np.where(held, "holdout", "treated").astype(object)
    chances = {
        nth + 1: {"gift": float(gift[nth]), "points": float(1 - gift[nth])} for nth in np.flatnonzero(held).tolist()
    }
    return rows_of(arm=arms, offer=picked, margin=margin), chances


def test_an_offers_effect_is_on_its_own_customers_without_bias() -> None:
    found: dict[str, list[float]] = {"gift": [], "points": []}
    covered = 0
    for seed in range(60):
        for one in offers_of(*campaign(seed)):
            assert one.margin is not None
            found[one.offer].append(one.margin.value)
            truth = 5 if one.offer == "gift" else 1
            covered += (one.margin.low or 0) <= truth <= (one.margin.high or 0)
    for offer, truth in (("gift", 5.0), ("points", 1.0)):
        assert np.mean(found[offer]) == pytest.approx(truth, abs=4 * np.std(found[offer]) / np.sqrt(60))
    assert covered >= 114


def test_the_plain_difference_would_be_far_off() -> None:
    """What the weights are for."""
    rows, _chances = campaign(1)
    plain = compared(rows, (rows.arm == "treated") & (rows.offer == "gift"), rows.arm == "holdout", 0.95)
    assert plain.margin.value > 15


def test_an_offer_nobody_held_back_could_have_got_is_not_judged() -> None:
    rows, _chances = campaign(2, 200)
    assert all(one.margin is None for one in offers_of(rows, {}))


def test_equal_weights_are_as_good_as_none() -> None:
    rng = np.random.default_rng(3)
    y, x = rng.gamma(1, 20, 50), rng.gamma(1, 20, 50)
    weighted, plain = arm(y, x, y > 10, np.full(50, 0.2)), arm(y, x, y > 10)
    for name in ("n", "y", "x", "yy", "xy", "xx", "buyers"):
        assert getattr(weighted, name) == pytest.approx(float(getattr(plain, name)))


def test_a_few_heavy_weights_tell_little() -> None:
    y = np.arange(10.0)
    heavy = np.array([1.0] + [0.001] * 9)
    assert float(arm(y, y, y > 0, heavy).n) < 1.1
