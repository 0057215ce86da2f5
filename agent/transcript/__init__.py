"""What people saw of a conversation, kept beside its checkpoints: turns, shared links, opinions."""

from agent.transcript.call import KeptCall, keep
from agent.transcript.feedback import Feedback, Opinion
from agent.transcript.shares import Shares
from agent.transcript.turns import KeptTurn, State, Transcript

__all__ = ["Feedback", "KeptCall", "KeptTurn", "Opinion", "Shares", "State", "Transcript", "keep"]
