"""Campaigns: offers for a whole segment, within a budget, with a control group."""

from tools.offers.planning.plan import plan
from tools.offers.planning.report import PlanReport, Sample
from tools.offers.planning.request import PlanRequest

__all__ = ["PlanReport", "PlanRequest", "Sample", "plan"]
