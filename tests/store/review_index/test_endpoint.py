"""The embedder behind `/v1/embeddings`, against a server that can misbehave."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from time import sleep
from typing import Any

import numpy as np
import pytest

from store.errors import WinbackError
from store.review_index import ReviewIndex
from store.review_index.embedder import choose_embedder, chosen_name
from store.settings import Settings
from tests.store.review_index.conftest import LettersEmbedder, found, reviews


class Server(ThreadingHTTPServer):
    """Answers with letter vectors, last text first; `plan` holds what to do instead, one item a request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, Any]] = []
        self.keys: set[str | None] = set()
        self.paths: set[str] = set()
        self.plan: list[Any] = []
        self.longest = 10**6
        self.now = self.most_at_once = 0
        self.lock = Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.asked.append(body)
            self.server.keys.add(self.headers["Authorization"])
            self.server.paths.add(self.path)
            self.server.now += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.now)
            planned = self.server.plan.pop(0) if self.server.plan else None
        sleep(0.02)
        with self.server.lock:
            self.server.now -= 1
        if planned == "hang up":
            self.connection.close()
            return
        too_long = max(map(len, body["input"])) > self.server.longest
        status = planned if isinstance(planned, int) else 400 if too_long else 200
        self._answer(status, planned if isinstance(planned, str) else self._vectors(body["input"]))

    def _vectors(self, texts: list[str]) -> str:
        letters = LettersEmbedder()
        rows = [{"index": n, "embedding": (3 * letters.query(text)).tolist()} for n, text in enumerate(texts)]
        return json.dumps({"object": "list", "data": rows[::-1]})

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server(monkeypatch) -> Iterator[Server]:
    monkeypatch.setattr("store.review_index.endpoint.PAUSES_S", (0.01, 0.01, 0.01))
    server = Server()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def chosen(server: Server, **more: Any) -> Any:
    more = {"embedder_url": server.url, "embedder_model": "BAAI/bge-m3", "embedder_api_key": "secret"} | more
    return choose_embedder(Settings(**more))


def test_vectors_come_back_in_order_and_of_length_one(server):
    texts = [f"text number {n}" for n in range(300)]
    vectors = chosen(server).passages(texts)
    assert np.allclose(vectors, LettersEmbedder().passages(texts), atol=1e-5)
    assert (vectors.dtype, vectors.shape) == (np.float32, (300, 64))
    assert max(len(one["input"]) for one in server.asked) == 64
    assert 1 < server.most_at_once <= 4
    assert {one["model"] for one in server.asked} == {"BAAI/bge-m3"}
    assert (server.keys, server.paths) == ({"Bearer secret"}, {"/v1/embeddings"})


@pytest.mark.parametrize("ending", ["/v1", "/v1/", "/v1/embeddings"])
def test_the_address_may_end_as_people_write_it(server, ending):
    assert chosen(server, embedder_url=server.url + ending).dimension == 64
    assert server.paths == {"/v1/embeddings"}


def test_prefixes(server):
    embedder = chosen(server, embedder_query_prefix="query: ", embedder_passage_prefix="passage: ")
    embedder.query("late")
    embedder.passages(["came late"])
    assert [one["input"] for one in server.asked] == [["query: late"], ["passage: came late"]]


def test_names_tell_models_and_prefixes_apart(server):
    names = {chosen(server).name, chosen(server, embedder_passage_prefix="passage: ").name}
    names.add(chosen(server, embedder_model="BAAI/bge-m4").name)
    assert len(names) == 3
    assert all(name.startswith("baai-bge-m") for name in names)
    assert chosen_name(Settings(embedder_url=None)) == "use-multilingual-3"


@pytest.mark.parametrize("passing", [[503], [429, 500], ["hang up"], ["hang up", 502, 503]])
def test_what_passes_is_tried_again(server, passing):
    server.plan = list(passing)
    assert chosen(server).query("late").shape == (64,)
    assert len(server.asked) == len(passing) + 1


def test_a_text_that_is_too_long_is_cut(server):
    server.longest = 600
    assert chosen(server).passages(["short", "w" * 5000]).shape == (2, 64)
    assert [max(map(len, one["input"])) for one in server.asked] == [2000, 1000, 500]


NAN = json.dumps({"data": [{"index": 0, "embedding": [float("nan")] * 4}]})
BAD = [
    ([503] * 4, "refuses with status 503"),
    (["hang up"] * 4, "does not answer"),
    ([401], "does not accept the key"),
    ([404], "does not know the model or address"),
    ([400] * 4, "refuses with status 400"),
    (["not json"], "does not answer with embeddings"),
    (['{"error": "no"}'], "does not answer with embeddings"),
    (['{"data": []}'], "one sound vector for each text"),
    ([NAN], "one sound vector for each text"),
]


@pytest.mark.parametrize(("plan", "words"), BAD)
def test_what_stays_wrong_is_one_sentence(server, plan, words):
    server.plan = list(plan)
    with pytest.raises(WinbackError) as caught:
        chosen(server).query("late")
    text = str(caught.value)
    assert words in text
    assert f"{server.url}/v1" in text
    assert "secret" not in text
    assert text.count(". ") == 0


def test_vectors_of_two_lengths_are_refused(server):
    server.plan = [json.dumps({"data": [{"index": n, "embedding": [1.0, 2.0]} for n in range(64)]})]
    with pytest.raises(WinbackError, match="vectors of different lengths"):
        chosen(server).passages(["text"] * 128)


def test_nobody_there():
    with pytest.raises(WinbackError, match="does not answer; check WINBACK_EMBEDDER_URL"):
        _ = choose_embedder(Settings(embedder_url="http://user:pw@127.0.0.1:9", embedder_model="m")).dimension


def test_a_url_without_a_model():
    with pytest.raises(WinbackError, match="set WINBACK_EMBEDDER_MODEL too"):
        choose_embedder(Settings(embedder_url="http://127.0.0.1:9"))


def test_an_index_on_it(server, tmp_path):
    index = ReviewIndex.open(tmp_path, Settings(home=tmp_path, embedder_url=server.url, embedder_model="letters"))
    index.sync([reviews()])
    assert found(index, "zipper broke", mode="vector")[0] == "r5"
    asked = len(server.asked)
    index.sync([reviews()])
    assert len(server.asked) <= asked + 1
