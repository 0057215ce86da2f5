"""One object opens a shop; it is passed down, never global."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from store.settings import Settings
from store.warehouse import Warehouse

if TYPE_CHECKING:
    from store.ledger import Ledger


@dataclass
class Shop:
    """A shop's folder, opened: its settings, its warehouse and its ledger."""

    settings: Settings
    home: Path
    warehouse: Warehouse
    ledger: "Ledger"

    @classmethod
    def open(cls, home: Path | None = None, settings: Settings | None = None) -> "Shop":
        """Open the shop in `home` (default: the settings'). Raises WinbackError where no facts are loaded."""
        from store.ledger import Ledger

        settings = settings or Settings()
        home = home or settings.home
        warehouse = Warehouse.open(home, settings.warehouse)
        _ = warehouse.info
        return cls(settings, home, warehouse, Ledger.open(home, settings.ledger))

    @property
    def as_of(self) -> datetime:
        """The shop's "now", naive, in its time zone: as set, or the last moment in the facts."""
        pinned = self.settings.as_of
        if pinned is None:
            return self.warehouse.info.as_of
        return pinned if pinned.tzinfo is None else pinned.astimezone(ZoneInfo(self.timezone)).replace(tzinfo=None)

    @property
    def currency(self) -> str:
        """ISO 4217 code."""
        return self.warehouse.info.currency

    @property
    def timezone(self) -> str:
        """IANA name."""
        return self.warehouse.info.timezone

    def close(self) -> None:
        self.warehouse.close()
        self.ledger.close()
