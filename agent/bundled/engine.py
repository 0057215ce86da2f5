"""llama.cpp in this process, through `xllamacpp`, on a loopback port of its own."""

import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

xllamacpp: Any = importlib.import_module("xllamacpp")  # a compiled module without types

WINDOW = 1024
SLOTS = 4


@dataclass(frozen=True)
class Piece:
    """A part of a completion; the last one says why it ended and how many tokens were read and written."""

    text: str
    stop: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Engine:
    """Serves one GGUF file. `complete` streams raw text that matches a grammar."""

    def __init__(self, gguf_file: Path):
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(gguf_file)
        parameters.n_ctx = WINDOW * SLOTS
        parameters.n_parallel = SLOTS
        parameters.cpuparams.n_threads = 1
        parameters.cpuparams_batch.n_threads = 1
        parameters.cache_ram_mib = 0
        parameters.ui = False
        parameters.warmup = False
        parameters.verbosity = -1
        parameters.fit_params = False
        self.server = xllamacpp.Server(parameters)
        self.client = httpx.Client(base_url=self.server.listening_address, timeout=60, trust_env=False)

    def tokens(self, text: str) -> int:
        """How many tokens a text has."""
        response = self.client.post("/tokenize", json={"content": text})
        return len(response.json()["tokens"])

    def complete(self, prompt: str, grammar: str, max_tokens: int) -> Iterator[Piece]:
        body: dict[str, Any] = {
            "prompt": prompt,
            "grammar": grammar,
            "n_predict": max_tokens,
            "temperature": 0.0,
            "top_k": 1,
            "stream": True,
            "cache_prompt": True,
        }
        with self.client.stream("POST", "/completion", json=body) as response:
            if response.status_code != 200:
                response.read()
                raise RuntimeError(response.text[:500])
            for line in response.iter_lines():
                if line.startswith("data: ") and line != "data: [DONE]":
                    yield piece(line[6:])


def piece(data: str) -> Piece:
    chunk = json.loads(data)
    if not chunk.get("stop"):
        return Piece(chunk.get("content", ""))
    stop = "length" if chunk.get("stop_type") == "limit" else "stop"
    return Piece(chunk.get("content", ""), stop, chunk.get("tokens_evaluated", 0), chunk.get("tokens_predicted", 0))
