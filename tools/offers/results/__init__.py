"""What came of campaigns: uplift against the holdout, cost, tests, pressure of contact, fairness."""

from tools.offers.results.campaigns import find_campaign
from tools.offers.results.fairness import Fairness, fairness
from tools.offers.results.measure import results
from tools.offers.results.model import Effect, Group, Results
from tools.offers.results.pressure import Pressure, contact_pressure
from tools.offers.results.table import table
from tools.offers.results.text import lines
from tools.offers.results.tool import campaign_results

__all__ = [
    "Effect",
    "Fairness",
    "Group",
    "Pressure",
    "Results",
    "campaign_results",
    "contact_pressure",
    "fairness",
    "find_campaign",
    "lines",
    "results",
    "table",
]
