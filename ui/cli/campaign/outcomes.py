"""`winback campaign outcomes`: a file, or a receiver that a shop system calls."""

import csv
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.campaign.common import Home, Json, opened, said
from ui.cli.common import print_json

if TYPE_CHECKING:
    from store.shop import Shop
    from tools.offers.outcomes import OutcomeReport


def outcomes(
    source: Annotated[str, typer.Argument(help="A CSV, Parquet or Excel file; or `webhook` to listen for them.")],
    rejects: Annotated[Path | None, typer.Option(help="Where refused rows go (default: FILE.rejects.csv).")] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="With `webhook`: the port to listen on.")] = 8765,
    host: Annotated[str, typer.Option(help="With `webhook`: the address to listen on.")] = "127.0.0.1",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Take in what came back: orders, refunds, openings, clicks, unsubscriptions, bounces."""
    with opened(home) as shop:
        if source == "webhook":
            _listen(shop, host, port)
            return
        from tools.offers.outcomes import read_rows, take_outcomes

        path = Path(source)
        report = take_outcomes(shop, read_rows(path), path.name, datetime.now())
    target = rejects or path.with_name(f"{path.name}.rejects.csv")
    if report.rejects:
        _write(target, report)
    _told(report, target, as_json)


def _listen(shop: "Shop", host: str, port: int) -> None:
    import uvicorn

    from tools.offers.outcomes.receiver import PATH, receiver

    application = receiver(shop)
    said([f"Listening for signed outcomes at http://{host}:{port}{PATH}; Ctrl-C ends it."])
    uvicorn.run(application, host=host, port=port, log_level="warning", access_log=False)


def _write(target: Path, report: "OutcomeReport") -> None:
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["line", "reason", "row"])
        writer.writerows(
            (line, reason, json.dumps(row, default=str, ensure_ascii=False)) for line, reason, row in report.rejects
        )


def _told(report: "OutcomeReport", rejects: Path, as_json: bool) -> None:
    numbers = {
        name: getattr(report, name)
        for name in ("read", "matched", "late", "unmatched", "duplicates", "rejected", "unsubscribed")
    }
    where = str(rejects) if report.rejects else None
    if as_json:
        print_json({**numbers, "reasons": report.reasons, "rejects": where, "notes": report.notes})
        return
    said(
        [
            f"{report.read:,} read: {report.matched:,} matched, {report.late:,} outside of any window, "
            f"{report.unmatched:,} about customers without an offer, {report.duplicates:,} told before, "
            f"{report.rejected:,} rejected.",
            *(
                [f"{_customers(report.unsubscribed)} any more: their consent is withdrawn."]
                if report.unsubscribed
                else []
            ),
            *(f"{number:,} rejected: {reason}." for reason, number in report.reasons.most_common(5)),
            *([f"The rejected rows are in {where}."] if where else []),
            *report.notes,
        ]
    )


def _customers(number: int) -> str:
    return "1 customer does not want to be written to" if number == 1 else f"{number:,} do not want to be written to"
