"""Finding the model: an OpenAI-compatible server of the shop's, or the bundled one."""

from functools import lru_cache
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

import httpx
from pydantic import SecretStr

from agent.chat import WinbackChat
from agent.model_errors import ModelError, Server, explain_status, one_sentence
from agent.window import DEFAULT_WINDOW, answer_tokens
from store.settings import Settings

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def chat_model(settings: Settings) -> WinbackChat:
    """The client for the shop's model server, or for the bundled model when no `model_url` is set.

    Asks the server for its models once: the first one is taken unless `model_name` is set, and its window is noted.
    Raises ModelError when the server cannot be used.
    """
    url = settings.model_url or _bundled_url()
    return _connect(
        normal_url(url),
        settings.model_name,
        settings.model_api_key.get_secret_value(),
        settings.model_timeout_s,
        settings.model_url is not None,
    )


def _bundled_url() -> str:
    from agent.bundled import serve

    return serve()


@lru_cache(maxsize=8)
def _connect(url: str, name: str | None, key: str, timeout_s: float, reads_rules: bool) -> WinbackChat:
    server = Server(_shown(url), name or "", timeout_s)
    http = httpx.Client(timeout=timeout_s, trust_env=urlsplit(url).hostname not in _LOOPBACK)
    with one_sentence(server):
        models = _models(http, url, key, server)
        if not name and not models:
            raise ModelError(f"The model server at {server.url} serves no model; load one, or set WINBACK_MODEL_NAME.")
        entry = next((model for model in models if model.get("id") == name), models[0] if models else {})
        name = name or str(entry["id"])
        window = _window(entry)
    return WinbackChat(
        model=name,
        server=Server(server.url, name, timeout_s),
        base_url=url,
        api_key=SecretStr(key),
        temperature=0,
        timeout=timeout_s,
        max_retries=1,
        stream_usage=True,
        use_responses_api=False,
        http_client=http,
        profile={"max_input_tokens": window},
        reads_rules=reads_rules,
        # The bundled server knows itself how much it can say: a list that it quotes whole takes more than it reads.
        extra_body={"max_tokens": answer_tokens(window) if reads_rules else window},
    )


def _models(http: httpx.Client, url: str, key: str, server: Server) -> list[dict[str, Any]]:
    response = http.get(f"{url}/models", headers={"Authorization": f"Bearer {key}"}, timeout=min(10, server.timeout_s))
    if response.status_code == 404 and server.model:
        return []
    if response.status_code != 200:
        raise ModelError(explain_status(response.status_code, response.text, server))
    models: list[dict[str, Any]] = response.json()["data"] or []
    return [dict(model) for model in models]


def _window(entry: dict[str, Any]) -> int:
    """vLLM says `max_model_len`, llama.cpp `meta.n_ctx` or `meta.n_ctx_train`."""
    meta = cast("dict[str, Any]", entry.get("meta") or {})
    for found in (entry.get("max_model_len"), meta.get("n_ctx"), meta.get("n_ctx_train")):
        if isinstance(found, int) and found > 0:
            return found
    return DEFAULT_WINDOW


def normal_url(url: str) -> str:
    """`host:port` and `http://host:port` become `http://host:port/v1`; a URL with a path is kept."""
    url = url.strip() if "://" in url else f"http://{url.strip()}"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as problem:
        raise ModelError(
            f"{url} is not a URL; set WINBACK_MODEL_URL to one like http://localhost:8000/v1."
        ) from problem
    if not parts.hostname:
        raise ModelError(f"{url} is not a URL; set WINBACK_MODEL_URL to one like http://localhost:8000/v1.")
    path = parts.path.rstrip("/") or "/v1"
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
