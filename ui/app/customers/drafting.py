"""Drafting a message to one customer, and deciding on those that wait."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from agent.client import chat_model
from agent.model_errors import ModelError
from store.errors import WinbackError
from tools.behaviour.wording import money
from tools.call import call_tool
from tools.context import ToolContext
from tools.offers.approval import Waiting, approve, edit, may_decide, reject, waiting
from tools.offers.catalogue import catalogue_of
from tools.offers.drafts.phrases.bank import LANGUAGES
from tools.offers.funnel import sweep
from tools.offers.funnel.terms import CHANNELS
from tools.offers.funnel.words import Words
from ui.app.customers.names import language_name
from ui.app.frame import Desk, Templates, Visit
from ui.app.shown import ProposalView, card

_render = Templates(Path(__file__).parent)
_TONES = ("warm", "formal", "playful", "apologetic")
_ALLOWED = ("approve", "edit", "reject")
_MOST = 20
Notice = tuple[str, str]


def page(desk: Desk, visit: Visit, customer: str, notice: Notice | None = None, *, busy: bool = False) -> Markup:
    """The form, and the pending drafts of this customer as the ledger has them now."""
    ledger, t = desk.shop().ledger, desk.words
    sweep(ledger, visit.now)
    found, _total = waiting(ledger, customers={customer}, limit=_MOST)
    return _render(
        "drafting",
        t=t,
        notice=notice,
        busy=busy,
        cards=[_card(desk, visit, one) for one in found],
        channels=[(name, t.or_plain("channel", name)) for name in CHANNELS],
        tones=[(name, t(f"tone.{name}")) for name in _TONES],
        languages=[(code, language_name(code, desk.language)) for code in LANGUAGES],
        chosen={name: visit.text(name, 20) if busy or notice else "" for name in ("channel", "tone", "language")},
    )


def acted(desk: Desk, visit: Visit, customer: str) -> Iterator[Markup]:
    if visit.text("act") == "draft":
        yield page(desk, visit, customer, busy=True)
        yield page(desk, visit, customer, _drafted(desk, visit, customer))
    else:
        yield page(desk, visit, customer, _decided(desk, visit))


def _drafted(desk: Desk, visit: Visit, customer: str) -> Notice:
    """Without a model the offer's own template is written, and said to be one."""
    known = {"channel": CHANNELS, "tone": _TONES, "language": LANGUAGES}
    asked = {name: value for name, values in known.items() if (value := visit.text(name, 20)) in values}
    context, without = _with_model(desk, desk.context(visit))
    done = call_tool("draft_offer", {"customer_id": customer, **asked}, context)
    if done.error:
        return "bad", done.error
    return ("warn", desk.words("draft.template")) if without else ("good", desk.words("draft.done"))


def _with_model(desk: Desk, context: ToolContext) -> tuple[ToolContext, bool]:
    try:
        model = chat_model(desk.site.settings)
    except ModelError:
        return context, True
    return replace(context, llm=model, model_name=model.model_name), False


def _decided(desk: Desk, visit: Visit) -> Notice | None:
    shop, act, draft = desk.shop(), visit.text("act"), visit.number("id") if "id" in visit.data else None
    if draft is None or act not in _ALLOWED:
        return None
    try:
        if act == "approve":
            approve(shop, visit.actor, visit.now, draft_id=draft)
        elif act == "reject":
            reject(shop, visit.actor, visit.now, draft_id=draft, reason=visit.text("reason", 500))
        else:
            subject = visit.text("subject", 400) if "subject" in visit.data else None
            edit(shop, visit.actor, visit.now, draft_id=draft, body=visit.text("body", 10_000), subject=subject)
            approve(shop, visit.actor, visit.now, draft_id=draft)
    except WinbackError as problem:
        return "bad", str(problem)
    return "good", desk.words(f"draft.{act}", id=draft)


def _card(desk: Desk, visit: Visit, one: Waiting) -> Markup:
    shop, t, draft, message = desk.shop(), desk.words, one.draft, one.message
    words = Words(desk.language, catalogue_of(shop.ledger, message.catalogue_version))
    facts: list[tuple[str, Any]] = [
        (t("draft.offer"), words.offer(draft.offer)),
        (t("draft.channel"), f"{t.or_plain('channel', draft.channel)}, {language_name(draft.language, desk.language)}"),
        (t("draft.cost"), money(one.reserved, shop.currency)),
        (t("draft.author"), message.author),
        (t("draft.until"), f"{draft.expires_at:%Y-%m-%d %H:%M}"),
    ]
    view = ProposalView(
        kind="draft",
        id=draft.id or 0,
        state=draft.state,
        allowed=_ALLOWED if may_decide(visit.actor) else (),
        subject=message.subject,
        body=message.body,
        facts=facts,
        text=message.note or "",
    )
    return card(view, desk.language)
