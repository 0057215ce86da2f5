"""Whether the model answers, for the banner and for admins."""

from ui.app.status.model import ModelState, ModelStatus
from ui.app.status.routes import routes

__all__ = ["ModelState", "ModelStatus", "routes"]
