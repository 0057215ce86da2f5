"""The review index: reviews found by meaning and by words. Chroma and the models are loaded only when they are used."""

from store.review_index.index import ReviewIndex
from store.review_index.rows import MODES, Hit, Mode, ReviewRow, SyncReport, Where

__all__ = ["MODES", "Hit", "Mode", "ReviewIndex", "ReviewRow", "SyncReport", "Where"]
