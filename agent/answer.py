"""Asking the shop: a conversation takes a question and gives an answer, with everything that happened on the way."""

import secrets
import time
from collections.abc import Iterator
from datetime import datetime

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig

from agent.channel import Channel, Listener
from agent.client import chat_model
from agent.events import Answer, Event, Final, Replace, Timings, Token
from agent.loop import Agent, build_agent
from agent.memory import Memory, open_memory
from agent.presenter import Item, Presenter
from agent.privacy import Vault, mask_question
from agent.question import read_question
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
    only where the evaluation measures what the handling of customers' words is worth.
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
    ) -> None:
        self._memory = open_memory(shop.home)
        if conversation_id is not None and not self._memory.knows(conversation_id):
            raise WinbackError(f"There is no conversation {conversation_id}; leave the id out to start a new one.")
        self.id = conversation_id or secrets.token_hex(4)
        self._shop = shop
        self._actor = actor
        self._defended = defended
        self._model = model if model is not None else chat_model(settings)
        self._channel = Channel[Item]()
        self._agent = _agent(self._model, registered() if tools is None else tools, self._memory)

    def ask(self, question: str) -> Answer:
        """The answer to a question. Raises WinbackError when nothing is asked or the model server fails."""
        *_, last = self.stream(question)
        assert isinstance(last, Final)
        return last.answer

    def stream(self, question: str) -> Iterator[Event]:
        """What happens while the question is answered; the last event is `Final`. Raises as `ask` does."""
        clock = _Clock()
        self._channel.settle()
        self._channel = Channel[Item]()
        words, notices = read_question(question, window_of(self._model) // 3)
        vault = self._memory.vault(self.id, self._actor.id)
        masked = mask_question(words, vault, self._is_customer)
        turn = self._turn(vault, masked)
        self._memory.begin_turn(self.id, self._actor.id, self._actor.role, masked[:80], turn.tools.now, vault)
        presenter = Presenter(vault, turn.leaving)
        yield from clock.watch(self._run(masked, turn, presenter))
        yield from clock.watch(presenter.finish(notices))
        self._memory.end_turn(self.id)
        yield Final(self._answer(turn, presenter, notices, clock))

    def _run(self, question: str, turn: Turn, presenter: Presenter) -> Iterator[Event]:
        def work() -> None:
            state = self._agent.invoke(  # pyright: ignore[reportUnknownMemberType]
                {"messages": [HumanMessage(question)]},
                RunnableConfig(configurable={"thread_id": self.id}, callbacks=[Listener(self._channel.put)]),
                context=turn,
                durability="exit",
            )
            presenter.ends_with(this_turn(state["messages"]))

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


def _agent(model: BaseChatModel, schemas: Schemas, memory: Memory) -> Agent:
    """The compiled loop for this model, these tools and this memory; compiled once per process."""
    key = (id(model), id(memory), *map(id, schemas.values()))
    if key not in _agents:
        if len(_agents) >= _AGENTS_KEPT:
            _agents.clear()
        # The parts are kept beside the agent, so that their ids stay theirs.
        _agents[key] = ((model, memory, dict(schemas)), build_agent(model, toolbox(schemas), memory.checkpoints))
    return _agents[key][1]
