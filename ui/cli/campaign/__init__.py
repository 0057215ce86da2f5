"""`winback campaign`: plan, approve, send, hear back, and see what it was worth."""

import typer

from ui.cli.campaign import decide, fair, offers, outcomes, plan, policy, preview, results, send, show

app = typer.Typer(no_args_is_help=True)
app.command("plan")(plan.plan)
app.command("list")(show.list_campaigns)
app.command("show")(show.show)
app.command("preview")(preview.preview)
app.command("approve")(decide.approve)
app.command("reject")(decide.reject)
app.command("withdraw")(decide.withdraw)
app.command("edit")(decide.edit)
app.command("export")(send.export)
app.command("deliver")(send.deliver)
app.command("outcomes")(outcomes.outcomes)
app.command("results")(results.results)
app.command("why")(results.why)
app.command("caps")(fair.caps)
app.command("fairness")(fair.fairness)
app.add_typer(offers.app, name="offers")
app.add_typer(policy.app, name="policy")


@app.callback()
def campaign() -> None:
    """Offers: plan, approve, send, hear back, and see what it was worth."""
