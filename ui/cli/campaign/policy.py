"""`winback campaign policy`: what picks the offers, and what it is estimated to gain."""

from datetime import datetime
from typing import Annotated, Any

import typer

from ui.cli.campaign.common import As, Home, Json, Role, acting, opened, said
from ui.cli.common import print_json

app = typer.Typer(no_args_is_help=True, help="The policy that picks offers: what is learned, what is live.")


@app.command("show")
def show(home: Home = None, as_json: Json = False) -> None:
    """The mode, the live policy, and what has been learned, with the estimated gain of each."""
    from sqlmodel import col, select

    from store.ledger import PolicyVersion
    from tools.offers.policy import live_policy, mode_now

    with opened(home) as shop:
        live, mode = live_policy(shop), mode_now(shop.ledger)
        with shop.ledger.session() as session:
            found = list(session.exec(select(PolicyVersion).order_by(col(PolicyVersion.created_at).desc())))
    if as_json:
        print_json(
            {
                "mode": vars(mode),
                "live": live.version,
                "note": live.note,
                "versions": [one.model_dump() for one in found],
            }
        )
        return
    always = f", always {mode.offer}" if mode.offer else ""
    said([f"Live: {live.version}, mode {mode.mode}{always}.", *([live.note] if live.note else [])])
    if found:
        said(["Estimated gain per customer over the policy that was live, with 95% certainty:"])
        said([f"  {one.version} ({one.state}, {one.decisions:,} decisions): {_gain(one.evaluation)}" for one in found])


@app.command("mode")
def mode(
    name: Annotated[str, typer.Argument(help="explore, exploit or fixed.")],
    offer: Annotated[str | None, typer.Option(help="With fixed: the offer that everybody gets.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why; it is kept.")] = None,
    role: Role = "approver",
    as_name: As = None,
    home: Home = None,
) -> None:
    """Explore (learn while picking), exploit (pick the best known), or always give one offer."""
    from tools.offers.approval import require_decider
    from tools.offers.policy import set_mode

    actor = acting(role, as_name)
    require_decider(actor, "change the mode")
    with opened(home) as shop:
        now = set_mode(shop.ledger, name, offer, actor.id, datetime.now(), reason)
    said([f"Mode {now.mode}{f', always {now.offer}' if now.offer else ''}, from now on."])


@app.command("deploy")
def deploy(
    version: Annotated[str, typer.Argument(help="A version that `winback campaign policy show` lists.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Although its gain is not yet known.")] = False,
    role: Role = "approver",
    as_name: As = None,
    home: Home = None,
) -> None:
    """Show what a policy is estimated to gain, ask, and put it in force."""
    from tools.offers.policy import deploy as put
    from tools.offers.policy import estimate

    with opened(home) as shop:
        said([f"{version}: estimated gain per customer {_gain(estimate(shop, version))}."])
        if not yes and not typer.confirm("Pick offers by it from now on?"):
            said(["Nothing has changed."])
            return
        put(shop, version, acting(role, as_name), datetime.now(), anyway=anyway)
    said([f"{version} is live."])


@app.command("back")
def back(role: Role = "approver", as_name: As = None, home: Home = None) -> None:
    """Go back to the last good policy."""
    from tools.offers.policy import switch_back

    with opened(home) as shop:
        version = switch_back(shop, acting(role, as_name), datetime.now())
    said([f"{version} is live again."])


def _gain(evaluation: dict[str, Any]) -> str:
    gain: dict[str, Any] = (evaluation.get("gain") or {}).get("DR") or {}
    if not gain:
        return "not yet known" + (f" ({evaluation['reason']})" if evaluation.get("reason") else "")
    found = f"{gain['value']:+.2f} ({gain['low']:+.2f} to {gain['high']:+.2f})"
    if not evaluation.get("conclusive"):
        return f"{found}, not yet conclusive"
    return found if gain["low"] > 0 or gain["high"] < 0 else f"{found}, so not shown to be better or worse"
