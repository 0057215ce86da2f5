"""Loading: a shop's exports become canonical facts, and every line is accounted for."""

from store.loading.load import load
from store.loading.mapping import preset_names
from store.loading.report import LoadReport

__all__ = ["LoadReport", "load", "preset_names"]
