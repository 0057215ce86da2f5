"""Whether churn scores still hold: checked at every refresh, in one sentence each where they do not."""

from tools.churn.monitoring.check import Checks, check, folder_of, watch
from tools.churn.monitoring.history import History, read_history
from tools.churn.monitoring.text import summary, warnings

__all__ = ["Checks", "History", "check", "folder_of", "read_history", "summary", "warnings", "watch"]
