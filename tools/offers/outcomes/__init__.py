"""What came back from customers: read, matched with decisions, and kept once."""

from tools.offers.outcomes.report import OutcomeReport
from tools.offers.outcomes.table import read_rows
from tools.offers.outcomes.take import take_outcomes

__all__ = ["OutcomeReport", "read_rows", "take_outcomes"]
