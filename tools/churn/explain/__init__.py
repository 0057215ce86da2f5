"""Why a customer is likely to leave or to stay, in words that a person understands."""

from tools.churn.explain.reasons import reasons
from tools.churn.explain.words import telling, worded

__all__ = ["reasons", "telling", "worded"]
