"""Offers: which one for whom, within budget and consent; drafted, approved, delivered, learned from, measured."""
