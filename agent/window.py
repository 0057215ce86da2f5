"""Fitting a conversation into the model's window: whole turns, newest first, and long tool texts cut."""

import json
import re
from collections.abc import Iterable
from functools import lru_cache

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage

DEFAULT_WINDOW = 8192

_ONE_EACH = re.compile(r"[\d\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]")
_PER_MESSAGE = 6
_LEAST_KEPT = 40
_CUT_MARK = "\n(cut: too long for the model)"
_FENCE = ("<<<", ">>>")  # of prompts/fence.md, which stays closed


def window_of(model: BaseChatModel) -> int:
    """Tokens that the model can read and write in one call; 8192 where nobody says."""
    return int((model.profile or {}).get("max_input_tokens") or DEFAULT_WINDOW)


def answer_tokens(window: int) -> int:
    """What is kept free for the answer; thinking models need much of it."""
    return min(4096, window // 3)


@lru_cache(maxsize=4096)
def tokens(text: str) -> int:
    """About how many tokens a text has; rather too many: digits and Chinese characters one each, else three to one."""
    single = len(_ONE_EACH.findall(text))
    return single + (len(text) - single + 2) // 3


def message_tokens(message: AnyMessage) -> int:
    size = tokens(message.text) + _PER_MESSAGE
    if isinstance(message, AIMessage):
        size += sum(
            tokens(json.dumps(call["args"], ensure_ascii=False)) + _PER_MESSAGE * 2 for call in message.tool_calls
        )
    return size


def correction(text: str) -> HumanMessage:
    """A remark to the model within a turn; it does not begin a turn of its own."""
    return HumanMessage(text, additional_kwargs={"correction": True})


def turns(messages: list[AnyMessage]) -> list[list[AnyMessage]]:
    """The messages by turn; a turn begins with what a person said."""
    parts: list[list[AnyMessage]] = []
    for message in messages:
        if not parts or (isinstance(message, HumanMessage) and not message.additional_kwargs.get("correction")):
            parts.append([])
        parts[-1].append(message)
    return parts


def this_turn(messages: list[AnyMessage]) -> list[AnyMessage]:
    return turns(messages)[-1] if messages else []


def fit(messages: list[AnyMessage], budget: int) -> list[AnyMessage]:
    """The present turn, cut if need be, and as many finished turns before it as `budget` tokens allow."""
    if not messages:
        return []
    *earlier, present = turns(messages)
    present = _shorten(present, budget)
    left = budget - _size(present)
    kept: list[list[AnyMessage]] = []
    for turn in reversed([turn for turn in earlier if _is_finished(turn)]):
        left -= _size(turn)
        if left < 0:
            break
        kept.append(turn)
    return [message for turn in [*reversed(kept), present] for message in turn]


def _size(messages: Iterable[AnyMessage]) -> int:
    return sum(map(message_tokens, messages))


def _is_finished(turn: list[AnyMessage]) -> bool:
    """A turn that broke off (the server failed, the person interrupted) would leave calls without answers."""
    return isinstance(turn[-1], AIMessage) and not turn[-1].tool_calls


def _shorten(turn: list[AnyMessage], budget: int) -> list[AnyMessage]:
    """Tool texts first, then the question, each to an equal share of what is over."""
    for kind in (ToolMessage, HumanMessage):
        over = _size(turn) - budget
        if over <= 0:
            return turn
        long = [message for message in turn if isinstance(message, kind)]
        share = (_size(long) - over) // max(1, len(long)) - tokens(_CUT_MARK) - _PER_MESSAGE
        turn = [cut(message, max(_LEAST_KEPT, share)) if isinstance(message, kind) else message for message in turn]
    return turn


def cut(message: AnyMessage, limit: int) -> AnyMessage:
    text = cut_text(message.text, limit)
    if text == message.text:
        return message
    end = f"\n{_FENCE[1]}" if _FENCE[0] in text and _FENCE[1] not in text else ""
    return message.model_copy(update={"content": text + end + _CUT_MARK})


def cut_text(text: str, limit: int) -> str:
    """At most `limit` tokens of the text, whole lines if the first line fits."""
    if tokens(text) <= limit:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if tokens.__wrapped__(text[:middle]) <= limit else (low, middle - 1)
    return text[: text.rfind("\n", 1, low)] if "\n" in text[1:low] else text[:low]
