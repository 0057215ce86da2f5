"""Labelling by the embedded models, in a cascade, and with a memory."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from store.errors import WinbackError
from store.label_journal import LabelJournal
from tools.reviews.contradiction import CLEARLY, contradicts
from tools.reviews.labelling import embedded
from tools.reviews.labelling.cascade import Cascade
from tools.reviews.labelling.embedded import EmbeddedLabeller
from tools.reviews.labelling.journalled import Journalled
from tools.reviews.labelling.keys import text_key
from tools.reviews.labelling.notes import DAMAGED, LONG, NO_TEXT, NO_WORDS, WRONGLY_DECODED, readable
from tools.reviews.labels import SENTIMENTS, Label, Labeller, Sentiment

ODD = [None, "", "  \n", "😀😀", "a", "差", "x" * 50_000, "<p>good</p>", "很好 but late", "\ud800 \x00 \ufffd", "5"]


class Second:
    """Answers with a label that can be told from the first's, until it fails; None for what it cannot answer."""

    def __init__(self, version: str = "model:m", fails_after: int = 10**9, cannot: Sequence[str] = ()) -> None:
        self.version = version
        self.asked: list[str | None] = []
        self._fails_after = fails_after
        self._cannot = cannot

    def answers(self, texts: Sequence[str | None]) -> Iterator[tuple[int, Label | None]]:
        for at, text in enumerate(texts):
            if len(self.asked) >= self._fails_after:
                raise WinbackError("The server broke off.")
            self.asked.append(text)
            answer = Label("neutral", 0.8, (0.1, 0.8, 0.1), {"fit": "neutral"}, self.version)
            yield at, None if text in self._cannot else answer


class First:
    """Scores a text by the number it holds, in hundredths."""

    version = "embedded:f"

    def label(self, texts: Sequence[str | None]) -> list[Label]:
        scores = [int(text or 0) / 100 for text in texts]
        return [Label("positive", score, (0, 1 - score, score), {}, self.version) for score in scores]


def test_every_text_gets_a_label() -> None:
    labeller: Labeller = EmbeddedLabeller(workers=1)
    labels = labeller.label(ODD)
    assert len(labels) == len(ODD)
    for label in labels:
        assert label.version == labeller.version
        assert sum(label.probabilities) == pytest.approx(1, abs=1e-4)
        assert label.score == pytest.approx(label.probabilities[SENTIMENTS.index(label.sentiment)])
    assert labels[0].probabilities == labels[1].probabilities == labels[2].probabilities


def test_good_and_bad_are_told_apart_in_both_languages() -> None:
    texts = [
        "Lovely, great quality, I love it and would buy it again",
        "Terrible. It broke after a day and they refuse a refund, waste of money",
        "质量非常好，很喜欢，下次还会再来买",
        "质量太差了，用了一天就坏了，客服态度也不好，再也不买了",
    ]
    labels = EmbeddedLabeller(workers=1).label(texts)
    assert [label.sentiment for label in labels] == ["positive", "negative"] * 2
    assert all(label.aspects.get("quality") for label in labels[:1] + labels[2:])
    assert labels[3].aspects["service"] == "negative"


def test_processes_give_the_same_labels_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_WORTH_A_POOL", 50)
    monkeypatch.setattr(embedded, "_CHUNK", 16)
    texts = [f"parcel {number} was {'late' if number % 3 else 'lovely'}" for number in range(100)] * 2
    with EmbeddedLabeller(workers=2) as several:
        assert several.label(texts) == EmbeddedLabeller(workers=1).label(texts)


