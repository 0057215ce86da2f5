"""Delivery as a file for a mail tool.

Drafts are claimed first, then the file is written aside and renamed into place, then they are marked as sent. The same
command after a crash at any point writes the very same rows to the very same file: nobody is in two files.
"""

import csv
import os
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
from tools.offers.approval.rights import audited
from tools.offers.delivery.checked import Checker
from tools.offers.delivery.filled import Filled, filled
from tools.offers.delivery.outbox import NOTHING_TO_SEND, alone, approved, claim, mark_sent, unfinished
from tools.offers.delivery.report import DeliveryReport
from tools.offers.funnel.sweep import sweep

COLUMNS = [field.name for field in fields(Filled)]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
    target = path.absolute()
    if not target.parent.is_dir() or target.is_dir():
        raise WinbackError(f"{path} cannot be written; give a file name in a folder that exists.")
    sweep(shop.ledger, now)
    with alone(shop.home):
        report = DeliveryReport(str(target))
        begun = unfinished(shop.ledger, report.target)
        if target.exists() and not begun:
            raise WinbackError(f"{path} exists already; give another name, for nothing exported is written over.")
        ready = approved(shop.ledger, campaign_id=campaign_id, draft_ids=draft_ids)
        if not ready and not begun:
            raise WinbackError(NOTHING_TO_SEND)
        taken = sorted([*begun, *claim(shop.ledger, Checker(shop, now, waits=True), report, "csv", ready, now)])
        if taken:
            _write(shop.ledger, target, taken)
            report.sent = mark_sent(shop.ledger, taken, now)
        with shop.ledger.session() as session:
            audited(shop, session, actor, now, "campaign.export", {"target": report.target}, report.sent)
    return report


def _write(ledger: Ledger, target: Path, draft_ids: Sequence[int]) -> None:
    draft = target.with_name(f".{target.name}.draft")
    with draft.open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.DictWriter(out, COLUMNS)
        rows.writeheader()
        rows.writerows({name: cell(value) for name, value in asdict(one).items()} for one in filled(ledger, draft_ids))
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, target)


def cell(value: Any) -> Any:
    """A value as no spreadsheet takes it for a formula; phone numbers keep their plus behind an apostrophe."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
