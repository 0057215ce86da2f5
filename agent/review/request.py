"""What a turn proposed, and how a person is asked about it: LangChain's request for a human in the loop."""

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, cast

from langchain.agents.middleware.human_in_the_loop import ActionRequest, DecisionType, HITLRequest, ReviewConfig
from langchain_core.messages import AnyMessage, ToolMessage

from store.ledger import Draft, Ledger, Message
from tools.result import Artifact

_SAMPLES = 5
_SHOWN = ("offer", "channel", "language", "subject", "body", "drafts")

Kind = Literal["draft", "campaign"]
KINDS: dict[str, Kind] = {"draft_id": "draft", "campaign_id": "campaign"}


class Proposal(NamedTuple):
    """A pending draft or campaign that `tool` wrote; `argument` is `draft_id` or `campaign_id`."""

    tool: str
    argument: str
    id: int
    text: str

    @property
    def kind(self) -> Kind:
        return KINDS[self.argument]


def proposed(artifact: Artifact | None) -> dict[str, int] | None:
    """The id under which a proposal was saved, as its artifact tells it: `{"draft_id": 12}`."""
    if artifact is None or not artifact.rows:
        return None
    cells = dict(zip(artifact.columns, artifact.rows[0], strict=False))
    return next(({name: cells[name]} for name in KINDS if isinstance(cells.get(name), int)), None)


def proposals(messages: Iterable[AnyMessage]) -> list[Proposal]:
    """What these messages proposed, each draft or campaign once: as it was written last."""
    found: dict[tuple[str, int], Proposal] = {}
    for message in messages:
        if isinstance(message, ToolMessage) and isinstance(message.artifact, dict):
            saved: dict[str, int] = cast("dict[str, Any]", message.artifact).get("saved") or {}
            for argument, number in saved.items():
                found[argument, number] = Proposal(message.name or "", argument, number, message.text)
    return list(found.values())


def request(found: Iterable[Proposal], ledger: Ledger) -> HITLRequest:
    """One action for each proposal. A draft's arguments are its texts, which an edit may change, a campaign's are a
    few of its texts (`samples`); merge tags stand in them for whatever is personal.
    """
    actions = [_action(one, ledger) for one in found]
    return HITLRequest(action_requests=actions, review_configs=[_config(one) for one in actions])


def _action(one: Proposal, ledger: Ledger) -> ActionRequest:
    texts = _text(ledger, one.id) if one.kind == "draft" else {"samples": _samples(ledger, one.id)}
    return ActionRequest(name=one.tool, args={one.argument: one.id, **texts}, description=one.text)


def _text(ledger: Ledger, draft_id: int) -> dict[str, Any]:
    with ledger.session() as session:
        draft = session.get(Draft, draft_id)
        message = session.get(Message, draft.message_id) if draft else None
    return {"subject": message.subject, "body": message.body} if message else {}


def _samples(ledger: Ledger, campaign_id: int) -> list[dict[str, Any]]:
    from tools.offers.approval import preview

    found = preview(ledger, campaign_id)[:_SAMPLES]
    return [{name: getattr(one, name) for name in _SHOWN} for one in found]


def _config(action: ActionRequest) -> ReviewConfig:
    allowed: list[DecisionType] = ["approve", "edit", "reject"] if "body" in action["args"] else ["approve", "reject"]
    return ReviewConfig(action_name=action["name"], allowed_decisions=allowed)
