"""Who never gets an offer, so that what offers do can be measured."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from tools.offers.catalogue.model import Holdout

_SPACE = 2**64


def holdout_score(salt: str, customer_id: str) -> float:
    """A number in [0, 1) that depends on the two alone: the same in every campaign, on every machine, in every version.

    Salted hashing, as A/B platforms assign units to arms (Kohavi, Tang and Xu, Trustworthy Online Controlled
    Experiments, 2020, chapter 4).
    """
    return int.from_bytes(blake2b(f"{salt}:{customer_id}".encode()).digest()[:8]) / _SPACE


def held_out(holdout: Holdout, customer_ids: Sequence[str]) -> NDArray[np.bool_]:
    """(n,) bool: who is in the holdout."""
    scores = (holdout_score(holdout.salt, customer) for customer in customer_ids)
    return np.fromiter(scores, float, len(customer_ids)) < holdout.share
