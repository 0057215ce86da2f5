"""The index follows the shop's reviews, at the cost of what changed."""

import multiprocessing
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from store.errors import WinbackError
from store.review_index import ReviewIndex, ReviewRow, Where
from store.review_index.catalogue import FILE
from store.review_index.vectors import VectorStore, close_client
from store.settings import Settings
from tests.store.review_index.conftest import LettersEmbedder, found, reviews


def test_a_first_sync_embeds_every_text_once(index, embedder):
    done: list[int] = []
    report = index.sync([reviews()[:4], reviews()[4:]], done.append)
    assert (report.read, report.added, report.changed, report.removed) == (6, 6, 0, 0)
    assert report.embedded == len(embedder.texts) == len(set(embedder.texts)) == 5
    assert report.embedder == "letters"
    assert done == [4, 2]
    assert index.count == 6


def test_a_second_sync_does_nothing(index, embedder):
    index.sync([reviews()])
    embedder.texts.clear()
    report = index.sync([reviews()])
    assert (report.added, report.changed, report.removed, report.embedded, report.forgotten) == (0, 0, 0, 0, 0)
    assert embedder.texts == []


def test_changed_labels_cost_no_embedding(index, embedder):
    index.sync([reviews()])
    embedder.texts.clear()
    changed = [replace(row, sentiment="neutral") if row.review_id == "r1" else row for row in reviews()]
    report = index.sync([changed])
    assert (report.changed, report.embedded) == (1, 0)
    assert embedder.texts == []
    assert found(index, "zipper broke", where=Where(sentiments=["neutral"])) == ["r1"]
    assert found(index, "zipper broke", where=Where(sentiments=["negative"]))[0] == "r5"


def test_new_changed_and_gone_reviews(index, embedder):
    index.sync([reviews()])
    embedder.texts.clear()
    rows = [row for row in reviews() if row.review_id != "r2"]
    rows[2] = replace(rows[2], text="Handle came off")
    rows.append(ReviewRow("r7", "Smells of glue", "mug"))
    report = index.sync([rows])
    assert (report.added, report.changed, report.removed) == (1, 1, 1)
    assert sorted(embedder.texts) == ["Handle came off", "Smells of glue"]
    assert report.forgotten == 2
    assert found(index, "smells of glue")[0] == "r7"
    assert found(index, "handle came off", mode="lexical") == [rows[2].review_id]
    assert found(index, "lovely colours", mode="lexical") == []
    assert "r2" not in found(index, "lovely colours fits well", mode="vector")


def test_a_text_stays_while_one_review_has_it(index):
    index.sync([reviews()])
    report = index.sync([[row for row in reviews() if row.review_id != "r1"]])
    assert (report.removed, report.forgotten) == (1, 0)
    assert found(index, "zipper broke", mode="vector")[0] == "r5"


def test_every_review_may_go(index):
    index.sync([reviews()])
    assert index.sync([]).removed == 6
    assert (index.count, found(index, "zipper")) == (0, [])


def test_an_id_that_comes_twice_counts_once(index):
    report = index.sync([[ReviewRow("r1", "first"), ReviewRow("r1", "second")], [ReviewRow("r1", "third")]])
    assert (index.count, report.added) == (1, 1)
    assert found(index, "third", mode="lexical") == ["r1"]
    assert found(index, "first second", mode="lexical") == []


ODD = [
    None,
    "",
    "  ",
    "\x00\u200b",
    "😀😀😀",
    "好",
    "x" * 50_000,
    "<p>tea &amp; <b>cake</b></p>",
    "很good的dress",
    "\ud800 lone",
]


def test_odd_texts_do_no_harm(index, embedder):
    rows = [ReviewRow(f"r{place}", text) for place, text in enumerate(ODD)]
    assert index.sync([rows]).added == len(ODD)
    assert index.sync([rows]).embedded == 0
    assert max(map(len, embedder.texts)) <= 4000
    assert "tea & cake" in embedder.texts
    assert found(index, "cake", mode="lexical") == ["r7"]
    assert found(index, "dress", mode="lexical") == found(index, "很", mode="lexical") == ["r8"]
    assert set(found(index, "anything", limit=50)) <= {"r4", "r5", "r6", "r7", "r8", "r9"}
    assert found(index, "anything", where=Where(review_ids=["r0", "r1", "r2", "r3"])) == []


def test_another_embedder_swaps_in_whole(tmp_path, embedder):
    settings = Settings(home=tmp_path)
    ReviewIndex.open(tmp_path, settings, embedder).sync([reviews()])
    new = LettersEmbedder("other", 32)

    def batches():
        yield reviews()[:3]
        # Half-way the old vectors still answer, and are still all there.
        old = ReviewIndex.open(tmp_path, settings, embedder)
        assert set(found(old, "crushed box", mode="vector")) == {"r2", "r3", "r4", "r5", "r6"}
        yield reviews()[3:]

    report = ReviewIndex.open(tmp_path, settings, new).sync(batches())
    assert (report.added, report.changed, report.embedded) == (0, 0, 5)
    assert found(ReviewIndex.open(tmp_path, settings, new), "crushed box", mode="vector")[0] == "r6"
    store = VectorStore(tmp_path / "reviews-index" / "vectors", None)
    with pytest.raises(WinbackError, match="lost its vectors"):
        store.count("reviews-letters-64")
    assert store.count("reviews-other-32") == 5


