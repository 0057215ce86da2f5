"""How a review feels: probabilities of negative, neutral and positive, calibrated, for English and Chinese."""

from tools.reviews.polarity.scorer import Polarity, decide

__all__ = ["Polarity", "decide"]
