"""Attacks that come in customers' reviews, and honest questions about the same reviews: what the defence is worth."""

from eval.reviews.injection.run import run_injection_suite

__all__ = ["run_injection_suite"]
