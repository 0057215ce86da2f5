"""Campaigns: plan, read, decide, export, and see what they were worth."""

from ui.app.campaigns.page import build
from ui.app.campaigns.routes import routes

__all__ = ["build", "routes"]
