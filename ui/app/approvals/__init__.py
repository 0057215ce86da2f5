"""The page approvals."""

from ui.app.approvals.page import build

__all__ = ["build"]
