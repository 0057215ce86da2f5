"""A proposal as a card, to be decided in place."""

from dataclasses import replace

from markupsafe import Markup

from ui.app.frame.html import Templates
from ui.app.frame.words import Language, Words
from ui.app.shown.table import HERE
from ui.app.shown.views import ProposalView

_MOODS = {"pending": "wb-warn", "approved": "wb-good", "sent": "wb-good", "delivered": "wb-good", "rejected": "wb-bad"}


def card(proposal: ProposalView, language: Language) -> Markup:
    """The draft or campaign with Approve, Edit and Reject as far as `allowed` says; else its state.

    Its buttons and forms carry `data-act`, `data-kind` and `data-id`; the forms also `reason`, `subject`, `body`.
    """
    words = Words(HERE, language)
    samples = [{**one, "channel_name": words.or_plain("channel", one["channel"])} for one in proposal.samples]
    return Templates(HERE)(
        "card",
        t=words,
        one=replace(proposal, samples=samples),
        name=words(f"card.{proposal.kind}", id=proposal.id),
        state=words.or_plain("state", proposal.state),
        mood=_MOODS.get(proposal.state, ""),
    )
