"""A decision said in the conversation itself: "approve it", "reject draft 12: too pushy", 批准. No model reads it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from langchain_core.messages import AnyMessage

from agent.review.request import Proposal, proposals
from agent.window import turns
from store.errors import WinbackError

_LEAD = r"(?:(?:yes|yep|ok|okay|great|good|fine|perfect|please|looks good|go ahead(?: and)?|i|we)[\s,.!]*)*"
_WHAT = (
    r"(?P<what>(?:it|this|that)(?: one)?|(?:them )?(?:all|both)(?: of them)?|them"
    r"|(?:the |this |that )?(?:(?:draft|campaign|plan|message)s?)?\s*(?:(?:no\.?|#)?\s*d?0*(?P<number>\d+))?)"
)
_ENGLISH = re.compile(
    rf"{_LEAD}(?P<verb>approve|reject)(?:\s+{_WHAT})?(?:\s+please)?(?:\s*[:,-]\s*(?P<why>.+)|\s+because\s+(?P<cause>.+))?[.!\s]*",
    re.IGNORECASE | re.DOTALL,
)
_CHINESE = re.compile(
    r"(?:(?:好的?|可以|行|没问题|请)[，,。！!\s]*)*(?P<verb>批准|同意|通过|否决|驳回|拒绝)"
    r"(?P<what>它们?|这[个份条些]|全部|两个|都|(?:这[个份条]|该)?(?:草稿|活动|方案|消息)\s*(?:d?0*(?P<number>\d+))?(?:号)?)?"
    r"[吧了]?(?:[，,：:]\s*(?P<why>.+))?[。！!\s]*",
    re.DOTALL,
)
_APPROVING = frozenset({"approve", "批准", "同意", "通过"})
_SEVERAL = re.compile(r"them|all|both|s$|它们|这些|全部|两个|都", re.IGNORECASE)


@dataclass(frozen=True)
class Spoken:
    """What a message decides. `number` names one proposal, `several` means all; else it is about the only one."""

    type: Literal["approve", "reject"]
    number: int | None = None
    several: bool = False
    reason: str = ""

    @property
    def decision(self) -> Any:
        return {"type": "approve"} if self.type == "approve" else {"type": "reject", "message": self.reason}


def spoken(text: str) -> Spoken | None:
    """The decision, where the whole message is one."""
    found = _ENGLISH.fullmatch(text.strip()) or _CHINESE.fullmatch(text.strip())
    if found is None:
        return None
    parts = found.groupdict()
    approving = parts["verb"].lower() in _APPROVING
    reason = (parts.get("why") or parts.get("cause") or "").strip()
    if approving and reason:
        return None
    number = int(parts["number"]) if parts["number"] else None
    return Spoken("approve" if approving else "reject", number, bool(_SEVERAL.search(parts["what"] or "")), reason)


def latest(messages: Sequence[AnyMessage]) -> list[Proposal]:
    """What was proposed in the latest turn that proposed something."""
    made = (proposals(turn) for turn in reversed(turns([*messages])))
    return next(filter(None, made), list[Proposal]())


def meant(said: Spoken, found: Sequence[Proposal]) -> list[Proposal]:
    """The proposals that a decision is about. Raises WinbackError where that is not clear."""
    if not found:
        raise WinbackError("This conversation proposed nothing; `winback campaign list` shows what waits for approval.")
    named = [one for one in found if said.number in (None, one.id)]
    if len(named) == 1 or (named and said.several):
        return named
    ways = ", ".join(f"{one.kind} {one.id}" for one in found)
    raise WinbackError(
        f"This conversation proposed {ways}; say which one you mean, for example: {said.type} {ways.split(',')[0]}."
    )
