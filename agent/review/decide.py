"""A decision on a proposal, made in the ledger by the rules of approval, which also say who may make it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, TypedDict

from langchain.agents.middleware.human_in_the_loop import (
    ActionRequest,
    ApproveDecision,
    EditDecision,
    HITLRequest,
    RejectDecision,
)

from agent.review.request import KINDS
from agent.review.words import not_allowed, told
from store.errors import WinbackError
from store.ledger import Campaign, Draft
from store.shop import Shop
from tools.context import Actor


class Later(TypedDict):
    """No decision now; the proposal stays pending."""

    type: Literal["later"]


Decision = ApproveDecision | EditDecision | RejectDecision | Later


def checked(asked: HITLRequest, decisions: Sequence[Decision]) -> list[tuple[ActionRequest, Decision]]:
    """Every action with its decision. Raises WinbackError where one is missing or not allowed."""
    actions = asked["action_requests"]
    if len(actions) != len(decisions):
        raise WinbackError(f"{len(actions)} proposals wait; give one decision for each, in their order.")
    for action, config, decision in zip(actions, asked["review_configs"], decisions, strict=True):
        allowed = [*config["allowed_decisions"], "later"]
        if decision["type"] not in allowed:
            raise WinbackError(f"{action['name']} takes {', '.join(allowed)}, not {decision['type']!r}.")
    return list(zip(actions, decisions, strict=True))


def apply(
    shop: Shop, actor: Actor, now: datetime, action: ActionRequest, decision: Decision, language: Literal["en", "zh"]
) -> str:
    """Makes the decision and says what came of it. What was decided before stays as it is, and that is said.

    Raises WinbackError when `actor` may not decide, or the decision cannot be made (an edit that breaks a rule).
    """
    if not may_decide(actor):
        raise WinbackError(not_allowed(actor.role, language))
    argument, number = next((name, action["args"][name]) for name in KINDS if name in action["args"])
    if (state := _state(shop, argument, number)) == "pending" and decision["type"] != "later":
        _make(shop, actor, now, {argument: number}, decision)
        state = _state(shop, argument, number)
    return told(KINDS[argument], number, state, language)


def may_decide(actor: Actor) -> bool:
    """Whether this role approves and rejects; others are not asked."""
    from tools.offers import approval

    return approval.may_decide(actor)


def _make(shop: Shop, actor: Actor, now: datetime, target: dict[str, int], decision: Decision) -> None:
    from tools.offers.approval import approve, edit, reject

    if decision["type"] == "reject":
        reject(shop, actor, now, **target, reason=decision.get("message", ""))
        return
    if decision["type"] == "edit":
        texts: dict[str, Any] = decision["edited_action"]["args"]
        edit(shop, actor, now, draft_id=target["draft_id"], subject=texts.get("subject"), body=texts["body"])
    approve(shop, actor, now, **target)


def _state(shop: Shop, argument: str, number: int) -> str:
    with shop.ledger.session() as session:
        row = session.get(Draft if argument == "draft_id" else Campaign, number)
    return row.state if row else "unknown"
