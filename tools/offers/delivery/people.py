"""Where customers live, asked for once."""

from functools import cached_property

from store.warehouse import Warehouse
from tools.behaviour.untyped import Table


class Countries:
    """The country of each customer, read when the first one is asked for."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    @cached_property
    def _known(self) -> dict[str, str | None]:
        table: Table = self._warehouse.table("customers")
        columns = table.select("customer_id", "country").to_pyarrow().to_pydict()
        return dict(zip(columns["customer_id"], columns["country"], strict=True))

    def of(self, customer_id: str) -> str | None:
        return self._known.get(customer_id)
