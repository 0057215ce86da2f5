"""The page admin."""

from ui.app.admin.page import build

__all__ = ["build"]
