"""The page reviews."""

from ui.app.reviews.page import build

__all__ = ["build"]
