"""Ratings that contradict their text: someone mistook the scale, or wrote under the wrong product."""

from tools.reviews.labels import SENTIMENTS, Label

LOW, HIGH, MOST = 2, 4, 5
# What counts as clear: the calibrated probability of the opposite feeling. Chosen in eval/reviews/contradiction.py.
CLEARLY = 0.95


def contradicts(rating: float | None, label: Label, clearly: float = CLEARLY) -> bool:
    """Whether two stars of five or fewer come with a clearly positive text, or four or more with a clearly negative.

    False where there is no rating or it is not on the scale from 0 to 5.
    """
    if rating is None or not 0 <= rating <= MOST:
        return False
    opposite = "positive" if rating <= LOW else "negative" if rating >= HIGH else None
    return opposite is not None and label.probabilities[SENTIMENTS.index(opposite)] >= clearly
