"""All commands; what each needs is imported when it runs, so that `--help` is quick."""

import sys

import typer

from ui.cli import ask, campaign, churn, data, demo, evaluation, refresh, reviews, serve, tools, users
from ui.cli.errors import told_in_one_sentence

app = typer.Typer(
    name="winback",
    help="Ask your shop about its customers, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command()(demo.demo)
app.command()(data.load)
app.command()(refresh.refresh)
app.command()(ask.ask)
app.command()(serve.app)
app.add_typer(tools.app, name="tools")
app.add_typer(reviews.app, name="reviews")
app.add_typer(churn.app, name="churn")
app.add_typer(campaign.app, name="campaign")
app.add_typer(users.app, name="users")
app.add_typer(evaluation.app, name="eval")


def main() -> None:
    """Exit codes: 0 done, 1 failed, 2 wrong use."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets a question mark, not an error.
        stream.reconfigure(errors="replace")  # pyright: ignore[reportAttributeAccessIssue]
    with told_in_one_sentence():
        app(prog_name="winback")
