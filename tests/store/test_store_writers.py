"""Many writers at once, and writers that are killed: what was acknowledged is there, whole."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from evalcore.store import Event, Store, StoreConflict, queries
from tests.store.saying import Say, new_id, saying

OpenStore = Callable[..., Store]
ROOT = Path(__file__).resolve().parents[2]
N_THREADS = 8
N_EACH = 15


@dataclass(kw_only=True)
class Child:
    """The process that forks writers."""

    process: subprocess.Popen[str]
    saved: list[tuple[str, int, str]] = field(default_factory=list)
    draft: int = 0

    def send(self, *words: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()

    def line(self) -> list[str]:
        assert self.process.stdout is not None
        return self.process.stdout.readline().split()

    def forget(self) -> None:
        self.saved.clear()
        self.draft = 0

    def listen(self, n_lines: int | None = None) -> None:
        """Take down what is acknowledged: so many lines, or until the writer has ended."""
        for _ in itertools.count() if n_lines is None else range(n_lines):
            words = self.line()
            if words == ["ended"]:
                return
            if words[0] == "saved":
                self.saved.append((words[1], int(words[2]), words[3]))
            elif words[0] == "draft":
                self.draft = int(words[1])


@contextmanager
def child() -> Iterator[Child]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.store.writer_child"],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        started = Child(process=process)
        assert started.line() == ["ready"]
        yield started
    finally:
        process.communicate()
        assert process.returncode == 0


@pytest.fixture(scope="module")
def children() -> Iterator[tuple[Child, Child]]:
    with child() as one, child() as other:
        yield one, other


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """Run all tasks at the same moment, each in a thread of its own."""
    start = threading.Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> Any:
        start.wait()
        return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return [done.result() for done in [pool.submit(run, task) for task in tasks]]


def check_all_there(store: Store, acknowledged: list[Event]) -> None:
    """Every acknowledged event is there as it was said, and nothing else."""
    events = store.events()
    assert sorted(event.hash for event in events) == sorted(event.hash for event in acknowledged)
    for stream in store.streams():
        versions = [event.version for event in events if event.stream == stream]
        assert versions == list(range(1, len(versions) + 1))
    assert store.verify() == len(acknowledged)


def test_threads_that_share_a_store_lose_nothing(store: Store, say: Say) -> None:
    def write(me: str) -> list[Event]:
        return [say("shared" if i % 3 else f"own/{me}", author=me) for i in range(N_EACH)]

    written = at_once(*(lambda me=str(n): write(me) for n in range(N_THREADS)))  # type: ignore[misc]

    check_all_there(store, [event for events in written for event in events])


def test_threads_with_stores_of_their_own_open_a_new_one_together(
    where: str, opened: OpenStore
) -> None:
    """Only one of them may make the tables; the others wait for it."""

    def write(me: str) -> list[Event]:
        say = saying(opened(where))
        return [say("shared", author=me) for _ in range(5)]

    written = at_once(*(lambda me=str(n): write(me) for n in range(4)))  # type: ignore[misc]

    check_all_there(opened(where), [event for events in written for event in events])


def test_processes_lose_nothing(
    where: str, opened: OpenStore, children: tuple[Child, Child]
) -> None:
    def write(process: Child, me: str) -> list[tuple[str, int, str]]:
        process.forget()
        for stream in ("shared", f"own/{me}"):
            process.send(where, me, stream, 20)
            process.listen()
        return list(process.saved)

    one, other = children
    written = at_once(lambda: write(one, "one"), lambda: write(other, "other"))

    store = opened(where)
    acknowledged = {entry for entries in written for entry in entries}
    assert {(e.id, e.version, e.hash) for e in store.events()} == acknowledged
    assert store.heads() == {"own/one": 20, "own/other": 20, "shared": 40}
    assert store.verify() == 80


def test_eight_double_clicks_make_one_event(store: Store, say: Say) -> None:
    event_id = new_id()
    events = at_once(*([lambda: say(event_id=event_id, expected_version=0)] * 8))
    assert len({event.hash for event in events}) == 1
    assert store.events() == (events[0],)


def test_one_of_many_who_saw_the_same_version_is_first_and_the_others_are_told(
    store: Store, say: Say
) -> None:
    def save(me: int) -> str:
        try:
            return say(author=f"author {me}", expected_version=0).author
        except StoreConflict as conflict:
            return f"lost to {conflict.others[0].author}"

    said = at_once(*(lambda me=n: save(me) for n in range(N_THREADS)))  # type: ignore[misc]

    (event,) = store.events()
    assert Counter(said) == {event.author: 1, f"lost to {event.author}": N_THREADS - 1}


def test_a_follower_misses_nothing_while_others_write(
    where: str, opened: OpenStore, store: Store
) -> None:
    """It asks again and again, and gets every event once, in the order of each stream."""
    done = threading.Event()
    got: list[Event] = []

    def follow() -> None:
        follower, seen = opened(where), dict[str, int]()
        while True:
            last = done.is_set()
            new = follower.after(seen)
            got.extend(new)
            seen |= {event.stream: event.version for event in new}
            if last:
                return
            time.sleep(0.001)

    def write(me: int) -> list[Event]:
        say = saying(opened(where))
        return [say(f"stream {(me + i) % 3}") for i in range(N_EACH)]

    with ThreadPoolExecutor(1) as follower:
        following = follower.submit(follow)
        try:
            written = at_once(*(lambda me=n: write(me) for n in range(4)))  # type: ignore[misc]
        finally:
            done.set()
        following.result()

    assert Counter(e.hash for e in got) == Counter(e.hash for events in written for e in events)
    for stream in store.streams():
        versions = [event.version for event in got if event.stream == stream]
        assert versions == sorted(versions)


def test_a_slow_commit_on_postgresql_is_not_missed(postgres: Any, opened: OpenStore) -> None:
    """Writers wait for each other's commit: positions become visible in their own order."""
    store = opened(postgres.address(postgres.new_database()))
    with store._database.write("stream slow") as connection:
        slow = Event.sealed(
            id=new_id(),
            stream="slow",
            version=1,
            kind="k",
            payload={},
            payload_version=1,
            author="Ada",
            trust="declared",
            time=store._database.now(connection),
            previous="",
        )
        queries.add(connection, [slow])
        quick: list[Event] = []
        writer = threading.Thread(target=lambda: quick.append(saying(store)("quick")))
        writer.start()
        writer.join(0.3)
        assert writer.is_alive(), "it waits, and is not seen before the one ahead of it"
        seen, revision = store.heads(), store.revision()
        assert store.events() == ()
    writer.join(30)
    assert store.events() == (slow, *quick)
    assert store.after(seen) == (*quick, slow), "stream by stream"
    assert store.revision() != revision
    assert store.verify() == 2


@pytest.mark.skipif(os.name != "posix", reason="there is no kill -9 elsewhere")
def test_killed_writers_lose_nothing_that_was_acknowledged(
    where: str, opened: OpenStore, children: tuple[Child, Child]
) -> None:
    """Killed at random moments, the first ones while they still make the tables."""
    writer, _ = children
    writer.forget()
    rng = random.Random(7)  # noqa: S311 - moments to kill at
    for killed in range(1, 15):
        writer.send(where, "Ada", "votes", 100_000)
        _, pid = writer.line()
        if killed > 4:
            writer.listen(rng.randrange(1, 12))
        time.sleep(rng.uniform(0.0, 0.03 if killed <= 4 else 0.003))
        os.kill(int(pid), signal.SIGKILL)
        writer.listen()

        store = opened(where)
        events = {event.id: event for event in store.events()}
        for event_id, version, digest in writer.saved:
            assert (events[event_id].version, events[event_id].hash) == (version, digest)
        # at most one event per kill was saved and not acknowledged any more
        assert len(events) - len(writer.saved) <= killed
        assert store.verify() == len(events)
        assert int(store.drafts.get("Ada", "note") or 0) >= writer.draft
        store.close()
    assert len(writer.saved) > 20
    assert writer.draft > 0
