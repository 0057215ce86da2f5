"""Learning a shop's churn model from its past."""

from tools.churn.training.train import train

__all__ = ["train"]
