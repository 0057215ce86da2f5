"""The mode in which offers are picked, as the ledger has it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from store.errors import WinbackError
from store.ledger import Ledger, PolicyMode
from tools.offers.policy.exploring import MODES


@dataclass(frozen=True)
class Mode:
    """`mode` is explore, exploit or fixed; `offer` is what a fixed one always gives. `at` None: nobody set it yet."""

    mode: str = "explore"
    offer: str | None = None
    at: datetime | None = None
    by: str | None = None
    reason: str | None = None


def mode_now(ledger: Ledger) -> Mode:
    """The mode set last; explore until one is."""
    with ledger.session() as session:
        row = session.exec(select(PolicyMode).order_by(col(PolicyMode.id).desc()).limit(1)).first()
        return Mode() if row is None else Mode(row.mode, row.offer, row.at, row.by, row.reason)


def set_mode(ledger: Ledger, mode: str, offer: str | None, by: str, now: datetime, reason: str | None = None) -> Mode:
    """From now on. Raises WinbackError for an unknown mode, or one that does not go with an offer."""
    if mode not in MODES:
        raise WinbackError(f"There is no mode {mode}; the modes are {', '.join(MODES)}.")
    if (mode == "fixed") != (offer is not None):
        raise WinbackError("Mode fixed needs the offer that is always given, and the other modes take none.")
    if offer is not None:
        _known(ledger, offer)
    with ledger.session() as session:
        session.add(PolicyMode(id=None, mode=mode, offer=offer, at=now, by=by, reason=reason))
    return Mode(mode, offer, now, by, reason)


def _known(ledger: Ledger, offer: str) -> None:
    from tools.offers.catalogue import active_catalogue

    known = ["nothing", *(one.id for one in active_catalogue(ledger)[1].offers)]
    if offer not in known:
        raise WinbackError(f"The catalogue has no offer {offer}; it has {', '.join(known)}.")
