"""The holdout is the same everywhere and for ever."""

import numpy as np

from tools.offers.catalogue.model import Holdout
from tools.offers.holdout import held_out, holdout_score


def test_scores_never_change() -> None:
    """Worked out once by the definition: the first 8 bytes of BLAKE2b over salt:id, by 2**64."""
    known = {
        ("winback", "c000001"): 0.79813967843,
        ("winback", "17850"): 0.328361282242,
        ("other", "17850"): 0.591133804021,
    }
    for (salt, customer), score in known.items():
        assert round(holdout_score(salt, customer), 12) == score


def test_the_share_is_held_out_and_salts_are_independent() -> None:
    ids = [f"c{nth:06d}" for nth in range(20_000)]
    one, other = held_out(Holdout(share=0.1, salt="a"), ids), held_out(Holdout(share=0.1, salt="b"), ids)
    assert abs(one.mean() - 0.1) < 0.01
    assert abs((one & other).mean() - 0.01) < 0.004
    assert held_out(Holdout(share=0.0), ids).sum() == 0
    assert (one <= held_out(Holdout(share=0.2, salt="a"), ids)).all()
    assert np.array_equal(one[:5], held_out(Holdout(share=0.1, salt="a"), ids[:5]))
