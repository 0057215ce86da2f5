"""Asking the shop: a conversation takes a question and gives an answer, with everything that happened on the way."""

import secrets
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from langchain.agents.middleware.human_in_the_loop import HITLRequest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.types import Command

from agent.channel import Channel, Listener
from agent.client import chat_model
from agent.events import Answer, Event, Final, Replace, ReviewAsked, Timings, Token
from agent.loop import Agent, build_agent
from agent.memory import Memory, open_memory
from agent.presenter import Item, Presenter
from agent.privacy import Vault, mask_question
from agent.question import read_question
from agent.review import Decision, Proposal, Spoken, apply, checked, latest, may_decide, meant, request, spoken
from agent.sentences import language_of
from agent.toolbox import Schemas, registered, toolbox
from agent.turn import Turn
from agent.window import this_turn, window_of
from prompts import render
from store.errors import WinbackError
from store.settings import Settings
from store.shop import Shop
from tools.context import Actor, ToolContext

_agents: dict[tuple[int, ...], tuple[object, Agent]] = {}
_AGENTS_KEPT = 8


class Conversation:
    """One conversation with one actor about one shop; it is remembered under `id` and can be gone on with.

    `model` defaults to the shop's model server. `tools` offers other schemas than those of the built tools: a mapping
    from tool name to argument model; calling a tool that is not built is answered with a sentence. `defended` is False
    only where the evaluation measures what the handling of customers' words is worth. With `review` an actor who may
    decide is asked about what a turn proposed (`ReviewAsked`); else it stays pending. Without `reveals` the tokens that
    stand for personal data stay in the answer, for who keeps it and reveals them later.
    Raises WinbackError when `conversation_id` is unknown or the model server cannot be used.
    """

    def __init__(
        self,
        shop: Shop,
        actor: Actor,
        settings: Settings,
        conversation_id: str | None = None,
        model: BaseChatModel | None = None,
        tools: Schemas | None = None,
        defended: bool = True,
        review: bool = False,
        reveals: bool = True,
    ) -> None:
        self._memory = open_memory(shop.home)
        if conversation_id is not None and not self._memory.knows(conversation_id):
            raise WinbackError(f"There is no conversation {conversation_id}; leave the id out to start a new one.")
        self.id = conversation_id or secrets.token_hex(4)
        self._shop = shop
        self._actor = actor
        self._defended = defended
        self._reveals = reveals
        self._model = model if model is not None else chat_model(settings)
        self._channel = Channel[Item]()
        schemas = registered() if tools is None else tools
        self._agent = _agent(self._model, schemas, self._memory, review and may_decide(actor))

    def ask(self, question: str) -> Answer:
        """The answer to a question. Raises WinbackError when nothing is asked or the model server fails."""
        *_, last = self.stream(question)
        assert isinstance(last, Final)
        return last.answer

    def stream(self, question: str) -> Iterator[Event]:
        """What happens while the question is answered; the last event is `Final`. Raises as `ask` does.

        A review that was open is given up by asking: what it was about stays pending. A message that only decides
        ("approve it") is a decision on what this conversation proposed last.
        """
        clock = _Clock()
        self._channel.settle()
        self._channel = Channel[Item]()
        words, notices = read_question(question, window_of(self._model) // 3)
        vault = self._memory.vault(self.id, self._actor.id)
        masked = mask_question(words, vault, self._is_customer)
        turn = self._turn(vault, masked)
        said = spoken(words)
        found = latest(self._messages()) if said else []
        self._memory.begin_turn(self.id, self._actor.id, self._actor.role, masked[:80], turn.tools.now, vault)
        presenter = Presenter(vault if self._reveals else Vault(vault.values), turn.leaving)
        if said:
            presenter.ends_with([self._said(masked, said, found, turn)])
            yield from clock.watch(presenter.finish(notices))
            yield Final(self._answer(turn, presenter, notices, clock))
            return
        yield from clock.watch(self._run(masked, turn, presenter))
        yield from clock.watch(presenter.finish(notices))
        self._memory.end_turn(self.id)
        if presenter.asked:
            yield ReviewAsked(presenter.asked)
        yield Final(self._answer(turn, presenter, notices, clock))

    def stop(self) -> None:
        """Ends `stream` from another thread: Stopped is raised there, and nothing of the turn is remembered."""
        self._channel.stop()

    def settle(self) -> None:
        """Waits until the work of a turn that was given up has ended."""
        self._channel.settle()

    def review(self) -> HITLRequest | None:
        """What waits for the person's decision in this conversation, whichever process asked for it."""
        asked = self._agent.get_state(self._config()).interrupts
        return asked[0].value if asked else None

    def decide(self, decisions: Sequence[Decision]) -> str:
        """Makes one decision for each action of `review()` and says what came of them, as the conversation keeps it.

        Raises WinbackError when nothing waits, a decision is not allowed, or one cannot be made: those before it are
        made, the review stays open, and what was decided already is not decided again.
        """
        asked = self.review()
        if asked is None:
            raise WinbackError("Nothing waits for a decision in this conversation; `winback campaign list` shows more.")
        vault = self._memory.vault(self.id, self._actor.id)
        turn = self._turn(vault, this_turn(self._messages())[0].text)
        context = turn.tools
        made = checked(asked, decisions)
        said = [apply(context.shop, context.actor, context.now, *one, context.language) for one in made]
        text = "\n".join(said)
        resume: Command[Any] = Command(resume={"decisions": list(decisions), "text": text})
        self._agent.invoke(resume, self._config(), context=turn, durability="exit")  # pyright: ignore[reportUnknownMemberType]
        self._memory.end_turn(self.id)
        return text

    def _said(self, question: str, said: Spoken, found: Sequence[Proposal], turn: Turn) -> AIMessage:
        """The answer to a decision that the person said: made without a model, and kept as a turn of its own."""
        context = turn.tools
        try:
            actions = request(meant(said, found), context.shop.ledger)["action_requests"]
            told = [
                apply(context.shop, context.actor, context.now, one, said.decision, context.language) for one in actions
            ]
            answer = AIMessage("\n".join(told))
        except WinbackError as problem:
            answer = AIMessage(str(problem))
        self._agent.update_state(self._config(), {"messages": [HumanMessage(question), answer]}, as_node="model")
        self._memory.end_turn(self.id)
        return answer

    def _messages(self) -> list[AnyMessage]:
        return self._agent.get_state(self._config()).values.get("messages", [])

    def _config(self, *callbacks: BaseCallbackHandler) -> RunnableConfig:
        return RunnableConfig(configurable={"thread_id": self.id}, callbacks=list(callbacks))

    def _run(self, question: str, turn: Turn, presenter: Presenter) -> Iterator[Event]:
        def work() -> None:
            state = self._agent.invoke(  # pyright: ignore[reportUnknownMemberType]
                {"messages": [HumanMessage(question)]},
                self._config(Listener(self._channel.put)),
                context=turn,
                durability="exit",
            )
            presenter.ends_with(this_turn(state["messages"]), state.get("__interrupt__"))

        for item in self._channel.items(work):
            yield from presenter.on(item)

    def _turn(self, vault: Vault, question: str) -> Turn:
        context = ToolContext(
            shop=self._shop,
            actor=self._actor,
            now=datetime.now(),
            contacts=vault.values,
            conversation=self.id,
            model_name=_name(self._model),
            llm=self._model,
            language=language_of(question),
        )
        today = self._shop.as_of.strftime("%A %-d %B %Y (%Y-%m-%d)")
        role = "care" if self._actor.role == "care" else "marketer"
        system = render(f"role-{role}", today=today, currency=self._shop.currency)
        return Turn(context, vault, system, today, self._channel.put, self._defended, model=_name(self._model))

    def _is_customer(self, name: str) -> bool:
        return bool(self._shop.ledger.customers_by_contact(name))

    def _answer(self, turn: Turn, presenter: Presenter, notices: list[str], clock: "_Clock") -> Answer:
        calls = turn.records(presenter.call_ids)
        tools_ms = sum(call.duration_ms for call in calls)
        return Answer(
            answer=presenter.text(notices),
            tool_calls=calls,
            model=turn.model,
            usage=turn.usage,
            timings_ms=Timings(
                model=round(turn.model_ms, 1),
                tools=round(tools_ms, 1),
                total=round(clock.elapsed_ms(), 1),
                first_token=clock.first_token_ms,
            ),
            grounded=turn.grounded,
            conversation=self.id,
        )


class _Clock:
    """Notes when the first piece of the answer passed."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self.first_token_ms: float | None = None

    def elapsed_ms(self) -> float:
        return (time.perf_counter() - self._started) * 1000

    def watch(self, events: Iterator[Event]) -> Iterator[Event]:
        for event in events:
            if self.first_token_ms is None and isinstance(event, (Token, Replace)):
                self.first_token_ms = round(self.elapsed_ms(), 1)
            yield event


def _name(model: BaseChatModel) -> str:
    return str(getattr(model, "model_name", None) or type(model).__name__)


def _agent(model: BaseChatModel, schemas: Schemas, memory: Memory, review: bool) -> Agent:
    """The compiled loop for this model, these tools and this memory; compiled once per process."""
    key = (id(model), id(memory), review, *map(id, schemas.values()))
    if key not in _agents:
        if len(_agents) >= _AGENTS_KEPT:
            _agents.clear()
        # The parts are kept beside the agent, so that their ids stay theirs.
        agent = build_agent(model, toolbox(schemas), memory.checkpoints, review)
        _agents[key] = ((model, memory, dict(schemas)), agent)
    return _agents[key][1]
