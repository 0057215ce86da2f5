"""A person's yes or no: nothing reaches a customer without it."""

from tools.offers.approval.decide import approve, reject
from tools.offers.approval.edit import edit
from tools.offers.approval.preview import TextPreview, preview
from tools.offers.approval.withdraw import withdraw
from tools.offers.rights import may_decide, require_decider

__all__ = ["TextPreview", "approve", "edit", "may_decide", "preview", "reject", "require_decider", "withdraw"]
