"""A model is current only when it is whole."""

from pathlib import Path

import pytest

from store.errors import WinbackError
from store.model_store import KEPT, ModelStore


def save(store: ModelStore, version: str) -> None:
    with store.saving(version, {"as_of": "2026-06-30"}) as folder:
        (folder / "model.txt").write_text(version)


def fail_halfway(store: ModelStore) -> None:
    with store.saving("b", {}) as folder:
        (folder / "half.txt").write_text(str(1 / 0))


def test_the_last_saved_is_current(tmp_path: Path) -> None:
    store = ModelStore(tmp_path, "churn")
    save(store, "a")
    save(store, "b")
    assert (store.current / "model.txt").read_text() == "b"
    assert store.facts == {"as_of": "2026-06-30", "version": "b"}


def test_without_a_model_the_sentence_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WinbackError, match="no churn model yet; run `winback refresh`"):
        _ = ModelStore(tmp_path, "churn").current


def test_a_failed_save_leaves_the_old_version(tmp_path: Path) -> None:
    store = ModelStore(tmp_path, "churn")
    save(store, "a")
    with pytest.raises(ZeroDivisionError):
        fail_halfway(store)
    assert store.current.name == "a"
    assert [path.name for path in store.folder.iterdir() if path.is_dir()] == ["a"]


@pytest.mark.parametrize("damage", ["", "{", '{"version": 3}', '{"version": "gone"}'])
def test_a_damaged_note_is_no_model(tmp_path: Path, damage: str) -> None:
    store = ModelStore(tmp_path, "churn")
    save(store, "a")
    (store.folder / "current.json").write_text(damage)
    with pytest.raises(WinbackError, match="winback refresh"):
        _ = store.current


def test_old_versions_are_swept(tmp_path: Path) -> None:
    store = ModelStore(tmp_path, "churn")
    for number in range(KEPT + 3):
        save(store, f"v{number}")
    assert len([path for path in store.folder.iterdir() if path.is_dir()]) == KEPT
    assert store.current.name == f"v{KEPT + 2}"
