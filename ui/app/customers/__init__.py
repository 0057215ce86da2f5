"""The page of customers."""

from ui.app.customers.page import build

__all__ = ["build"]
