"""The estimators, each as one pseudo-outcome per decision: their mean is the estimate, their spread its uncertainty.

So a difference between two policies is the mean of differences, and intervals are made in one place.

With weight w = target(a|x) / propensity, model q(x, a) and q(x, target) = sum over a of target(a|x) q(x, a):

IPS        w r                                               Horvitz & Thompson 1952
SNIPS      v + w (r - v) / mean(w), v = sum(w r) / sum(w)    Swaminathan & Joachims 2015 (linearised at v)
DM         q(x, target)                                      Dudik, Langford & Li 2011
DR         q(x, target) + w (r - q(x, a))                    Dudik, Langford & Li 2011
Switch-DR  q(x, target) + w [w <= t] (r - q(x, a))           Wang, Agarwal & Dudik 2017
"""

import numpy as np

from tools.offers.off_policy.log import Floats, Log

METHODS = ("IPS", "SNIPS", "DM", "DR", "Switch-DR")


def weights(log: Log, target: Floats) -> Floats:
    """Importance weights (n,)."""
    return target[np.arange(len(log)), log.actions] / log.propensities


def pseudo_outcomes(log: Log, target: Floats, q_hat: Floats, switch_at: float) -> dict[str, Floats]:
    """Each method's pseudo-outcomes (n,), for outcome models `q_hat` (n, k) that have not seen the row they judge."""
    w = weights(log, target)
    direct = (target * q_hat).sum(axis=1)
    off = log.rewards - q_hat[np.arange(len(log)), log.actions]
    return {
        "IPS": w * log.rewards,
        "SNIPS": _self_normalised(w, log.rewards),
        "DM": direct,
        "DR": direct + w * off,
        "Switch-DR": direct + np.where(w <= switch_at, w, 0.0) * off,
    }


def _self_normalised(w: Floats, rewards: Floats) -> Floats:
    if not w.any():
        return np.zeros_like(rewards)
    value = (w @ rewards) / w.sum()
    return value + w * (rewards - value) / w.mean()
