"""Which offer for whom: learned from decisions and what came of them."""

from tools.offers.policy.deploying import deploy, estimate, switch_back
from tools.offers.policy.learning import LearnReport, learn
from tools.offers.policy.model import Policy
from tools.offers.policy.modes import Mode, mode_now, set_mode
from tools.offers.policy.versions import live_policy

__all__ = [
    "LearnReport",
    "Mode",
    "Policy",
    "deploy",
    "estimate",
    "learn",
    "live_policy",
    "mode_now",
    "set_mode",
    "switch_back",
]
