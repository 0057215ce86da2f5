"""From the working thread to the reading one."""

import threading
import time

import pytest

from agent import channel
from agent.channel import Channel, Stopped


def test_items_come_in_order_while_the_work_goes_on():
    told, reached = Channel(), threading.Event()

    def work():
        told.put(1)
        assert reached.wait(5)
        told.put(2)

    items = told.items(work)
    assert next(items) == 1
    reached.set()
    assert list(items) == [2]


def test_what_the_work_raises_is_raised_to_the_reader():
    told = Channel()

    def work():
        told.put(1)
        raise ValueError("broken")

    items = told.items(work)
    assert next(items) == 1
    with pytest.raises(ValueError, match="broken"):
        next(items)


def test_work_that_hangs_does_not_hold_up_a_reader_who_leaves(monkeypatch):
    monkeypatch.setattr(channel, "_PATIENCE_S", 0.05)
    told, hang, ended = Channel(), threading.Event(), []

    def work():
        told.put(1)
        hang.wait(5)
        try:
            told.put(2)
        except Stopped:
            ended.append("stopped")
            raise

    items = told.items(work)
    next(items)
    started = time.perf_counter()
    items.close()
    assert time.perf_counter() - started < 1
    hang.set()
    told.settle()
    assert ended == ["stopped"]
