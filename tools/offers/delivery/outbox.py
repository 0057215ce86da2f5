"""The outbox: an approved draft gets one row, is claimed by one sender, and is sent once.

A claim is a transaction that checks a draft anew and writes its row as `sending`; only then is anything sent. Whoever
dies in between leaves `sending` rows: the same command again finds them by their target and finishes.
"""

import fcntl
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select

from store.errors import WinbackError
from store.ledger import Campaign, Delivery, Draft, Ledger, Reservation
from tools.offers.delivery.checked import Checker
from tools.offers.delivery.report import DeliveryReport
from tools.offers.funnel.holds import release

BATCH = 500
_NOTHING = "Nothing is approved and waits to be sent; `winback campaign list` shows what is pending."
_CUT_SHORT = "Nothing else waits to be sent, but sending to {target} was cut short; the same command finishes it."


@contextmanager
def alone(home: Path) -> Generator[None]:
    """One sender at a time: two of them must not finish each other's work."""
    with (home / ".delivery.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise WinbackError("Another export or delivery is running; wait until it is done.") from problem
        yield


def approved(ledger: Ledger, *, campaign_id: int | None = None, draft_ids: Sequence[int] | None = None) -> list[int]:
    """Approved drafts that nobody has claimed, or that a server refused, oldest first; of rejected campaigns none."""
    claimed = select(Delivery.draft_id).where(Delivery.state != "failed")
    rejected = select(Campaign.id).where(Campaign.state == "rejected")
    wanted = select(Draft.id).where(Draft.state == "approved", col(Draft.id).not_in(claimed))
    wanted = wanted.where(col(Draft.campaign_id).is_(None) | col(Draft.campaign_id).not_in(rejected))
    if campaign_id is not None:
        wanted = wanted.where(Draft.campaign_id == campaign_id)
    with ledger.session() as session:
        found = [number or 0 for number in session.exec(wanted.order_by(col(Draft.id)))]
    return found if draft_ids is None else [number for number in found if number in set(draft_ids)]


def claim(
    ledger: Ledger, checker: Checker, report: DeliveryReport, via: str, draft_ids: Sequence[int], now: datetime
) -> list[int]:
    """Claims what may be sent, a batch a transaction; returns the claimed."""
    taken: list[int] = []
    for batch in _batches(draft_ids):
        with ledger.exclusive() as session:
            taken += [number for number in batch if _claimed(session, checker, report, via, number, now)]
    return taken


def reclaim(
    ledger: Ledger, checker: Checker, report: DeliveryReport, draft_ids: Sequence[int], now: datetime
) -> list[int]:
    """Of drafts that were claimed and not sent, those that may still be; the others give their claim back."""
    kept: list[int] = []
    for batch in _batches(draft_ids):
        with ledger.exclusive() as session:
            for number in batch:
                row, draft = session.get_one(Delivery, number), session.get_one(Draft, number)
                if _allowed(session, checker, report, draft, now) is None:
                    session.delete(row)
                else:
                    kept.append(number)
    return kept


def unfinished(ledger: Ledger, target: str) -> list[int]:
    """Drafts that were claimed for this target and not marked as sent."""
    wanted = select(Delivery.draft_id).where(Delivery.target == target, Delivery.state == "sending")
    with ledger.session() as session:
        return list(session.exec(wanted.order_by(col(Delivery.draft_id))))


def nothing_to_send(ledger: Ledger) -> WinbackError:
    """What to say where nothing waits, naming a delivery that was cut short."""
    with ledger.session() as session:
        cut = session.exec(select(Delivery.target).where(Delivery.state == "sending").limit(1)).first()
    return WinbackError(_CUT_SHORT.format(target=cut) if cut else _NOTHING)


def mark_sent(ledger: Ledger, draft_ids: Sequence[int], now: datetime) -> int:
    """The contact has been made: the draft is exported. Returns how many were not marked before."""
    count = 0
    for batch in _batches(draft_ids):
        with ledger.exclusive() as session:
            for number in batch:
                row, draft = session.get_one(Delivery, number), session.get_one(Draft, number)
                if row.state != "sent":
                    row.state, row.sent_at, row.error, draft.state = "sent", now, None, "exported"
                    session.add_all((row, draft))
                    count += 1
    return count


def mark_failed(ledger: Ledger, draft_id: int, error: str) -> None:
    """A server refused it for good. The draft stays approved, so that it can be tried again."""
    with ledger.exclusive() as session:
        row = session.get_one(Delivery, draft_id)
        if row.state == "sending":
            row.state, row.error = "failed", error[:500]
            session.add(row)


def _claimed(
    session: Session, checker: Checker, report: DeliveryReport, via: str, draft_id: int, now: datetime
) -> bool:
    draft, row = session.get(Draft, draft_id), session.get(Delivery, draft_id)
    if draft is None or draft.state != "approved" or (row is not None and row.state != "failed"):
        return False  # somebody else was quicker
    moment = _allowed(session, checker, report, draft, now)
    if moment is None:
        return False
    row = row or Delivery(draft_id=draft_id, key=_key(draft), via=via, target="", state="", next_at=now)
    row.via, row.target, row.state = via, report.target, "sending"
    row.attempts, row.next_at = row.attempts + 1, moment
    held = session.get_one(Reservation, draft.decision_id)
    held.contact_at = moment
    session.add_all((row, held))
    session.flush()
    return True


def _allowed(
    session: Session, checker: Checker, report: DeliveryReport, draft: Draft, now: datetime
) -> datetime | None:
    """From when on a draft may be sent. None where it may not: for good, and it is withdrawn, or not yet."""
    verdict = checker.check(session, draft)
    if verdict.withdraw:
        draft.state, draft.reason, draft.decided_at = "withdrawn", verdict.withdraw, now
        session.add(draft)
        release(session, draft.decision_id)
        report.withdrawn[verdict.withdraw] += 1
        return None
    if verdict.defer:
        report.deferred[verdict.defer] += 1
        return None
    return verdict.moment


def _key(draft: Draft) -> str:
    """The same for every attempt, so that a receiver can tell a repetition."""
    return f"winback-{draft.decision_id}-{draft.created_at:%Y%m%d%H%M%S%f}"


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), BATCH):
        yield numbers[start : start + BATCH]
