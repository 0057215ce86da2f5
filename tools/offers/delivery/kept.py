"""Exports that the shop keeps: files in HOME/exports, so that a broken download can be repeated."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlmodel import col, func, select

from store.errors import WinbackError
from store.ledger import Delivery, Draft
from store.shop import Shop
from tools.context import Actor
from tools.offers.delivery.csv_file import export_csv
from tools.offers.rights import audited, require_decider

_NAME = re.compile(r"campaign-\d{1,9}-\d{8}-\d{6}\.csv")


@dataclass(frozen=True)
class KeptFile:
    """What of a campaign went where: `sent` messages; `kept` where the file is still here to be downloaded."""

    name: str
    sent: int
    kept: bool


def export_kept(shop: Shop, actor: Actor, now: datetime, campaign_id: int) -> Path:
    """Exports what is approved of a campaign to a new file, or finishes one that was cut short.

    Raises WinbackError where the person may not, and where nothing can be sent.
    """
    require_decider(actor, "export")
    folder = _folder(shop)
    folder.mkdir(mode=0o700, exist_ok=True)
    path = _begun(shop, campaign_id, folder) or folder / f"campaign-{campaign_id}-{now:%Y%m%d-%H%M%S}.csv"
    report = export_csv(shop, actor, now, path, campaign_id=campaign_id)
    if not path.exists():
        reasons = "; ".join(f"{number:,} {why}" for why, number in (report.withdrawn + report.deferred).most_common(3))
        raise WinbackError(f"Nothing could be sent: {reasons}.")
    return path


def kept_files(shop: Shop, campaign_id: int) -> list[KeptFile]:
    """Where the sent messages of a campaign went, the latest first; of a URL only its host is named."""
    wanted = (
        select(Delivery.target, func.count())
        .join(Draft, col(Draft.id) == Delivery.draft_id)
        .where(Draft.campaign_id == campaign_id, Delivery.state == "sent")
        .group_by(Delivery.target)
        .order_by(func.max(Delivery.sent_at).desc())
    )
    with shop.ledger.session() as session:
        rows = session.exec(wanted).all()
    return [KeptFile(_shown(target), number, _is_kept(shop, Path(target))) for target, number in rows]


def kept_file(shop: Shop, actor: Actor, now: datetime, campaign_id: int, name: str) -> Path:
    """A file of a campaign that was exported before; noted in the audit, for it holds contacts.

    Raises WinbackError where the person may not, and where there is no such file.
    """
    require_decider(actor, "export")
    if not any(one.kept and one.name == name for one in kept_files(shop, campaign_id)):
        raise WinbackError("There is no such export any more.")
    with shop.ledger.session() as session:
        audited(shop, session, actor, now, "campaign.download", {"campaign_id": campaign_id, "file": name})
    return _folder(shop) / name


def _shown(target: str) -> str:
    return urlsplit(target).hostname or target if "://" in target else Path(target).name


def _folder(shop: Shop) -> Path:
    return shop.home.resolve() / "exports"


def _is_kept(shop: Shop, path: Path) -> bool:
    return path.parent == _folder(shop) and bool(_NAME.fullmatch(path.name)) and path.is_file()


def _begun(shop: Shop, campaign_id: int, folder: Path) -> Path | None:
    """The file that an export of this campaign was cut short at."""
    wanted = select(Delivery.target).join(Draft, col(Draft.id) == Delivery.draft_id)
    wanted = wanted.where(Draft.campaign_id == campaign_id, Delivery.state == "sending", Delivery.via == "csv")
    with shop.ledger.session() as session:
        targets = [Path(target) for target in session.exec(wanted.distinct())]
    return next((path for path in targets if path.parent == folder and _NAME.fullmatch(path.name)), None)
