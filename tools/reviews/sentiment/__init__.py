"""The tool `review_sentiment`: how customers feel, by aspect, with quotes."""

from tools.reviews.sentiment.tool import review_sentiment

__all__ = ["review_sentiment"]
