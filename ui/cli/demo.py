"""`winback demo`: a shop to try, a few questions, and the application."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.common import Home, ModelUrl, Role, opened_shop, settings_for
from ui.cli.progress import progress_bar
from ui.cli.serve import PORT, serve

if TYPE_CHECKING:
    from store.shop import Shop

QUESTIONS = (
    "What was our revenue by country last quarter?",
    "Who are the ten most valuable customers we are about to lose, and why?",
    "What should we show c000042 next?",
    "Which offer suits c000042 best?",
    "Draft a win-back for c000042 as an email",
    "How did the last campaign do?",
    "What do customers say about delivery?",
    "上个月客户对物流怎么看？",
)


def demo(
    customers: Annotated[int, typer.Option(min=1, help="How many customers the demo shop has.")] = 5000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same shop.")] = 7,
    home: Home = None,
    role: Role = "marketer",
    model_url: ModelUrl = None,
    open_app: Annotated[bool, typer.Option("--app/--no-app", help="Open the application at the end.")] = True,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The application's port.")] = PORT,
) -> None:
    """Make the demo shop, ask it a few questions, and open the application."""
    from ui.cli.chat import Chat
    from ui.cli.demo_campaign import run_campaign

    settings = settings_for(home, model_url=model_url)
    _make(settings.home, customers, seed)
    with opened_shop(settings) as shop:
        _refresh(shop)
        run_campaign(shop)
        for question in QUESTIONS:
            typer.echo()
            Chat(shop, role).ask(question, echo=True)
    if open_app:
        typer.echo()
        serve(settings, port=port)


def _make(home: Path, customers: int, seed: int) -> None:
    from store.warehouse.pointer import pointer_text

    if pointer_text(home, "facts") is not None:
        return
    from store.demo import make_demo

    with progress_bar() as progress:
        made = make_demo(home, customers=customers, seed=seed, progress=progress)
    rows = ", ".join(f"{count:,} {table}" for table, count in made.rows.items())
    typer.echo(f"The demo shop is in {home}: {rows}.")


def _refresh(shop: "Shop") -> None:
    """Once: what is refreshed already costs only a look, but a shop in use is its owner's to refresh."""
    if not shop.warehouse.has("churn_scores"):
        from ui.cli.refresh import run_refresh, show

        report, _ = run_refresh(shop, escalate=0)
        show(report)
