"""A person's decision on what was proposed in a conversation: asked for by an interrupt, made in the ledger."""

from agent.review.decide import Decision, Later, apply, checked, may_decide
from agent.review.request import Proposal, proposals, request
from agent.review.spoken import Spoken, latest, meant, spoken

__all__ = [
    "Decision",
    "Later",
    "Proposal",
    "Spoken",
    "apply",
    "checked",
    "latest",
    "may_decide",
    "meant",
    "proposals",
    "request",
    "spoken",
]
