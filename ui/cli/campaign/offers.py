"""`winback campaign offers`: the catalogue, changed by two people."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.cli.campaign.common import As, Home, Json, Role, acting, opened, rows, said
from ui.cli.common import print_json

if TYPE_CHECKING:
    from store.ledger import CatalogueVersion
    from tools.offers.catalogue.model import Offer

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
    from tools.behaviour.wording import money
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
    budget = money(catalogue.monthly_budget, catalogue.currency)
    said([f"Catalogue {chosen}: {budget} a month at most, {catalogue.holdout.share:.0%} of customers held out."])
    columns = ["offer", "name", "minimum_order", "costs_at_most", "days", "channels"]
    rows(columns, [_cells(one, catalogue.currency) for one in catalogue.offers])
    said([_version(one) for one in versions])


def _cells(offer: "Offer", currency: str) -> list[Any]:
    from tools.behaviour.wording import money

    costs = next((cost for cost in (offer.cost_most, offer.cost_amount, offer.amount) if cost), 0)
    name = offer.name.get("en") or next(iter(offer.name.values()))
    minimum = money(offer.minimum_order, currency) if offer.minimum_order else ""
    return [offer.id, name, minimum, money(costs, currency), offer.valid_days, " ".join(offer.channels)]


def _version(one: "CatalogueVersion") -> str:
    decided = f", {one.state} by {one.decided_by} on {one.decided_at.date()}" if one.decided_at else ", not decided on"
    reason = f" ({one.reason})" if one.reason else ""
    return f"Version {one.version}: proposed by {one.proposed_by} on {one.proposed_at.date()}{decided}{reason}."


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
