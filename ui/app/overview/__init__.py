"""The page overview."""

from ui.app.overview.page import build

__all__ = ["build"]
