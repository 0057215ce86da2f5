"""The demo shop's catalogue."""

from datetime import datetime
from importlib.resources import files

from store.ledger import CatalogueVersion, Ledger
from tools.offers.catalogue.versions import decide_catalogue, propose_catalogue


def demo_catalogue() -> str:
    """Its YAML."""
    return files("tools.offers.catalogue").joinpath("demo.yaml").read_text("utf-8")


def install_demo_catalogue(ledger: Ledger, now: datetime) -> None:
    """Put the demo's offers in force in a ledger that has seen no catalogue yet."""
    with ledger.session() as session:
        if session.get(CatalogueVersion, 1) is not None:
            return
    version = propose_catalogue(ledger, demo_catalogue(), "winback", now)
    decide_catalogue(ledger, version, "demo", now, approve=True)
