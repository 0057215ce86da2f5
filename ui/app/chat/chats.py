"""What a person may do with conversations: their own, and only those, in the role in which they were held."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.answer import Conversation
from agent.memory import ConversationInfo
from agent.model_errors import ModelError
from agent.privacy import Vault, mask_question
from agent.question import read_question
from agent.review import Decision, apply
from agent.review.request import KINDS
from agent.transcript import Feedback, KeptTurn, Opinion, Shares
from store.errors import WinbackError
from tools.context import Actor
from ui.app.chat.turns import Running, Turns
from ui.app.frame.site import Site
from ui.app.frame.words import Language

_ID = re.compile(r"[0-9a-f]{8,32}")
_QUESTION_TOKENS = 16_000
_TWICE_S = 2.0


class NotYours(WinbackError):
    """There is no such conversation, or it is somebody else's: which of both is not told."""


@dataclass(frozen=True)
class Opened:
    """A conversation as one reader sees it. `vault` reveals what the reader typed; `mine` is False for a shared one."""

    id: str
    turns: list[KeptTurn]
    vault: Vault
    mine: bool = True
    running: Running | None = None
    opinions: dict[int, Opinion] | None = None
    shared: str | None = None


class Chats:
    """Every method checks who asks. Raises NotYours for a conversation that is not theirs."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.turns = site.service(Turns)
        self._memory = self.turns.memory
        self._shares = Shares(self._memory)
        self._feedback = Feedback(self._memory)

    def new_id(self) -> str:
        return secrets.token_hex(8)

    def mine(self, actor: Actor) -> list[ConversationInfo]:
        """The person's conversations in this role, latest first."""
        return self._memory.conversations(50, actor.id, actor.role)

    def titled(self, one: ConversationInfo) -> str:
        return self._memory.vault(one.id, one.actor).reveal(one.title)

    def open(self, actor: Actor, conversation: str) -> Opened:
        """A conversation, or an empty one under an id that nobody uses yet."""
        if self._memory.about(conversation) is None:
            return Opened(_checked(conversation), [], Vault())
        self._own(actor, conversation)
        running = self.turns.running(conversation)
        turns = self.turns.transcript.shown(conversation)
        if running is not None and turns:
            turns[-1] = running.seen()
        given = self._feedback.given(conversation, actor.id)
        vault = self._memory.vault(conversation, actor.id)
        return Opened(conversation, turns, vault, True, running, given, self._shares.token(conversation))

    def read(self, actor: Actor, token: str) -> Opened:
        """A conversation that a colleague shared, with tokens in place of personal data."""
        found = self._shares.read(token, actor.role)
        if found is None:
            raise NotYours("There is no such shared conversation for your role.")
        return Opened(found.id, self.turns.transcript.shown(found.id), Vault(), mine=False)

    def ask(self, actor: Actor, conversation: str, question: str) -> Running:
        """Asks, or follows what runs in the conversation already. Raises WinbackError where nothing is asked.

        Without an answer, the last turn gives its place to the same question asked again; any other stays.
        """
        if self._memory.about(conversation) is not None:
            self._own(actor, conversation)
        words, _ = read_question(question, _QUESTION_TOKENS)
        vault = self._memory.vault(_checked(conversation), actor.id)
        masked = mask_question(words, vault, lambda name: bool(self._site.shop().ledger.customers_by_contact(name)))
        last = next(iter(self.turns.transcript.turns(conversation)[-1:]), None)
        if last is not None and last.question == masked:
            running = self.turns.running(conversation)
            if running is not None:
                return running
            if not last.answer and last.state in ("failed", "broken", "stopped"):
                self.turns.transcript.drop(conversation, last.number)
        self._memory.note(conversation, actor.id, actor.role, masked[:80], datetime.now(), vault)
        return self.turns.ask(actor, conversation, question, masked, vault)

    def again(self, actor: Actor, conversation: str, number: int) -> Running:
        """Asks the question of a turn once more."""
        opened = self.open(actor, conversation)
        turn = _turn(opened, number)
        return self.ask(actor, conversation, opened.vault.reveal(turn.question))

    def repeats(self, actor: Actor, conversation: str, question: str) -> bool:
        """Whether this very question was sent a moment ago: a double click on a quick answer."""
        opened = self.open(actor, conversation)
        if not opened.turns:
            return False
        last = opened.turns[-1]
        recent = (datetime.now() - last.asked_at).total_seconds() < _TWICE_S
        return recent and opened.vault.reveal(last.question) == question.strip()

    def stop(self, actor: Actor, conversation: str) -> None:
        self._own(actor, conversation)
        self.turns.stop(conversation)

    def rate(self, actor: Actor, conversation: str, number: int, opinion: Opinion) -> None:
        opened = self.open(actor, conversation)
        turn = _turn(opened, number)
        reason = mask_question(opinion.reason, self._memory.vault(conversation, actor.id))
        self._feedback.rate(
            conversation, turn.number, actor.id, actor.role, datetime.now(), Opinion(opinion.thumb, reason)
        )

    def feedback(self) -> list[dict[str, Any]]:
        """Every opinion with its question and answer, for evaluation."""
        return self._feedback.rows()

    def share(self, actor: Actor, conversation: str) -> str:
        """The token of the link for colleagues in the same role."""
        self._own(actor, conversation)
        return self._shares.share(conversation, datetime.now())

    def unshare(self, actor: Actor, conversation: str) -> None:
        self._own(actor, conversation)
        self._shares.withdraw(conversation)

    def forget(self, actor: Actor, conversation: str) -> None:
        """Deletes a conversation with all that belongs to it; drafts and the audit stay."""
        self._own(actor, conversation)
        self.turns.stop(conversation)
        self._shares.withdraw(conversation)
        self._feedback.forget(conversation)
        self.turns.transcript.forget(conversation)
        self._memory.forget(conversation)

    def decide(
        self, actor: Actor, conversation: str, kind: str, number: int, decision: Decision, language: Language
    ) -> str:
        """Decides on what this conversation proposed, and says what came of it.

        Where the conversation waits for it, it is told there too. Raises WinbackError where the role may not decide.
        """
        argument = next((name for name, one in KINDS.items() if one == kind), "")
        opened = self.open(actor, conversation)
        if not any((call.saved or {}).get(argument) == number for turn in opened.turns for call in turn.calls):
            raise NotYours("This conversation did not propose that.")
        if decision["type"] == "edit":
            decision["edited_action"]["args"][argument] = number
        if opened.running is None and (said := self._told(actor, conversation, argument, number, decision)):
            return said
        action: Any = {"name": "", "args": {argument: number}}
        return apply(self._site.shop(), actor, datetime.now(), action, decision, language)

    def _told(self, actor: Actor, conversation: str, argument: str, number: int, decision: Decision) -> str | None:
        """Decides through the conversation; None where it does not wait for this, or there is no model to open it."""
        shop = self._site.shop()
        try:
            talk = Conversation(shop, actor, shop.settings, conversation, review=True)
        except ModelError:
            return None
        asked = talk.review()
        actions = asked["action_requests"] if asked else []
        if not any(one["args"].get(argument) == number for one in actions):
            return None
        later: Decision = {"type": "later"}
        return talk.decide([decision if one["args"].get(argument) == number else later for one in actions])

    def _own(self, actor: Actor, conversation: str) -> ConversationInfo:
        found = self._memory.about(conversation)
        if found is None or (found.actor, found.role) != (actor.id, actor.role):
            raise NotYours("There is no such conversation of yours.")
        return found


def _checked(conversation: str) -> str:
    if not _ID.fullmatch(conversation):
        raise NotYours("There is no such conversation of yours.")
    return conversation


def _turn(opened: Opened, number: int) -> KeptTurn:
    found = next((one for one in opened.turns if one.number == number), None)
    if found is None:
        raise NotYours("There is no such question in this conversation.")
    return found
