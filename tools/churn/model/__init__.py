"""The churn model: who leaves, how much they buy if not, and why."""

from tools.churn.model.model import ChurnModel, HeldOut, Scores

__all__ = ["ChurnModel", "HeldOut", "Scores"]
