"""Proposals of a turn as cards; their state is the ledger's, so that one decided elsewhere says so."""

from typing import Any, Literal

from markupsafe import Markup

from agent.review import may_decide
from agent.transcript import KeptTurn
from store.ledger import Campaign, Draft, Ledger, Message
from tools.context import Actor
from tools.offers.approval import preview
from ui.app.frame.words import Language
from ui.app.shown import ProposalView, card

_SAMPLES = 5
_SAMPLE = ("offer", "channel", "language", "subject", "body", "drafts")


def cards(turn: KeptTurn, ledger: Ledger, actor: Actor, language: Language, mine: bool) -> list[Markup]:
    """One card for each draft or campaign that the turn proposed; with buttons only for who may decide."""
    saved = {key: None for call in turn.calls for key in (call.saved or {}).items()}
    decides = mine and may_decide(actor)
    return [card(_view(ledger, name, number, decides), language) for name, number in saved]


def _view(ledger: Ledger, argument: str, number: int, decides: bool) -> ProposalView:
    kind: Literal["draft", "campaign"] = "draft" if argument == "draft_id" else "campaign"
    with ledger.session() as session:
        row = session.get(Draft if kind == "draft" else Campaign, number)
        message = session.get(Message, row.message_id) if isinstance(row, Draft) else None
    state = row.state if row is not None else "withdrawn"
    may = ("approve", "edit", "reject") if kind == "draft" else ("approve", "reject")
    allowed = may if decides and state == "pending" else ()
    if kind == "draft":
        subject, body = (message.subject, message.body) if message else (None, "")
        return ProposalView("draft", number, state, allowed, subject, body)
    samples: list[dict[str, Any]] = [
        {name: getattr(one, name) for name in _SAMPLE} for one in preview(ledger, number)[:_SAMPLES]
    ]
    return ProposalView("campaign", number, state, allowed, samples=samples)
