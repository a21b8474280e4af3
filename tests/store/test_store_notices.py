"""Notices: of each kind the newest, seen by every process that shares the store, and no record."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from evalcore.errors import StoreError
from evalcore.store import Store
from evalcore.store.notices import Notice

OpenStore = Callable[..., Store]
PATIENCE = 20.0
SOON = 2.0


def notice(number: int, text: str, *, kind: str = "state", topic: str = "a") -> Notice:
    return Notice(topic=topic, kind=kind, number=number, text=text)


def said(store: Store, topic: str = "a", **seen: int) -> list[tuple[str, int, str]]:
    return [(one.kind, one.number, one.text) for one in store.notices.since(topic, seen)]


def test_another_process_sees_the_newest_of_each_kind_and_what_was_seen_no_more(
    where: str, opened: OpenStore
) -> None:
    one, other = opened(where), opened(where)
    one.notices.post([notice(1, "first"), notice(4, "é\U0001f600"), notice(3, "d", kind="drag")])
    one.notices.post([notice(9, "elsewhere", topic="b")])

    assert said(other) == [("drag", 3, "d"), ("state", 4, "é\U0001f600")]
    assert said(other, state=4) == [("drag", 3, "d")]
    assert said(other, state=4, drag=3) == []
    assert said(other, "nothing") == said(other, "a\0b") == []


def test_what_comes_late_does_not_replace_what_is_newer(where: str, opened: OpenStore) -> None:
    one, other = opened(where), opened(where)
    one.notices.post([notice(5, "newer")])
    other.notices.post([notice(4, "older")])
    assert said(one) == [("state", 5, "newer")]


def test_who_listens_is_woken_by_a_notice_of_another_process_long_before_its_time(
    where: str, opened: OpenStore
) -> None:
    one, other = opened(where), opened(where)
    found: list[tuple[str, int, str]] = []
    listens = threading.Event()

    def listen() -> None:
        with other.notices.listening() as wait:
            listens.set()
            while not found:
                wait(PATIENCE)
                found.extend(said(other))

    thread = threading.Thread(target=listen)
    thread.start()
    assert listens.wait(PATIENCE)
    start = time.monotonic()
    one.notices.post([notice(1, "now")])
    thread.join(PATIENCE)
    assert found == [("state", 1, "now")]
    assert time.monotonic() - start < SOON


def test_who_waits_in_vain_goes_on_after_their_time(store: Store) -> None:
    with store.notices.listening() as wait:
        start = time.monotonic()
        wait(0.05)
        assert 0.04 < time.monotonic() - start < SOON


def test_what_is_old_is_dropped_and_nothing_of_it_is_on_record(store: Store) -> None:
    store.notices.post([notice(1, "x")])
    store.notices.forget(age=timedelta(hours=1))
    assert said(store) == [("state", 1, "x")]
    store.notices.forget(age=timedelta(hours=-1))
    assert said(store) == []
    assert store.events() == ()


def test_a_notice_without_end_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="MB"):
        store.notices.post([notice(1, "x" * (16 * 2**20 + 1))])
    assert said(store) == []
