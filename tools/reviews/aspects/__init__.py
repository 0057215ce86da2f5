"""Which aspects of a purchase a review speaks of, and how it speaks of each."""

from tools.reviews.aspects.find import ClausePolarity, clauses_about, find_aspects

__all__ = ["ClausePolarity", "clauses_about", "find_aspects"]
