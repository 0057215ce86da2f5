"""The page campaigns."""

from ui.app.campaigns.page import build

__all__ = ["build"]
