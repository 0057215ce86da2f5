"""The page of the shop as a whole."""

from ui.app.overview.page import build

__all__ = ["build"]
