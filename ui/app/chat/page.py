"""The page of the chat: what happened so far, the turn that runs, and a box for the next question."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import gradio as gr

from agent.review import Decision
from agent.transcript import Opinion
from store.errors import WinbackError
from ui.app.chat.chats import Chats, NotYours, Opened
from ui.app.chat.opening import Openings
from ui.app.chat.turns import Running
from ui.app.chat.view import View
from ui.app.frame import Desk, Visit, panel

_LOOK_S = 0.02
_SEND_S = 0.1
_LONGEST = 200_000

Shown = list[Any]  # list, past, steps, answer, composer, conversation


class Page:
    """The handlers of one language's page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._chats = desk.site.service(Chats)
        self._openings = desk.site.service(Openings)
        self._view = View(desk)

    async def load(self, visit: Visit, here: str) -> AsyncIterator[Shown]:
        """The conversation in the URL, followed if it runs; or the first screen."""
        said = ""
        try:
            opened = await asyncio.to_thread(self._asked_for, visit)
        except NotYours:
            said = self._desk.words("chat.not_yours")
            opened = self._chats.open(visit.actor, self._chats.new_id())
        yield await asyncio.to_thread(self._whole, visit, opened, said)
        if opened.running is not None and opened.mine:
            async for one in self._follow(visit, opened.running, first=False):
                yield one

    async def act(self, visit: Visit, here: str) -> AsyncIterator[Shown]:
        """A button or form of the page. Raises WinbackError where it may not be, or cannot be done."""
        act = visit.text("act")
        conversation = visit.text("c") or visit.query.get("c", "") or here
        if act in ("ask", "retry"):
            async for one in self._ask(visit, conversation, act):
                yield one
        elif act == "stop":
            await self._do(lambda: self._chats.stop(visit.actor, conversation))
        elif act == "forget":
            await self._do(lambda: self._chats.forget(visit.actor, conversation))
            new = await self._do(lambda: self._chats.open(visit.actor, self._chats.new_id()))
            yield await asyncio.to_thread(self._whole, visit, new, self._desk.words("chat.deleted"))
        else:
            said = await self._do(lambda: self._done(visit, act, conversation))
            opened = await self._do(lambda: self._chats.open(visit.actor, conversation))
            yield await asyncio.to_thread(self._whole, visit, opened, said)

    async def _ask(self, visit: Visit, conversation: str, act: str) -> AsyncIterator[Shown]:
        actor, question = visit.actor, visit.text("question", _LONGEST)
        if act == "ask" and not any(char.isalnum() for char in question):
            raise WinbackError(self._desk.words("chat.empty_question"))
        if act == "ask" and await self._do(lambda: self._chats.repeats(actor, conversation, question)):
            opened = await self._do(lambda: self._chats.open(actor, conversation))
            running = opened.running
            if running is None:
                return
        elif act == "retry":
            running = await self._do(lambda: self._chats.again(actor, conversation, visit.number("turn") or 0))
        else:
            running = await self._do(lambda: self._chats.ask(actor, conversation, question))
        async for one in self._follow(visit, running, first=True):
            yield one

    async def _follow(self, visit: Visit, running: Running, *, first: bool) -> AsyncIterator[Shown]:
        """The turn as it grows: only what changed is sent, and at most ten times a second.

        What stays the same is given again: Gradio sends nothing for it, whereas a skip costs it a new component.
        """
        conversation, seen, steps = running.turn.conversation, -1, -1
        same: dict[str, Any] = {}
        if first:
            opened = await self._do(lambda: self._chats.open(visit.actor, conversation))
            same["past"] = await asyncio.to_thread(self._view.past, opened, visit.actor)
            yield self._only(**same, conversation=conversation)
        while not running.turn.over:
            turn = running.seen()
            if running.version != seen or turn.state == "queued":
                seen = running.version
                busy = self._desk.words("chat.calling" if any(c.running for c in turn.calls) else "chat.thinking")
                ahead = self._chats.turns.ahead(running)
                answer = self._view.writing(turn, running.vault, ahead, running.remark, busy)
                if running.steps != steps:
                    steps = running.steps
                    same["steps"] = await asyncio.to_thread(self._view.steps, turn, running.vault)
                yield self._only(**same, answer=answer)
                await _until_over(running, _SEND_S if turn.state != "queued" else 1.0)
            else:
                await asyncio.sleep(_LOOK_S)
        opened = await self._do(lambda: self._chats.open(visit.actor, conversation))
        yield await asyncio.to_thread(self._whole, visit, opened, "", False)

    def _done(self, visit: Visit, act: str, conversation: str) -> str:
        actor, words = visit.actor, self._desk.words
        if act == "rate":
            thumb = "up" if visit.text("thumb") == "up" else "down"
            self._chats.rate(actor, conversation, visit.number("turn") or 0, Opinion(thumb, visit.text("reason", 1000)))
            return words("chat.thanks")
        if act == "share":
            self._chats.share(actor, conversation)
            return ""
        if act == "unshare":
            self._chats.unshare(actor, conversation)
            return ""
        kind, number = visit.text("kind"), visit.number("id") or 0
        return self._chats.decide(actor, conversation, kind, number, _decision(visit, act), visit.language)

    def _asked_for(self, visit: Visit) -> Opened:
        if token := visit.query.get("shared"):
            return self._chats.read(visit.actor, token)
        return self._chats.open(visit.actor, visit.query.get("c") or self._chats.new_id())

    def _whole(self, visit: Visit, opened: Opened, said: str = "", composer: bool = True) -> Shown:
        actor, view = visit.actor, self._view
        past = view.past(opened, actor)
        steps, answer = view.current(opened, actor, said)
        if not opened.turns:
            questions = self._openings.questions(actor.role, self._desk.words)
            past = view.opening(self._openings.data(self._desk.words), questions, opened.id, said)
        box: Any = view.composer(opened.id) if opened.mine else ""
        return [
            view.listed(self._chats, actor, opened.id),
            past,
            steps,
            answer,
            box if composer else gr.skip(),
            opened.id,
        ]

    def _only(self, **shown: Any) -> Shown:
        names = ("listed", "past", "steps", "answer", "composer", "conversation")
        return [shown.get(name, gr.skip()) for name in names]

    async def _do(self, work: Callable[[], Any]) -> Any:
        try:
            return await asyncio.to_thread(work)
        except NotYours as problem:
            raise WinbackError(self._desk.words("chat.not_yours")) from problem


