"""An embedder behind an OpenAI-compatible `/embeddings`, such as vLLM with an embedding model."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import numpy as np

from store.errors import WinbackError
from store.review_index.vectors import Vectors

BATCH = 64
AT_ONCE = 4
TIMEOUT_S = 60.0
PAUSES_S = (0.5, 1.0, 2.0)
LENGTHS = (2000, 1000, 500, 250)
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_AGAIN = {408, 409, 425, 429, 500, 502, 503, 504}


class EndpointEmbedder:
    """Sends batches of 64, four at once, and tries again what failed in passing; what a server refuses as too long is
    sent again cut to half."""

    share = 0.5

    def __init__(
        self, url: str, model: str, key: str, *, name: str, query_prefix: str = "", passage_prefix: str = ""
    ) -> None:
        self.name = name
        self._model = model
        self._query_prefix = query_prefix
        self._passage_prefix = passage_prefix
        self._url, self._shown = _addresses(url)
        self._http = httpx.Client(
            timeout=TIMEOUT_S,
            headers={"Authorization": f"Bearer {key}"},
            trust_env=urlsplit(url).hostname not in _LOOPBACK,
        )

    @property
    def dimension(self) -> int:
        return self._dimension

    @cached_property
    def _dimension(self) -> int:
        return int(self._batch(self._passage_prefix, ["ready"]).shape[1])

    def passages(self, texts: Sequence[str]) -> Vectors:
        batches = [list(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        if not batches:
            return np.zeros((0, self.dimension), np.float32)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            parts = list(pool.map(partial(self._batch, self._passage_prefix), batches))
        if len({part.shape[1] for part in parts}) > 1:
            raise self._problem("answers with vectors of different lengths")
        return np.concatenate(parts)

    def query(self, text: str) -> Vectors:
        return self._batch(self._query_prefix, [text])[0]

    def _batch(self, prefix: str, texts: list[str]) -> Vectors:
        status = 0
        for most in LENGTHS:
            answer = self._post([prefix + text[:most] for text in texts])
            status = answer.status_code
            if status == 200:
                return self._vectors(answer, len(texts))
            if status not in (400, 413, 422):
                break
        raise self._problem(_explained(status))

    def _post(self, texts: list[str]) -> httpx.Response:
        body = {"model": self._model, "input": texts, "encoding_format": "float"}
        for pause in (*PAUSES_S, None):
            try:
                answer = self._http.post(self._url, json=body)
            except (httpx.HTTPError, httpx.InvalidURL) as problem:
                if pause is None:
                    why = (
                        "does not answer in time" if isinstance(problem, httpx.TimeoutException) else "does not answer"
                    )
                    raise self._problem(why) from None
            else:
                if pause is None or answer.status_code not in _AGAIN:
                    return answer
            time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _vectors(self, answer: httpx.Response, number: int) -> Vectors:
        try:
            data: list[dict[str, Any]] = answer.json()["data"]
            rows = [row["embedding"] for row in sorted(data, key=lambda row: int(row["index"]))]
            vectors = np.asarray(rows, np.float32)
        except (ValueError, KeyError, TypeError):
            raise self._problem("does not answer with embeddings") from None
        if vectors.ndim != 2 or len(vectors) != number or not np.isfinite(vectors).all():
            raise self._problem("does not answer with one sound vector for each text")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.maximum(lengths, np.float32(1e-12))

    def _problem(self, what: str) -> WinbackError:
        return WinbackError(
            f"The embedding server at {self._shown} {what}; check WINBACK_EMBEDDER_URL and WINBACK_EMBEDDER_MODEL "
            f"({self._model}), or unset them to use the embedded one."
        )


def _addresses(url: str) -> tuple[str, str]:
    """Where to post, and how the server is named to people: without user, password and query."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    path = parts.path.rstrip("/").removesuffix("/embeddings") or "/v1"
    shown = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], path, "", ""))
    return urlunsplit((parts.scheme, parts.netloc, f"{path}/embeddings", parts.query, "")), shown


def _explained(status: int) -> str:
    meanings = {
        401: "does not accept the key",
        403: "does not accept the key",
        404: "does not know the model or address",
    }
    return meanings.get(status, f"refuses with status {status}")
