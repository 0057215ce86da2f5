"""Off-policy evaluation: what a policy would have earned, from the log of another. See docs/off-policy.md."""

from tools.offers.off_policy.evaluation import Estimate, evaluate, gain
from tools.offers.off_policy.log import Log, make_log
from tools.offers.off_policy.outcome_model import cross_fitted, fit_outcomes

__all__ = ["Estimate", "Log", "cross_fitted", "evaluate", "fit_outcomes", "gain", "make_log"]
