"""The page customers."""

from ui.app.customers.page import build

__all__ = ["build"]
