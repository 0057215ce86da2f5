"""What every page stands on: words in two languages, escaped HTML, who is visiting, and how events reach functions."""

from ui.app.frame.desk import Desk
from ui.app.frame.html import Templates, panel
from ui.app.frame.page import ROLES, Page
from ui.app.frame.visit import Visit
from ui.app.frame.words import Language, Words

__all__ = ["ROLES", "Desk", "Language", "Page", "Templates", "Visit", "Words", "panel"]
