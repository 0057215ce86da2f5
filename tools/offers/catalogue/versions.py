"""Catalogues in the ledger: proposed by one person, approved by another; the latest approved one is in force."""

from datetime import datetime

from sqlmodel import Session, col, select

from store.errors import WinbackError
from store.ledger import CatalogueVersion, Ledger
from tools.offers.catalogue.model import Catalogue
from tools.offers.catalogue.parse import parse_catalogue


def active_catalogue(ledger: Ledger) -> tuple[int, Catalogue]:
    """The version in force and what it says. Raises WinbackError where none has been approved."""
    with ledger.session() as session:
        found = _in_force(session)
    if found is None or found.version is None:
        raise WinbackError(
            "No catalogue of offers is approved yet; propose one with `winback campaign offers propose FILE`."
        )
    return found.version, parse_catalogue(found.text)


def catalogue_of(ledger: Ledger, version: int) -> Catalogue:
    """A version as it was proposed, in force or not. Raises WinbackError where there is none."""
    with ledger.session() as session:
        return parse_catalogue(_row(session, version).text)


def propose_catalogue(ledger: Ledger, text: str, by: str, now: datetime) -> int:
    """Keep a catalogue until somebody else decides on it; its version. Raises WinbackError where it does not hold."""
    parse_catalogue(text)
    with ledger.session() as session:
        row = CatalogueVersion(version=None, text=text, state="proposed", proposed_at=now, proposed_by=by)
        session.add(row)
        session.flush()
        version = row.version
    assert version is not None
    return version


def decide_catalogue(
    ledger: Ledger, version: int, by: str, now: datetime, approve: bool, reason: str | None = None
) -> None:
    """Approve or reject a proposed version; what `by` may do at all is the caller's to check.

    Raises WinbackError where they proposed it themselves, where it is decided already, and where a later one is in
    force.
    """
    with ledger.exclusive() as session:
        row = _row(session, version)
        if row.state != "proposed":
            raise WinbackError(f"Catalogue {version} is {row.state} already; propose it again to decide anew.")
        if _same_person(by, row.proposed_by):
            raise WinbackError(f"{by} proposed catalogue {version}; somebody else has to decide on it.")
        active = _in_force(session)
        if approve and active is not None and (active.version or 0) > version:
            raise WinbackError(f"Catalogue {active.version} came after {version} and is in force; propose it again.")
        row.state = "approved" if approve else "rejected"
        row.decided_at, row.decided_by, row.reason = now, by, reason
        session.add(row)


def _in_force(session: Session) -> CatalogueVersion | None:
    approved = select(CatalogueVersion).where(CatalogueVersion.state == "approved")
    return session.exec(approved.order_by(col(CatalogueVersion.version).desc()).limit(1)).first()


def _row(session: Session, version: int) -> CatalogueVersion:
    row = session.get(CatalogueVersion, version)
    if row is None:
        raise WinbackError(f"There is no catalogue {version}; `winback campaign offers show` lists them.")
    return row


def _same_person(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
