"""The oracles of the demo shop are calibrated, and know what they are said to know."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score  # pyright: ignore[reportMissingTypeStubs]

from eval.churn.causes import Churner
from eval.churn.oracle import bayes, interest, knowing
from eval.churn.statistician import statistician
from eval.churn.truth import Truth, read_truth
from store.demo.make import make_demo
from store.errors import WinbackError

HORIZON = 60


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    home = tmp_path_factory.mktemp("demo")
    make_demo(home, customers=1000, months=9, seed=3)
    return read_truth(home)


def bought(truth: Truth) -> np.ndarray:
    found = np.zeros(len(truth.ids), dtype=bool)
    found[truth.future.who[truth.future.at < truth.days + HORIZON]] = True
    return found


def test_what_the_oracles_believe_comes_true_as_often_as_they_say(truth: Truth) -> None:
    silent = ~bought(truth)
    for belief in (bayes(truth, HORIZON), knowing(truth, HORIZON)):
        noise = np.sqrt((belief.no_order * (1 - belief.no_order)).mean() / len(silent))
        assert abs(belief.no_order.mean() - silent.mean()) < 4 * noise
        for low, high in ((0, 0.2), (0.2, 0.8), (0.8, 1.01)):
            part = (belief.no_order >= low) & (belief.no_order < high)
            assert abs(belief.no_order[part].mean() - silent[part].mean()) < 0.08


def test_the_knowing_know_who_has_left_and_rank_no_worse(truth: Truth) -> None:
    gone = truth.left <= truth.days
    known, believed = knowing(truth, HORIZON), bayes(truth, HORIZON)
    assert np.allclose(known.leaves[gone], 1)
    assert np.allclose(known.no_order[gone], 1)
    assert known.leaves[~gone].max() < 1
    assert roc_auc_score(~bought(truth), known.no_order) >= roc_auc_score(~bought(truth), believed.no_order)
    assert roc_auc_score(~bought(truth), believed.no_order) > 0.9


def test_who_must_infer_the_rates_ranks_worse_than_who_knows_them_but_is_as_honest(truth: Truth) -> None:
    silent, guess, known = ~bought(truth), statistician(truth, HORIZON), bayes(truth, HORIZON).no_order
    assert roc_auc_score(silent, known) > roc_auc_score(silent, guess) > 0.85
    assert abs(guess.mean() - silent.mean()) < 4 * np.sqrt((guess * (1 - guess)).mean() / len(silent))


def test_browsing_fades_before_leaving() -> None:
    assert np.allclose(interest(np.array([-1.0, 0.0, 21.0, 1e5])), [0.03, 0.1, 1 - 0.9 / np.e, 1.0])


def test_a_folder_without_truth_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(WinbackError, match="holds no truth; make a demo shop"):
        read_truth(tmp_path)


def test_a_cause_counts_as_named_by_its_own_trace_only() -> None:
    told = {"complaints": {"delivery": 1, "complaints": 1}, "browsing": {}}
    named = Churner("c1", "late_delivery", "delivery", complained=True, refunded=False, reasons=told)
    assert (named.cause, named.right_aspect, named.traced) == (True, True, True)
    another = Churner("c2", "wrong_size", "fit", complained=True, refunded=False, reasons=told)
    assert (another.cause, another.right_aspect) == (True, False)
    refund = Churner("c3", "wrong_size", "fit", complained=False, refunded=True, reasons=told)
    assert (refund.seen, refund.cause, refund.traced) == (True, False, True)
