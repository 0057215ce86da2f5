"""Every number in an answer must come from a tool result or from the person's own question."""

from agent.grounding.check import unsupported
from agent.grounding.evidence import Evidence, evidence

__all__ = ["Evidence", "evidence", "unsupported"]
