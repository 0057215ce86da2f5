"""What came of every decision: the reward that policies learn from and that campaigns are judged by."""

from tools.offers.rewards.model import Rewards
from tools.offers.rewards.reading import rewards

__all__ = ["Rewards", "rewards"]
