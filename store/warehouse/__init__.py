"""The warehouse: facts and insights, reached through Ibis, never half-written."""

from store.warehouse.build import KeepCurrent, building
from store.warehouse.pointer import FactsInfo, InsightsInfo
from store.warehouse.warehouse import Warehouse

__all__ = ["FactsInfo", "InsightsInfo", "KeepCurrent", "Warehouse", "building"]