def test_a_killed_process_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_WORTH_A_POOL", 1)
    with EmbeddedLabeller(workers=2) as labeller:
        labeller.label(["a", "b"])
        for process in list(labeller._pool._processes.values()):  # pyright: ignore
            process.kill()
        deadline = time.monotonic() + 20
        while not labeller._pool._broken and time.monotonic() < deadline:  # pyright: ignore
            time.sleep(0.01)  # else the pool may still be writing to a process that is gone (a race of CPython's)
        with pytest.raises(WinbackError, match="ended from outside"):
            labeller.label([str(number) for number in range(5000)])


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")
def test_the_processes_end_with_the_one_that_was_killed(tmp_path: Path) -> None:
    (tmp_path / "label.py").write_text(
        "import time\n"
        "from tools.reviews.labelling.embedded import EmbeddedLabeller\n"
        "if __name__ == '__main__':\n"
        "    labeller = EmbeddedLabeller(workers=2)\n"
        "    labeller.label([str(number) for number in range(5000)])\n"
        "    print(*labeller._pool._processes, flush=True)\n"
        "    time.sleep(60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, tmp_path / "label.py"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout
        children = parent.stdout.readline().split()
        assert len(children) == 2
        parent.kill()
    deadline = time.monotonic() + 20
    while any(_runs(child) for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_runs(child) for child in children)


def _runs(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def test_the_least_sure_go_to_the_second_labeller() -> None:
    texts = [str(score) for score in (90, 51, 99, 60, 70)]
    second = Second()
    by_share = Cascade(First(), second, share=0.4).label(texts)
    assert [label.version for label in by_share] == [
        "embedded:f", "model:m", "embedded:f", "model:m", "embedded:f",
    ]  # fmt: skip
    assert second.asked == ["51", "60"]
    below = Second()
    cascade = Cascade(First(), below, below=0.9)
    cascade.label(texts)
    assert below.asked == ["51", "60", "70"]
    assert cascade.versions == ("embedded:f", "model:m")
    assert (cascade.escalated, cascade.relabelled) == (3, 3)


def test_texts_without_a_letter_are_not_escalated() -> None:
    second = Second()
    Cascade(EmbeddedLabeller(workers=1), second).label([None, "", "😀", "!!", "ok"])
    assert second.asked == ["ok"]


def test_the_first_label_stays_where_the_second_has_none() -> None:
    labels = Cascade(First(), Second(cannot=["60"])).label(["50", "60"])
    assert [label.version for label in labels] == ["model:m", "embedded:f"]


def test_a_failure_is_raised_or_noted_and_overwrites_nothing() -> None:
    with pytest.raises(WinbackError, match="broke off"):
        Cascade(First(), Second(fails_after=1)).label(["50", "60"])
    second = Second(fails_after=1)
    tolerant = Cascade(First(), second, strict=False)
    assert [label.version for label in tolerant.label(["60", "50"])] == ["embedded:f", "model:m"]
    assert str(tolerant.trouble) == "The server broke off."
    assert [label.version for label in tolerant.label(["70"])] == ["embedded:f"]
    assert second.asked == ["50"]


def test_texts_are_asked_once_and_answers_survive_a_failure(tmp_path: Path) -> None:
    texts = ["a", "b", " a ", "c", "d"]
    second = Second(fails_after=3)
    with pytest.raises(WinbackError):
        dict(Journalled(second, LabelJournal(tmp_path)).answers(texts))
    assert second.asked == ["a", "b", "c"]
    resumed = Second()
    found = Journalled(resumed, LabelJournal(tmp_path)).label(texts)
    assert resumed.asked == ["d"]
    assert [label.version for label in found] == ["model:m"] * 5
    assert found[0].aspects == {"fit": "neutral"}
    assert found[0].score == pytest.approx(0.8)


def test_what_had_no_answer_is_asked_again(tmp_path: Path) -> None:
    dict(Journalled(Second(cannot=["a"]), LabelJournal(tmp_path)).answers(["a", "b"]))
    again = Second()
    dict(Journalled(again, LabelJournal(tmp_path)).answers(["a", "b"]))
    assert again.asked == ["a"]


def test_relabelling_is_explicit_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    texts = ["a", "b", "c"]
    Journalled(Second("model:1"), LabelJournal(tmp_path)).label(texts)
    new = Second("model:2")
    kept = Journalled(new, LabelJournal(tmp_path)).label([*texts, "d"])
    assert [label.version for label in kept] == ["model:1"] * 3 + ["model:2"]
    stopped = Second("model:2", fails_after=1)
    with pytest.raises(WinbackError):
        Journalled(stopped, LabelJournal(tmp_path), relabel=True).label(texts)
    rest = Second("model:2")
    again = Journalled(rest, LabelJournal(tmp_path), relabel=True).label([*texts, "d"])
    assert rest.asked == ["b", "c"]
    assert {label.version for label in again} == {"model:2"}


def test_a_journal_behind_a_cascade(tmp_path: Path) -> None:
    first = Journalled(EmbeddedLabeller(workers=1), LabelJournal(tmp_path))
    second = Second()
    labels = Cascade(first, Journalled(second, LabelJournal(tmp_path))).label(["good", "good", "bad"])
    assert {label.version for label in labels} == {"model:m"}
    assert sorted(map(str, second.asked)) == ["bad", "good"]


def test_keys_tell_texts_apart_and_nothing_else() -> None:
    assert text_key("Caf\u00e9  au lait\n") == text_key("Cafe\u0301 au lait")
    assert text_key("good") != text_key("Good")
    assert text_key(None) == text_key(" ") != text_key("a")
    assert len(text_key("\ud800")) == 32


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        (None, NO_TEXT),
        (" \n", NO_TEXT),
        ("🙂!!", NO_WORDS),
        ("a" * 2001, LONG),
        ("bro\ufffdken", DAMAGED),
        ("a", ""),
        ("很好", ""),
        ("Crème brûlée, naïve façade, 20 € à côté", ""),
        ("ÀÉÎÕÜ ÂÃÄ", ""),
    ],
)
def test_remarks(text: str | None, remark: str) -> None:
    assert readable(text) == (text, remark)


@pytest.mark.parametrize("text", ["很好，很喜欢", "café – très bon", "Größe passt nicht", "it’s fine 👍"])
def test_wrongly_decoded_text_is_put_right(text: str) -> None:
    raw = text.encode()
    for wrong in (raw.decode("latin-1"), "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in raw)):
        assert readable(wrong) == (text, WRONGLY_DECODED)


@pytest.mark.parametrize(
    ("rating", "sentiment", "clear", "flag"),
    [
        (1, "positive", True, True),
        (2.0, "positive", True, True),
        (2.5, "positive", True, False),
        (3, "positive", True, False),
        (3, "negative", True, False),
        (4, "negative", True, True),
        (5, "negative", True, True),
        (5, "negative", False, False),
        (1, "negative", True, False),
        (5, "positive", True, False),
        (1, "neutral", True, False),
        (None, "positive", True, False),
        (float("nan"), "positive", True, False),
        (9, "negative", True, False),
    ],
)
def test_a_rating_contradicts_a_text_that_clearly_says_the_opposite(
    rating: float | None, sentiment: Sentiment, clear: bool, flag: bool
) -> None:
    score = CLEARLY if clear else CLEARLY - 0.01
    rest = (1 - score) / 2
    spread = [score if name == sentiment else rest for name in SENTIMENTS]
    assert contradicts(rating, Label(sentiment, score, (spread[0], spread[1], spread[2]), {}, "v")) is flag
