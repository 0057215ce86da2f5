"""The catalogue of offers and rules of contact: written as YAML, proposed by one person, approved by another."""

from tools.offers.catalogue.model import NOTHING, Catalogue, Offer

__all__ = ["NOTHING", "Catalogue", "Offer"]
