"""Who could get an offer: what a funnel and a policy need to know of customers, by the thousand."""

from tools.offers.people.model import CONTEXT, People
from tools.offers.people.reading import people

__all__ = ["CONTEXT", "People", "people"]
