"""`winback campaign offers`: the catalogue, changed by two people."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ui.cli.campaign.common import As, Home, Json, Role, acting, opened, rows, said
from ui.cli.common import print_json

app = typer.Typer(no_args_is_help=True, help="The catalogue of offers: one person proposes, another approves.")
Version = Annotated[int, typer.Argument(help="The catalogue's version.")]


@app.command("show")
def show(
    version: Annotated[int | None, typer.Argument(help="A version (default: the one in force).")] = None,
    text: Annotated[bool, typer.Option("--text", help="Print its YAML, to change and propose again.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """What is offered, and which versions there are."""
    from sqlmodel import col, select

    from store.ledger import CatalogueVersion
    from tools.offers.catalogue import active_catalogue, catalogue_of

    with opened(home) as shop:
        active = None if version else active_catalogue(shop.ledger)[0]
        chosen = version or active or 0
        catalogue = catalogue_of(shop.ledger, chosen)
        with shop.ledger.session() as session:
            versions = list(session.exec(select(CatalogueVersion).order_by(col(CatalogueVersion.version).desc())))
    if text:
        typer.echo(next(one.text for one in versions if one.version == chosen), nl=False)
        return
    if as_json:
        print_json({"version": chosen, "catalogue": catalogue.model_dump(mode="json"), "versions": versions})
        return
    columns = ["offer", "kind", "name", "minimum_order", "most_it_costs", "channels", "days"]
    cost = ["cost_most", "cost_amount", "amount"]
    rows(
        columns,
        [
            [
                one.id,
                one.kind,
                one.name.get("en") or next(iter(one.name.values())),
                one.minimum_order,
                next((getattr(one, name) for name in cost if getattr(one, name)), 0),
                ", ".join(one.channels),
                one.valid_days,
            ]
            for one in catalogue.offers
        ],
        f"Catalogue {chosen}, {catalogue.monthly_budget:,} {catalogue.currency} a month, "
        f"{catalogue.holdout.share:.0%} of customers held out",
    )
    said(
        [
            f"Version {one.version}: {one.state}, proposed by {one.proposed_by} on {one.proposed_at.date()}"
            for one in versions
        ]
    )


@app.command("propose")
def propose(
    file: Annotated[Path, typer.Argument(help="A YAML file; `winback campaign offers show --text` prints one.")],
    as_name: As = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Keep a catalogue until another person decides on it."""
    from store.errors import WinbackError
    from tools.offers.catalogue import propose_catalogue

    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise WinbackError(f"{file} cannot be read; give a YAML file in UTF-8.") from problem
    with opened(home) as shop:
        actor = acting("marketer", as_name)
        version = propose_catalogue(shop.ledger, text, actor.id, datetime.now())
    if as_json:
        print_json({"version": version})
    else:
        told = f"Catalogue {version} is proposed by {actor.id}; somebody else approves it with"
        said([f"{told} `winback campaign offers approve {version}`."])


@app.command("approve")
def approve(version: Version, role: Role = "approver", as_name: As = None, home: Home = None) -> None:
    """Put a proposed catalogue in force; not for the person who proposed it."""
    _decide(version, True, None, role, as_name, home)


@app.command("reject")
def reject(
    version: Version,
    reason: Annotated[str | None, typer.Option(help="Why; it is kept.")] = None,
    role: Role = "approver",
    as_name: As = None,
    home: Home = None,
) -> None:
    """Turn a proposed catalogue down."""
    _decide(version, False, reason, role, as_name, home)


def _decide(version: int, yes: bool, reason: str | None, role: Role, as_name: str | None, home: Path | None) -> None:
    from tools.offers.approval import require_decider
    from tools.offers.catalogue import decide_catalogue

    actor = acting(role, as_name)
    require_decider(actor, "decide on a catalogue")
    with opened(home) as shop:
        decide_catalogue(shop.ledger, version, actor.id, datetime.now(), yes, reason)
    said([f"Catalogue {version} is {'approved and in force' if yes else 'rejected'}."])