async def _until_over(running: Running, seconds: float) -> None:
    """Waits, but no longer than the turn takes."""
    end = time.monotonic() + seconds
    while not running.turn.over and time.monotonic() < end:
        await asyncio.sleep(_LOOK_S)


def _decision(visit: Visit, act: str) -> Decision:
    if act == "approve":
        return {"type": "approve"}
    if act == "reject":
        return {"type": "reject", "message": visit.text("reason", 500)}
    if act != "edit":
        raise WinbackError(f"The chat does not know {act!r}.")
    texts: dict[str, Any] = {"body": visit.text("body", 20_000)}
    if "subject" in visit.data:
        texts["subject"] = visit.text("subject", 300)
    return {"type": "edit", "edited_action": {"name": "draft_offer", "args": texts}}


def build(desk: Desk) -> None:
    page = Page(desk)
    here = gr.State("")
    with gr.Row(elem_classes="wb-chat"):
        with gr.Column(scale=1, min_width=200, elem_classes="wb-chat-list"):
            listed = panel()
        with gr.Column(scale=4, min_width=280, elem_classes="wb-chat-main"):
            past, steps, answer = panel(), panel(), panel()
            composer = panel(elem_classes="wb-chat-box")
    outputs = [listed, past, steps, answer, composer, here]
    desk.on_load(page.load, outputs, here)
    for box in (past, answer, composer):
        desk.bind(box.click, page.act, here, outputs, trigger_mode="multiple")
        desk.bind(box.submit, page.act, here, outputs, trigger_mode="multiple")
