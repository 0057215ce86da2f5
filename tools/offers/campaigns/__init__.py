"""What the ledger has of campaigns, in figures: for lists and pages."""

from tools.offers.campaigns.left_out import LeftOut, left_out
from tools.offers.campaigns.listed import Listed, campaigns, one_campaign
from tools.offers.campaigns.offers import OfferPart, offers
from tools.offers.campaigns.size import Size, size

__all__ = ["LeftOut", "Listed", "OfferPart", "Size", "campaigns", "left_out", "offers", "one_campaign", "size"]
