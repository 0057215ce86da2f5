"""Our estimates are the Open Bandit Pipeline's on the same arrays (recipe: eval/offers/open_bandit_obp.py)."""

from pathlib import Path

import pytest

from eval.bench.source import SHARED
from eval.offers import open_bandit
from store.errors import WinbackError
from tools.offers.off_policy import evaluate

DATA = SHARED / "data"
needs_data = pytest.mark.skipif(
    not (DATA / "obd_bts_men.parquet").exists(), reason="the Open Bandit sample is not in ../shared/data"
)
METHODS = {"IPS", "SNIPS", "DM", "DR", "Switch-DR"}


def test_on_a_simulated_log_we_agree_with_obp() -> None:
    log, target, q_hat = open_bandit.simulated()
    found = evaluate(log, target, q_hat, switch_at=open_bandit.SWITCH_AT)
    expected = open_bandit.recorded()[open_bandit.SIMULATED]
    assert set(found) == set(expected) == METHODS
    assert {method: each.value for method, each in found.items()} == pytest.approx(expected, rel=1e-6)
    assert len({round(value, 6) for value in expected.values()}) == 5


@pytest.fixture(scope="module")
def found() -> dict:
    return open_bandit.run(DATA)


@needs_data
def test_on_the_open_bandit_sample_we_agree_with_obp(found: dict) -> None:
    recorded = open_bandit.recorded()
    assert set(found) == set(recorded) - {open_bandit.SIMULATED}
    for name, part in found.items():
        values = {method: each["value"] for method, each in part["estimates"].items()}
        assert values == pytest.approx(recorded[name], rel=1e-6), name


@needs_data
def test_a_sample_of_few_clicks_is_not_concluded_from(found: dict) -> None:
    for part in found.values():
        assert not any(each["conclusive"] for each in part["estimates"].values())


@needs_data
def test_what_bts_really_got_is_within_what_the_random_log_says(found: dict) -> None:
    for part in ("men", "women"):
        asked = found[f"bts-from-random-{part}"]
        for method in ("IPS", "SNIPS", "DR"):
            each = asked["estimates"][method]
            assert each["low"] < asked["truth"]["value"] < each["high"]


def test_without_the_sample_one_sentence_says_so(tmp_path: Path) -> None:
    with pytest.raises(WinbackError, match="Open Bandit sample is needed"):
        open_bandit.run(tmp_path)
