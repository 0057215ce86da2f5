"""The e-mail test: what is planted is learned, what is not there is not claimed, any file with its columns works."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eval.bench.source import SHARED
from eval.offers.hillstrom.data import ARMS, halves, read_trial
from eval.offers.hillstrom.learning import learn
from eval.offers.hillstrom.report import report, words
from store.errors import WinbackError

REAL = SHARED / "data" / "hillstrom.parquet"


def trial(n: int, *, effect: float, seed: int = 0) -> pd.DataFrame:
    """Each arm's e-mail helps those who bought its kind by `effect`, and nobody else."""
    random = np.random.default_rng(seed)
    mens = random.integers(0, 2, n)
    rows = pd.DataFrame(
        {
            "recency": random.integers(1, 13, n),
            "history_segment": "1) $0 - $100",
            "history": random.lognormal(5, 1, n).round(2),
            "mens": mens,
            "womens": 1 - mens,
            "zip_code": random.choice(["Rural", "Surburban", "Urban"], n),
            "newbie": random.integers(0, 2, n),
            "channel": random.choice(["Web", "Phone", "Multichannel"], n),
            "segment": random.choice(ARMS, n),
        }
    )
    fits = np.where(rows["segment"] == "Mens E-Mail", mens, np.where(rows["segment"] == "Womens E-Mail", 1 - mens, 0))
    rows["visit"] = (random.random(n) < 0.1 + effect * fits).astype(int)
    rows["conversion"] = rows["visit"]
    rows["spend"] = (rows["visit"] * random.lognormal(2, 0.5, n)).round(2)
    return rows


def kept(rows: pd.DataFrame, path: Path) -> Path:
    rows.to_csv(path, index=False) if path.suffix == ".csv" else rows.to_parquet(path)
    return path


def test_a_planted_effect_is_learned_and_beats_every_fixed_arm(tmp_path: Path) -> None:
    everyone = read_trial(kept(trial(12_000, effect=0.2), tmp_path / "a.csv"))
    found = report(*halves(everyone, 0.5, 0), [0.10])
    for goal, best in zip(found["goals"], (0.30, 0.30 * np.exp(2.125) - 0.10), strict=True):
        assert goal["learned_minus"][goal["best_fixed"]]["low"] > 0
        assert goal["values"]["learned"]["low"] < best < goal["values"]["learned"]["high"]
    assert found["goals"][0]["mailed"]["learned"]["men"] == pytest.approx(0.5, abs=0.1)


def test_where_costs_exceed_what_an_email_brings_nobody_is_mailed(tmp_path: Path) -> None:
    everyone = read_trial(kept(trial(6000, effect=0.2), tmp_path / "a.parquet"))
    assert learn(everyone, 50.0).policy(everyone.context)[:, 0].min() == 1


def test_where_no_email_helps_nothing_is_claimed(tmp_path: Path) -> None:
    everyone = read_trial(kept(trial(6000, effect=0.0, seed=4), tmp_path / "a.parquet"))
    found = report(*halves(everyone, 0.5, 0), [0.10])
    assert [goal["learned"] for goal in found["goals"]] == [f"always {goal['best_fixed']}" for goal in found["goals"]]
    assert "None is better for sure" in words(found)


def test_learning_never_sees_the_test_part(tmp_path: Path) -> None:
    train, test = halves(read_trial(kept(trial(4000, effect=0.2), tmp_path / "a.parquet")), 0.5, 0)
    before = report(train, test, [])["goals"][0]
    test.visits[:] = 1 - test.visits
    after = report(train, test, [])["goals"][0]
    for same in ("learned", "best_fixed", "mailed", "tried", "greedy_hoped"):
        assert before[same] == after[same]
    assert before["values"] != after["values"]


def test_csv_and_parquet_are_read_alike(tmp_path: Path) -> None:
    rows = trial(500, effect=0.1)
    one, two = read_trial(kept(rows, tmp_path / "a.csv")), read_trial(kept(rows, tmp_path / "a.parquet"))
    assert (one.context == two.context).all()
    assert (one.arms == two.arms).all()
    assert (one.rewards(0.1) == two.rewards(0.1)).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows.drop(columns=["spend", "visit"]), "lacks visit, spend"),
        (lambda rows: rows.assign(segment="E-Mail"), "unknown segment 'E-Mail'"),
        (lambda rows: rows.assign(history="much"), "values in history that are no numbers"),
        (lambda rows: rows.assign(visit=None), "values in visit"),
        (lambda rows: rows.head(0), "has no rows"),
    ],
)
def test_a_file_that_cannot_be_used_is_said_in_one_sentence(change, said: str, tmp_path: Path) -> None:
    for name in ("a.csv", "a.parquet"):
        with pytest.raises(WinbackError, match=said):
            read_trial(kept(change(trial(50, effect=0.1)), tmp_path / name))


@pytest.mark.parametrize("content", [b"", b"\x00\xff\x00", b"PAR1"])
def test_what_is_no_table_is_said(content: bytes, tmp_path: Path) -> None:
    for name in ("a.csv", "a.parquet"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(WinbackError):
            read_trial(tmp_path / name)
    with pytest.raises(WinbackError, match="not a file"):
        read_trial(tmp_path / "gone.csv")


def test_a_place_never_seen_is_taken_for_none(tmp_path: Path) -> None:
    found = read_trial(kept(trial(50, effect=0.1).assign(zip_code="Moon"), tmp_path / "a.csv"))
    assert found.context[:, 6:9].sum() == 0


def test_the_command_takes_two_files(tmp_path: Path) -> None:
    train, test = (kept(trial(1500, effect=0.2, seed=seed), tmp_path / f"{seed}.csv") for seed in (1, 2))
    command = [sys.executable, "-m", "eval.offers.hillstrom", "--train", train, "--test", test, "--contact-cost", "0.1"]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, timeout=120)
    found = json.loads(done.stdout)
    assert (found["train"], found["test"], len(found["goals"])) == (1500, 1500, 2)
    bad = subprocess.run([*command[:-4], "--test", tmp_path / "gone"], capture_output=True, text=True, timeout=60)
    assert bad.returncode == 1
    assert bad.stderr.count("\n") == 1


@pytest.mark.skipif(not REAL.exists(), reason="hillstrom.parquet is not in ../shared/data")
def test_visit_rates_of_the_real_test_are_the_published_ones() -> None:
    found = read_trial(REAL)
    rates = [found.visits[found.arms == arm].mean() for arm in range(3)]
    assert rates == pytest.approx([0.106, 0.183, 0.151], abs=0.007)  # a random 70 % of the published 64,000
