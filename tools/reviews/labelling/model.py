"""The language model as a labeller: one review a request, structured output, bounded concurrency, patience."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from threading import Event
from typing import Any, cast

import tenacity
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.runnables import RunnableLambda

from prompts.loader import render
from store.errors import WinbackError
from tools.reviews.labelling.reply import SCHEMA, probabilities, read_reply
from tools.reviews.labelling.usage import Usage
from tools.reviews.labels import Label
from tools.reviews.quoting import quote

MOST = 2000  # characters of a review that the model reads
_ANSWER_TOKENS = 200
_RESPONSE_FORMAT = {"type": "json_schema", "json_schema": {"name": "label", "schema": SCHEMA}}
_LOGPROBS: dict[str, Any] = {"logprobs": True, "top_logprobs": 5}
_VLLM = {"structured_outputs": {"json": SCHEMA}, "chat_template_kwargs": {"enable_thinking": False}}
# How servers are asked for structured output, best first: vLLM since 0.12, the OpenAI standard, and by prompt alone.
DIALECTS: tuple[dict[str, Any], ...] = (
    {**_VLLM, **_LOGPROBS},
    {"response_format": _RESPONSE_FORMAT, **_LOGPROBS},
    {"response_format": _RESPONSE_FORMAT},
    {},
)
_REFUSALS = (400, 413, 422)
_PASSING = (408, 409, 425, 429)
_TRIES = 6
_BRACKETS = str.maketrans("<>[]{}", "‹›()()")


@dataclass
class _Answer:
    label: Label | None
    usage: Usage = field(default_factory=Usage)


class ModelLabeller:
    """Asks `model` about each review.

    A reply that is no label is asked for once more, less strictly; then the text has no answer. A busy, slow or failing
    server is asked up to six times, `wait_s` and then twice as long apart; then `answers` raises WinbackError, and what
    was answered until then has been given. `usage` counts, and `told` is called with it after every answer.
    """

    def __init__(
        self,
        model: BaseChatModel,
        name: str,
        concurrency: int = 16,
        *,
        wait_s: float = 1.0,
        told: Callable[[Usage], None] = lambda _usage: None,
    ) -> None:
        self._model = model
        self._concurrency = concurrency
        self._wait_s = wait_s
        self._told = told
        self._dialect: dict[str, Any] | None = None
        self._stopped = Event()
        self._system = SystemMessage(render("label-review"))
        self.version = f"model:{name}/{_prompt_hash()}"
        self.usage = Usage()

    def answers(self, texts: Sequence[str | None]) -> Iterator[tuple[int, Label | None]]:
        """(position, label) as they come, in any order; None where the model gave no usable answer."""
        self._stopped.clear()
        places = list(range(len(texts)))
        if places and self._dialect is None:
            yield 0, self._counted(self._first(texts[0]))
            places = places[1:]
        asked = RunnableLambda(self._ask).batch_as_completed(
            [texts[place] for place in places], {"max_concurrency": self._concurrency}, return_exceptions=True
        )
        with closing(cast("Any", asked)):
            try:
                for at, answer in asked:
                    if isinstance(answer, Exception):
                        raise answer
                    yield places[at], self._counted(answer)
            finally:
                self._stopped.set()  # whatever still waits to try again gives up

    def _counted(self, answer: _Answer) -> Label | None:
        self.usage.add(answer.usage)
        self._told(self.usage)
        return answer.label

    def _first(self, text: str | None) -> _Answer:
        """Finds out, with the first review, what this server understands; some ignore what they do not know."""
        spent = Usage()
        accepted: list[dict[str, Any]] = []
        for dialect in DIALECTS:
            self._dialect = dialect
            try:
                answer = self._ask(text, refusable=False)
            except WinbackError as problem:
                if _status(problem) in _REFUSALS and (accepted or dialect is not DIALECTS[-1]):
                    continue
                self._dialect = None
                raise
            accepted.append(dialect)
            if answer.label is not None:
                answer.usage.add(spent)
                return answer
            answer.usage.unusable = 0
            spent.add(answer.usage)
        self._dialect = accepted[0]
        spent.unusable = 1
        return _Answer(None, spent)

    def _ask(self, text: str | None, refusable: bool = True) -> _Answer:
        answer = _Answer(None, Usage(unusable=1))
        for temperature in (0.0, 0.4):  # at 0 a model would say the same again
            try:
                reply = self._patiently(text, temperature)
            except WinbackError as problem:
                if refusable and _status(problem) in _REFUSALS:
                    return answer  # this text, not the server, is the trouble
                raise
            answer.usage.add(_usage(reply))
            answer.label = self._label(reply)
            if answer.label is not None:
                answer.usage.add(Usage(answered=1, unusable=-1))
                return answer
        return answer

    def _patiently(self, text: str | None, temperature: float) -> AIMessage:
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(_passes),
            wait=tenacity.wait_exponential(self._wait_s, max=30) + tenacity.wait_random(0, self._wait_s),
            stop=tenacity.stop_after_attempt(_TRIES) | tenacity.stop_when_event_set(self._stopped),
            sleep=tenacity.sleep_using_event(self._stopped),
            reraise=True,
        )
        review = HumanMessage(render("fence", text=_shown(text)))
        # In the body, because langchain-openai raises on a cut-off reply when it is given `response_format` itself.
        body = {"max_tokens": _ANSWER_TOKENS, **(self._dialect or {})}
        bound = cast("Any", self._model.bind(temperature=temperature, extra_body=body))
        return cast("AIMessage", retrying(bound.invoke, [self._system, review]))

    def _label(self, reply: AIMessage) -> Label | None:
        read = read_reply(reply.text)
        if read is None:
            return None
        metadata = cast("dict[str, Any]", reply.response_metadata)
        spread = probabilities(read, metadata.get("logprobs"))
        return Label(read.sentiment, max(spread), spread, {**read.aspects}, self.version)


def _shown(text: str | None) -> str:
    """One line without tags, contacts and anything invisible, and with brackets that no chat marker is made of."""
    return quote(text, MOST).translate(_BRACKETS)


def _prompt_hash() -> str:
    parts = [render("label-review"), render("fence", text=""), json.dumps(SCHEMA, sort_keys=True), str(MOST)]
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:8]


def _usage(reply: AIMessage) -> Usage:
    used = reply.usage_metadata
    if used is None:
        return Usage(requests=1)
    cached = used.get("input_token_details", {}).get("cache_read") or 0
    return Usage(
        requests=1, input_tokens=used["input_tokens"], cached_tokens=cached, output_tokens=used["output_tokens"]
    )


def _passes(problem: BaseException) -> bool:
    """Busy, slow or failing for now; a refused key or an unknown model stays refused."""
    status = _status(problem)
    return isinstance(problem, WinbackError) and (status is None or status in _PASSING or status >= 500)


def _status(problem: BaseException | None) -> int | None:
    """The HTTP status behind an error, where there was an answer at all."""
    while problem is not None:
        status = getattr(problem, "status_code", None)
        if isinstance(status, int):
            return status
        problem = problem.__cause__
    return None
