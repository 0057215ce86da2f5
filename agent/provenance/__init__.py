"""Where a word came from: the person, the shop's own data, or a customer; and what may be done with it."""

from agent.provenance.gather import Provenance, gather, note
from agent.provenance.guard import refusal
from agent.provenance.leaving import without_links, without_strangers
from agent.provenance.voice import borrowed

__all__ = ["Provenance", "borrowed", "gather", "note", "refusal", "without_links", "without_strangers"]
