"""Delivery as a file for a mail tool.

Drafts are claimed first, then the file is written aside and renamed into place, then they are marked as sent. After a
crash the same command goes on: where the file is there already, it may have been used, so it stays as it is and is only
marked; where it is not, what was claimed is checked once more and written. Nobody is in two files.
"""

import csv
import os
import re
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from store.errors import WinbackError
from store.ledger import Ledger
from store.shop import Shop
from tools.context import Actor
from tools.offers.approval import require_decider
from tools.offers.delivery.checked import Checker
from tools.offers.delivery.filled import Filled, filled
from tools.offers.delivery.outbox import alone, approved, claim, mark_sent, nothing_to_send, reclaim, unfinished
from tools.offers.delivery.report import DeliveryReport
from tools.offers.funnel.sweep import sweep
from tools.offers.rights import audited

COLUMNS = [field.name for field in fields(Filled)]
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_PHONE = re.compile(r"\+[\d ]{6,20}")


def export_csv(
    shop: Shop,
    actor: Actor,
    now: datetime,
    path: Path,
    *,
    campaign_id: int | None = None,
    draft_ids: Sequence[int] | None = None,
) -> DeliveryReport:
    """Writes approved drafts (of a campaign, or those named; else all) to `path` and marks them as exported.

    Raises WinbackError where the person may not, where nothing is approved, and where the file exists and is not an
    export that was cut short.
    """
    require_decider(actor, "export")
    target = path.resolve()
    if not target.parent.is_dir() or target.is_dir():
        raise WinbackError(f"{path} cannot be written; give a file name in a folder that exists.")
    sweep(shop.ledger, now)
    report = DeliveryReport(str(target))
    with alone(shop.home):
        begun = unfinished(shop.ledger, report.target)
        if target.exists():
            if not begun or not _holds(target, begun):
                raise WinbackError(f"{path} exists already; give another name, for nothing exported is written over.")
            report.sent = mark_sent(shop.ledger, begun, now)
        else:
            _new_file(
                shop, report, target, begun, approved(shop.ledger, campaign_id=campaign_id, draft_ids=draft_ids), now
            )
        with shop.ledger.session() as session:
            audited(shop, session, actor, now, "campaign.export", {"target": report.target}, report.sent)
    return report


def _new_file(
    shop: Shop, report: DeliveryReport, target: Path, begun: list[int], ready: list[int], now: datetime
) -> None:
    if not ready and not begun:
        raise nothing_to_send(shop.ledger)
    checker = Checker(shop, now, waits=True)
    taken = reclaim(shop.ledger, checker, report, begun, now)
    taken = sorted([*taken, *claim(shop.ledger, checker, report, "csv", ready, now)])
    if taken:
        _write(shop.ledger, target, taken)
        report.sent = mark_sent(shop.ledger, taken, now)


def _write(ledger: Ledger, target: Path, draft_ids: Sequence[int]) -> None:
    draft = target.with_name(f".{target.name}.draft")
    with open(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8-sig", newline=""
    ) as out:
        rows = csv.DictWriter(out, COLUMNS)
        rows.writeheader()
        rows.writerows({name: cell(value) for name, value in asdict(one).items()} for one in filled(ledger, draft_ids))
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _holds(path: Path, draft_ids: Sequence[int]) -> bool:
    """Whether a file is the export of these drafts."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            found = {row.get("draft_id") for row in csv.DictReader(file)}
    except (OSError, ValueError, csv.Error):
        return False
    return {str(number) for number in draft_ids} <= found


def cell(value: Any) -> Any:
    """A value as no spreadsheet takes it for a formula. A phone number is none."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, str) and value.startswith(_FORMULA) and not _PHONE.fullmatch(value):
        return f"'{value}"
    return value