def test_a_stopped_swap_leaves_the_old_one_and_goes_on(tmp_path, embedder):
    settings = Settings(home=tmp_path)
    ReviewIndex.open(tmp_path, settings, embedder).sync([reviews()])
    new = LettersEmbedder("other", 32)

    def broken():
        yield reviews()[:3]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ReviewIndex.open(tmp_path, settings, new).sync(broken())
    assert found(ReviewIndex.open(tmp_path, settings, embedder), "crushed box", mode="vector")[0] == "r6"
    # Whoever no longer has the old embedder finds by words until the new vectors are whole.
    assert found(ReviewIndex.open(tmp_path, settings, new), "crushed box") == ["r6"]
    new.texts.clear()
    assert ReviewIndex.open(tmp_path, settings, new).sync([reviews()]).embedded == 2
    assert len(new.texts) == 2


def test_lost_vectors_are_made_again(index, embedder, tmp_path):
    index.sync([reviews()])
    store = VectorStore(tmp_path / "reviews-index" / "vectors", None)
    store.keep_only("nothing")
    with pytest.raises(WinbackError, match="winback refresh"):
        index.search("zipper")
    assert index.sync([reviews()]).embedded == 5
    assert found(index, "zipper broke")[0] == "r5"


def test_a_broken_catalogue_is_built_anew(index, tmp_path):
    index.sync([reviews()])
    (tmp_path / "reviews-index" / FILE).write_bytes(b"not a database" * 1000)
    with pytest.raises(WinbackError, match="not indexed yet"):
        index.search("zipper")
    assert index.sync([reviews()]).added == 6
    assert found(index, "zipper broke")[0] == "r5"


def test_an_embedder_that_fails_leaves_what_was_done(index, embedder):
    def fails(texts):
        raise WinbackError("The embedding server is gone.")

    index.sync([reviews()[:2]])
    embedder.passages, works = fails, embedder.passages
    with pytest.raises(WinbackError, match="is gone"):
        index.sync([reviews()])
    assert found(index, "zipper broke")[0] == "r1"
    embedder.passages = works
    assert index.sync([reviews()]).added == 4


def test_a_second_sync_at_once_is_told(index, tmp_path):
    def batches():
        yield reviews()
        with pytest.raises(WinbackError, match="Another process is building the review index"):
            index.sync([reviews()])

    assert index.sync(batches()).added == 6


_KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from store.review_index import ReviewIndex
from store.settings import Settings
from tests.store.review_index.conftest import LettersEmbedder, reviews
home, stop = Path(sys.argv[1]), int(sys.argv[3])
class Fatal(LettersEmbedder):
    def passages(self, texts):
        if len(self.texts) >= stop:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().passages(texts)
rows = reviews()
def batches():
    for row in rows:
        yield [row]
    if stop == 99:
        os.kill(os.getpid(), signal.SIGKILL)
ReviewIndex.open(home, Settings(home=home), Fatal()).sync(batches())
"""


@pytest.mark.parametrize("stop", [0, 2, 4, 99])
def test_killed_at_any_moment_the_next_sync_completes_it(tmp_path, embedder, stop):
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path), str(root), str(stop)], cwd=root, check=False)
    assert done.returncode == -signal.SIGKILL
    index = ReviewIndex.open(tmp_path, Settings(home=tmp_path), embedder)
    assert not index.built
    report = index.sync([reviews()])
    assert report.embedded == max(5 - stop, 0)
    assert (index.built, index.count) == (True, 6)
    assert found(index, "zipper broke")[0] == "r5"
    assert set(found(index, "box", mode="vector", where=Where(languages=["en"]))) == {"r2", "r5"}


def _sync_elsewhere(home: Path) -> None:
    embedder = LettersEmbedder()
    index = ReviewIndex.open(home, Settings(home=home), embedder)
    index.sync([[*reviews()[1:], ReviewRow("r9", "Quilted velvet jumpsuit", "suit", day=date(2026, 4, 1))]])
    os._exit(0)


def test_a_reader_sees_what_another_process_synced(index, tmp_path):
    index.sync([reviews()])
    assert found(index, "quilted velvet jumpsuit", mode="vector")[0] != "r9"
    other = multiprocessing.get_context("spawn").Process(target=_sync_elsewhere, args=(tmp_path,))
    other.start()
    other.join(120)
    assert other.exitcode == 0
    assert found(index, "quilted velvet jumpsuit", mode="vector")[0] == "r9"
    assert found(index, "quilted velvet jumpsuit", mode="vector", where=Where(products=["suit"])) == ["r9"]
    close_client(tmp_path / "reviews-index" / "vectors")
