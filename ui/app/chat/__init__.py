"""The page chat."""

from ui.app.chat.page import build

__all__ = ["build"]
