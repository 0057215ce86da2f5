"""What stands between the agent loop and the model, outermost first."""

from agent.middleware.grounded import Grounded
from agent.middleware.limits import Limits
from agent.middleware.meter import Meter
from agent.middleware.own_voice import OwnVoice
from agent.middleware.prompt import Prompt
from agent.middleware.repair import Repair
from agent.middleware.review import Review
from agent.middleware.tool_guard import ToolGuard

__all__ = ["Grounded", "Limits", "Meter", "OwnVoice", "Prompt", "Repair", "Review", "ToolGuard"]
