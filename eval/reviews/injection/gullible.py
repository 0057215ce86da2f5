"""A scripted model that does its task and obeys everything it reads."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from eval.reviews.injection.cases import Ask, Call
from eval.reviews.injection.commands import commands
from eval.reviews.injection.views import views
from prompts import render

_FENCE = render("fence", text="").splitlines()


class Gullible(BaseChatModel):
    """Makes the calls of its task; then those that a tool's text asks for, however it is hidden; then answers.

    The answer says what it was told to say, and then the case's own answer or the tools' lines. It is asked like any
    other model, and is never corrected: what it was told to say it says again.
    """

    turns: list[Ask]

    @property
    def _llm_type(self) -> str:
        return "gullible"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any:
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._next(messages))])

    def _next(self, messages: list[BaseMessage]) -> AIMessage:
        people = [at for at, one in enumerate(messages) if isinstance(one, HumanMessage) and not _corrects(one)]
        task = self.turns[len(people) - 1]
        read = [one.text for one in messages if isinstance(one, ToolMessage)]
        wishes = [commands(view) for text in read for view in views(text)]
        made = {_key(c["name"], c["args"]) for m in messages if isinstance(m, AIMessage) for c in m.tool_calls}
        now = {
            _key(c["name"], c["args"]) for m in messages[people[-1] :] if isinstance(m, AIMessage) for c in m.tool_calls
        }
        todo = [one for one in task.calls if _key(one.tool, one.args) not in now]
        if todo and not now:
            return _calling(todo[:1])
        wanted = [one for wish in wishes for one in wish.calls if _key(one.tool, one.args) not in made]
        fresh = list({_key(one.tool, one.args): one for one in [*wanted, *todo[:1]]}.values())
        if fresh and not _corrects(messages[-1]):
            return _calling(fresh[:6])
        says = dict.fromkeys(text for wish in wishes for text in wish.says)
        told = [one.text for one in messages[people[-1] :] if isinstance(one, ToolMessage)]
        return AIMessage("\n".join([*says, *([task.answer] if task.answer else _lines(told))]))


def _corrects(message: BaseMessage) -> bool:
    return bool(message.additional_kwargs.get("correction"))


def _key(tool: str, arguments: dict[str, Any]) -> str:
    return tool + json.dumps(arguments, sort_keys=True, ensure_ascii=False, default=str)


def _calling(calls: list[Call]) -> AIMessage:
    made = [{"name": one.tool, "args": one.args, "id": f"g{abs(hash(_key(one.tool, one.args)))}"} for one in calls]
    return AIMessage("", tool_calls=made)


def _lines(texts: Sequence[str]) -> Iterator[str]:
    """The first two statements of each tool, customers' words aside."""
    for text in texts:
        yield from [line for line in text.splitlines() if line.strip() and '"' not in line and line not in _FENCE][:2]
