"""The warehouse: facts and insights, reached through Ibis, never half-written."""

from store.warehouse.base import Warehouse
from store.warehouse.build import KeepCurrent, building
from store.warehouse.pointer import FactsInfo, InsightsInfo

__all__ = ["FactsInfo", "InsightsInfo", "KeepCurrent", "Warehouse", "building"]
