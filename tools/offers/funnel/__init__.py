"""From all offers to the one that a customer gets, step by step, recorded."""

from tools.offers.funnel.decide import decide
from tools.offers.funnel.decided import Decided
from tools.offers.funnel.sweep import sweep
from tools.offers.funnel.why import why

__all__ = ["Decided", "decide", "sweep", "why"]
