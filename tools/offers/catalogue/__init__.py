"""The catalogue of offers and rules of contact: written as YAML, proposed by one person, approved by another."""

from tools.offers.catalogue.costs import cents, contact_cost, max_cost, redemption_cost
from tools.offers.catalogue.demo import install_demo_catalogue
from tools.offers.catalogue.model import NOTHING, Catalogue, Offer
from tools.offers.catalogue.parse import parse_catalogue
from tools.offers.catalogue.versions import active_catalogue, catalogue_of, decide_catalogue, propose_catalogue

__all__ = [
    "NOTHING",
    "Catalogue",
    "Offer",
    "active_catalogue",
    "catalogue_of",
    "cents",
    "contact_cost",
    "decide_catalogue",
    "install_demo_catalogue",
    "max_cost",
    "parse_catalogue",
    "propose_catalogue",
    "redemption_cost",
]
