"""Conversations as HTML."""

from pathlib import Path
from typing import Any

from markupsafe import Markup

from agent.privacy import Vault
from agent.transcript import KeptCall, KeptTurn
from tools.context import Actor
from ui.app.chat.cards import cards
from ui.app.chat.chats import Chats, Opened
from ui.app.chat.suggest import suggestions
from ui.app.frame import Desk, Language, Templates
from ui.app.shown import StepView, figure_for, step, text

_render = Templates(Path(__file__).parent)


class View:
    """The parts of the chat page in one language."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._words = desk.words
        self._language: Language = desk.language

    def listed(self, chats: Chats, actor: Actor, current: str) -> Markup:
        own = [(one, chats.titled(one)) for one in chats.mine(actor)]
        url = self._desk.url
        rows = [
            {
                "url": url("chat", c=one.id),
                "title": title,
                "day": f"{one.updated_at:%Y-%m-%d}",
                "here": one.id == current,
            }
            for one, title in own
        ]
        return _render("list", t=self._words, rows=rows, new=url("chat"))

    def past(self, opened: Opened, actor: Actor) -> Markup:
        """All turns but the last."""
        shown = [self._turn(opened, turn, actor, last=False) for turn in opened.turns[:-1]]
        return _render("past", t=self._words, turns=shown, opened=opened, url=self._link(opened))

    def current(self, opened: Opened, actor: Actor, said: str = "") -> tuple[Markup, Markup]:
        """The last turn in two parts: question and steps, which change seldom; and the answer."""
        if not opened.turns:
            return Markup(""), Markup("")
        turn = opened.turns[-1]
        return self.steps(turn, opened.vault), self.answer(opened, turn, actor, last=True, said=said)

    def steps(self, turn: KeptTurn, vault: Vault) -> Markup:
        calls = [step(_step(call, vault), self._language) for call in turn.calls]
        return _render("steps", t=self._words, question=vault.reveal(turn.question), calls=calls, state=turn.state)

    def writing(self, turn: KeptTurn, vault: Vault, ahead: int, remark: str, busy: str) -> Markup:
        """The answer while it is written; nothing else, since this is sent many times."""
        words = text(vault.reveal(turn.answer), self._language) if turn.answer else Markup("")
        return _render(
            "writing",
            t=self._words,
            words=words,
            ahead=ahead,
            remark=remark,
            busy=busy,
            conversation=turn.conversation,
            queued=turn.state == "queued",
        )

    def answer(self, opened: Opened, turn: KeptTurn, actor: Actor, *, last: bool, said: str = "") -> Markup:
        whole = opened.vault.reveal(turn.answer)
        ledger = self._desk.shop().ledger
        return _render(
            "answer",
            t=self._words,
            turn=turn,
            conversation=opened.id,
            mine=opened.mine,
            last=last,
            said=said,
            words=text(whole, self._language) if whole else Markup(""),
            plain=whole,
            figures=self._figures(turn, opened.vault),
            cards=cards(turn, ledger, actor, self._language, opened.mine),
            opinion=(opened.opinions or {}).get(turn.number),
            suggested=suggestions(turn, self._words) if last and opened.mine and turn.state == "done" else [],
            asks_in=self._next(opened),
        )

    def _next(self, opened: Opened) -> str:
        """The conversation in which a suggestion is asked. Each says all that it needs, and the bundled model takes a
        change of subject within one conversation for more of the same."""
        site = self._desk.site
        return opened.id if site.settings.model_url else site.service(Chats).new_id()

    def composer(self, conversation: str) -> Markup:
        return _render("composer", t=self._words, conversation=conversation)

    def opening(self, data: str, questions: list[str], conversation: str, said: str) -> Markup:
        return _render("opening", t=self._words, data=data, questions=questions, conversation=conversation, said=said)

    def _turn(self, opened: Opened, turn: KeptTurn, actor: Actor, *, last: bool) -> Markup:
        return self.steps(turn, opened.vault) + self.answer(opened, turn, actor, last=last)

    def _figures(self, turn: KeptTurn, vault: Vault) -> list[Markup]:
        made = (
            figure_for(call.tool, call.arguments, call.artifact, self._language)
            for call in turn.calls
            if call.artifact is not None and call.error is None
        )
        return [figure for figure in made if figure]

    def _link(self, opened: Opened) -> str:
        return self._desk.url("chat", shared=opened.shared) if opened.shared else ""


def _step(call: KeptCall, vault: Vault) -> StepView:
    given: dict[str, Any] = {
        name: vault.reveal(value) if isinstance(value, str) else value for name, value in call.arguments.items()
    }
    return StepView(
        call.tool,
        given,
        vault.reveal(call.text),
        call.error,
        call.duration_ms,
        call.rows,
        call.artifact,
        call.running,
    )
