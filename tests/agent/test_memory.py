"""What is remembered, by whom, and across processes."""

import multiprocessing
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from agent.memory import Memory, open_memory
from agent.privacy import Vault
from store.errors import WinbackError

AT = datetime(2026, 1, 2, 3, 4, 5)


def test_a_conversation_goes_on_by_its_id(talk):
    first, _ = talk("Hello.")
    first.ask("hi there")
    second, model = talk("Welcome back.", conversation_id=first.id)
    answer = second.ask("me again")
    assert answer.conversation == first.id
    assert [message.text for message in model.seen[0][1:]] == ["hi there", "Hello.", "me again"]


def test_an_unknown_id_is_a_sentence(talk):
    with pytest.raises(WinbackError, match="There is no conversation nope"):
        talk("Hello.", conversation_id="nope")


def test_conversations_are_listed_latest_first(talk, shop):
    for question in ("first question", "second question of jane@x.com"):
        talk("Hello.")[0].ask(question)
    listed = open_memory(shop.home).conversations()
    assert [one.title for one in listed] == ["second question of <email-1>", "first question"]
    assert (listed[0].actor, listed[0].role, listed[0].turns) == ("ann", "care", 1)


def test_only_the_newest_checkpoint_is_kept(talk, shop):
    conversation, _ = talk("Hello.")
    for _ in range(5):
        conversation.ask("hi")
    with sqlite3.connect(shop.home / "conversations.db") as connection:
        assert connection.execute("SELECT count(*) FROM checkpoints").fetchone() == (1,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_others_cannot_read_the_file(talk, shop):
    talk("Hello.")
    assert (shop.home / "conversations.db").stat().st_mode & 0o077 == 0


def test_a_home_that_cannot_be_written_is_a_sentence(tmp_path):
    with pytest.raises(WinbackError, match="cannot be used for conversations"):
        Memory(tmp_path / "missing" / "conversations.db")


def _write(path, name):
    memory = Memory(path)
    for number in range(20):
        memory.begin_turn(f"{name}-{number}", "ann", "care", "hi", AT, Vault({"<email-1>": "a@b.co"}, {"<email-1>"}))


def test_processes_write_at_once(tmp_path):
    path = tmp_path / "conversations.db"
    Memory(path)
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_write, args=(path, name)) for name in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    memory = Memory(path)
    assert len(memory.conversations(100)) == 40
    assert memory.vault("a-7", "ann").values == {"<email-1>": "a@b.co"}
    assert memory.vault("a-7", "bob").own == set()


def test_threads_talk_at_once(talk):
    def chat(number):
        conversation, _ = talk(f"Hello {'abcd'[number]}.")
        return [conversation.ask("hi").answer for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(chat, range(4)))
    assert answers == [[f"Hello {letter}."] * 4 for letter in "abcd"]
