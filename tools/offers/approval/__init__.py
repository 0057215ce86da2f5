"""A person's yes or no: nothing reaches a customer without it."""

from tools.offers.approval.decide import approve, reject
from tools.offers.approval.edit import edit
from tools.offers.approval.preview import TextPreview, preview
from tools.offers.approval.waiting import ALONE, Acted, Counts, Waiting, counts, lately, pending_campaigns, waiting
from tools.offers.approval.withdraw import withdraw
from tools.offers.rights import may_decide, require_decider

__all__ = [
    "ALONE",
    "Acted",
    "Counts",
    "TextPreview",
    "Waiting",
    "approve",
    "counts",
    "edit",
    "lately",
    "may_decide",
    "pending_campaigns",
    "preview",
    "reject",
    "require_decider",
    "waiting",
    "withdraw",
]
