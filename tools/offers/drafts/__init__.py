"""Messages with an offer: written by a model or from the offer's own template, checked, filled when they go out."""

from tools.offers.drafts.checks import check
from tools.offers.drafts.model import Brief, MessageWriter, Problem, Written
from tools.offers.drafts.tags import fill
from tools.offers.drafts.writing import writer

__all__ = ["Brief", "MessageWriter", "Problem", "Written", "check", "fill", "writer"]
