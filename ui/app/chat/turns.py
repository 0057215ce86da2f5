"""Turns that run: each in a thread of its own, whether or not a browser still looks."""

import logging
import threading
import time
from collections import deque
from dataclasses import replace
from datetime import datetime

from agent.answer import Conversation
from agent.channel import Stopped
from agent.events import Event, Final, Replace, Retry, Token, ToolFinished, ToolStarted
from agent.memory import Memory, open_memory
from agent.privacy import Vault, mask_text
from agent.transcript import KeptCall, KeptTurn, State, Transcript, keep
from store.errors import WinbackError
from tools.context import Actor
from ui.app.frame.site import Site

log = logging.getLogger(__name__)

AT_ONCE = 64
_SAVE_EVERY_S = 2.0
_UNEXPECTED = "Something went wrong while answering, and the log says why; try again or tell an admin."


class Running:
    """A turn on its way. `turn` grows; `version` rises with each change, so that viewers need not compare."""

    def __init__(self, turn: KeptTurn, actor: Actor, question: str, vault: Vault, before: "Running | None") -> None:
        self.turn = turn
        self.actor = actor
        self.question = question
        self.vault = vault
        self.version = 0
        self.steps = 0
        self.remark = ""
        self.stopping = False
        self.outcome: State | None = None
        self.settling = threading.Lock()
        self.ended = threading.Event()
        self.started = time.perf_counter()
        self.conversation: Conversation | None = None
        self.before = before

    def on(self, event: Event) -> None:
        turn = self.turn
        if isinstance(event, Token):
            turn.first_ms = turn.first_ms or (time.perf_counter() - self.started) * 1000
            turn.answer += event.text
        elif isinstance(event, Replace):
            turn.answer = event.text
        elif isinstance(event, ToolStarted):
            call = KeptCall(tool=event.tool, arguments=event.arguments, text="", duration_ms=0, rows=0, running=True)
            turn.calls = [*turn.calls, call]
            self.steps += 1
        elif isinstance(event, ToolFinished):
            self._finished(keep(event.outcome, self.vault))
        elif isinstance(event, Retry):
            self.remark = event.reason
        elif isinstance(event, Final):
            self._final(event)
        self.version += 1

    def _finished(self, call: KeptCall) -> None:
        place = next(
            (n for n, one in enumerate(self.turn.calls) if one.running and one.tool == call.tool), len(self.turn.calls)
        )
        self.turn.calls = [*self.turn.calls[:place], call, *self.turn.calls[place + 1 :]]
        self.steps += 1

    def _final(self, event: Final) -> None:
        answer, turn = event.answer, self.turn
        turn.answer, turn.model, turn.grounded = answer.answer, answer.model, answer.grounded
        turn.total_ms, turn.first_ms = answer.timings_ms.total, answer.timings_ms.first_token
        self.outcome = "done"

    def stop(self) -> None:
        self.stopping = True
        if self.conversation is not None:
            self.conversation.stop()

    def seen(self) -> KeptTurn:
        """The turn as it is this moment."""
        return replace(self.turn)


class Turns:
    """All turns that run in this process; one at a time in each conversation, `AT_ONCE` in all, the others wait.

    Who may ask or stop is checked by who calls (`Chats`).
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self.memory: Memory = open_memory(site.settings.home)
        self.transcript = Transcript(self.memory)
        self.transcript.break_off()
        self._lock = threading.Lock()
        self._latest: dict[str, Running] = {}
        self._busy = 0
        self._waiting: deque[Running] = deque()

    def ask(self, actor: Actor, conversation: str, question: str, masked: str, vault: Vault) -> Running:
        """Starts a turn, or gives the one that runs in this conversation already: a double click asks once.

        `question` is what the person typed, `masked` what is kept of it.
        """
        with self._lock:
            before = self._latest.get(conversation)
            if before is not None and not before.turn.over:
                return before
            turn = self.transcript.begin(conversation, masked, datetime.now())
            running = Running(turn, actor, question, vault, before)
            self._latest[conversation] = running
            if self._busy >= AT_ONCE:
                turn.state = "queued"
                self._waiting.append(running)
            else:
                self._start(running)
        return running

    def running(self, conversation: str) -> Running | None:
        """The turn that is not over in a conversation, if any."""
        found = self._latest.get(conversation)
        return found if found is not None and not found.turn.over else None

    def ahead(self, running: Running) -> int:
        """How many questions are before one that waits."""
        waiting = list(self._waiting)
        return waiting.index(running) if running in waiting else 0

    def stop(self, conversation: str) -> None:
        """Ends the turn that runs; what was answered so far is kept. It counts as stopped at once."""
        running = self.running(conversation)
        if running is None:
            return
        with self._lock:
            waited = running in self._waiting
            if waited:
                self._waiting.remove(running)
        running.stop()
        self._settle(running, "stopped")
        if waited:
            self._forget(running)

    def close(self) -> None:
        """The process ends: what runs is marked as broken off."""
        for running in list(self._latest.values()):
            if not running.turn.over:
                running.stop()
                self._settle(running, "broken")

    def _start(self, running: Running) -> None:
        self._busy += 1
        running.turn.state = "running"
        running.started = time.perf_counter()
        name = f"turn-{running.turn.conversation}"
        threading.Thread(target=self._work, args=(running,), name=name, daemon=True).start()

    def _work(self, running: Running) -> None:
        if running.before is not None:
            running.before.ended.wait()
            running.before = None
        try:
            self._answer(running)
        except Stopped:
            pass
        except WinbackError as problem:
            self._fail(running, mask_text(str(problem), running.vault))
        except Exception:
            log.exception("the turn of conversation %s failed", running.turn.conversation)
            self._fail(running, _UNEXPECTED)
        finally:
            self._end(running)

    def _answer(self, running: Running) -> None:
        if running.stopping:
            return
        shop = self._site.shop()
        talk = Conversation(shop, running.actor, shop.settings, running.turn.conversation, review=True, reveals=False)
        running.conversation = talk
        saved = time.monotonic()
        for event in talk.stream(running.question):
            if running.stopping:
                talk.stop()
                continue
            running.on(event)
            if isinstance(event, ToolFinished):
                self._save(running.turn)
            elif isinstance(event, Token) and time.monotonic() - saved > _SAVE_EVERY_S:
                self.transcript.save_answer(running.turn)
                saved = time.monotonic()

    def _fail(self, running: Running, sentence: str) -> None:
        if not running.turn.over:
            running.turn.problem, running.outcome = sentence, "failed"

    def _end(self, running: Running) -> None:
        if running.outcome is None:
            self._fail(running, _UNEXPECTED)
        self._settle(running, running.outcome or "failed")
        if running.conversation is not None:
            running.conversation.settle()
        self._forget(running)
        with self._lock:
            self._busy -= 1
            if self._waiting and self._busy < AT_ONCE:
                self._start(self._waiting.popleft())

    def _forget(self, running: Running) -> None:
        running.ended.set()
        with self._lock:
            if self._latest.get(running.turn.conversation) is running:
                del self._latest[running.turn.conversation]

    def _settle(self, running: Running, state: State) -> None:
        """The turn is over. It is kept before that is told, so that whoever looks then finds it."""
        with running.settling:
            turn = running.turn
            if turn.over:
                return
            turn.total_ms = turn.total_ms or (time.perf_counter() - running.started) * 1000
            self._save(replace(turn, state=state))
            turn.state = state
            running.version += 1

    def _save(self, turn: KeptTurn) -> None:
        try:
            self.transcript.save(turn)
        except Exception:
            log.exception("the turn of conversation %s could not be kept", turn.conversation)
