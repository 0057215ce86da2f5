"""What can go wrong with a model server, as one sentence that names its URL and the fix."""

import json
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import openai

from store.errors import WinbackError


class ModelError(WinbackError):
    """The model server is down, slow, refuses, or does not speak the protocol."""


@dataclass(frozen=True)
class Server:
    """Where the model is; `url` is shown to people, so it holds no password."""

    url: str
    model: str = ""
    timeout_s: float = 60.0


@contextmanager
def one_sentence(server: Server) -> Generator[None]:
    """Turns every failure of the server into a ModelError."""
    try:
        yield
    except (openai.APIError, httpx.HTTPError, httpx.InvalidURL) as problem:
        raise ModelError(_explain(problem, server)) from problem
    except (json.JSONDecodeError, UnicodeDecodeError, TypeError, KeyError, ValueError, AttributeError) as problem:
        raise ModelError(not_a_model_server(server)) from problem


def not_a_model_server(server: Server) -> str:
    return f"What answers at {server.url} is not an OpenAI-compatible model server; check WINBACK_MODEL_URL."


def broken_off(server: Server) -> str:
    return f"The model server at {server.url} broke off in the middle of its answer; look at its log and try again."


def _explain(problem: Exception, server: Server) -> str:
    where = f"The model server at {server.url}"
    if isinstance(problem, (openai.APITimeoutError, httpx.TimeoutException)):
        return f"{where} did not answer within {server.timeout_s:g} s; try again, or raise WINBACK_MODEL_TIMEOUT_S."
    if isinstance(problem, (openai.APIStatusError, httpx.HTTPStatusError)):
        return explain_status(problem.response.status_code, str(problem), server)
    if any(isinstance(cause, (httpx.RemoteProtocolError, httpx.ReadError)) for cause in _causes(problem)):
        return broken_off(server)
    if isinstance(problem, (openai.APIConnectionError, httpx.TransportError, httpx.InvalidURL)):
        start = "start one there, or leave the URL out to use the bundled model"
        return f"No model server answers at {server.url}; {start}."
    if isinstance(problem, openai.APIResponseValidationError):
        return not_a_model_server(server)
    return f"{where} answered with an error: {_brief(str(problem))}; look at its log and try again."


def explain_status(status: int, body: str, server: Server) -> str:
    """The sentence for an HTTP status other than 200."""
    where = f"The model server at {server.url}"
    if status in (401, 403):
        return f"{where} refuses the key; set WINBACK_MODEL_API_KEY."
    if status == 404:
        named = f" no model {server.model!r}" if server.model else " no /models"
        return f"{where} has{named}; check WINBACK_MODEL_NAME, and that WINBACK_MODEL_URL ends in /v1."
    if status == 429:
        return f"{where} is too busy; try again in a moment."
    if status >= 500:
        return f"{where} failed (HTTP {status}); look at its log and try again."
    if "tool-call-parser" in body or "enable-auto-tool-choice" in body:
        return (
            f"{where} was started without tool calling; restart vLLM with --enable-auto-tool-choice "
            "--tool-call-parser hermes."
        )
    if re.search(r"context (length|size|window)|too long|maximum context", body, re.IGNORECASE):
        return (
            f"The question and what went before are too long for the model at {server.url}; start a new conversation."
        )
    return f"{where} rejected the request (HTTP {status}: {_brief(body)}); check WINBACK_MODEL_NAME and its log."


def _causes(problem: BaseException | None) -> Iterator[BaseException]:
    while problem is not None:
        yield problem
        problem = problem.__cause__


def _brief(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 160 else text[:157] + "..."
