"""The journal of labels: what is written is there, by version and family, for any process."""

import sqlite3
from pathlib import Path

import pytest

from store.errors import WinbackError
from store.label_journal import Entry, LabelJournal


def entry(version: str, sentiment: str = "positive") -> Entry:
    return Entry(sentiment, (0.1, 0.2, 0.7), {"delivery": "negative"}, version)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    journal = LabelJournal(tmp_path)
    journal.write({"k1": entry("model:a"), "k2": entry("embedded:1")})
    journal.close()
    again = LabelJournal(tmp_path)
    assert again.read(["k1", "k2", "k3"], "model:a") == {"k1": entry("model:a")}
    assert again.counts() == {"model:a": 1, "embedded:1": 1}


def test_older_labels_of_the_family_hold_where_there_is_no_newer_one(tmp_path: Path) -> None:
    journal = LabelJournal(tmp_path)
    journal.write({"k1": entry("model:a"), "k2": entry("model:a"), "k3": entry("embedded:1")})
    journal.write({"k1": entry("model:b", "negative")})
    found = journal.read(["k1", "k2", "k3"], "model:a", older=True)
    assert {key: one.version for key, one in found.items()} == {"k1": "model:a", "k2": "model:a"}
    found = journal.read(["k1", "k2", "k3"], "model:c", older=True)
    assert {key: one.version for key, one in found.items()} == {"k1": "model:b", "k2": "model:a"}
    assert journal.read(["k2"], "model:b") == {}


def test_two_processes_may_write(tmp_path: Path) -> None:
    ours, theirs = LabelJournal(tmp_path), LabelJournal(tmp_path)
    ours.write({"k1": entry("model:a")})
    theirs.write({"k2": entry("model:a"), "k1": entry("model:a", "neutral")})
    assert ours.read(["k1", "k2"], "model:a")["k1"].sentiment == "neutral"


def test_a_broken_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "review-labels.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(WinbackError, match=r"review-labels\.db cannot be read or written"):
        LabelJournal(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(WinbackError, match="cannot be read or written"):
        LabelJournal(tmp_path / "file")


def test_no_text_is_kept(tmp_path: Path) -> None:
    LabelJournal(tmp_path).close()
    with sqlite3.connect(tmp_path / "review-labels.db") as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(labels)")]
    assert columns == ["text_key", "version_id", "sentiment", "negative", "neutral", "positive", "aspects"]
