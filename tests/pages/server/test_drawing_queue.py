"""Who draws when: first come, first served, numbers before images, and nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from pages._ui.server.drawing_queue import DrawingQueue, What

PATIENCE = 30.0


class Room:
    """Sessions that wait in a known order while one of them draws."""

    def __init__(self, *, longest_wait: float = PATIENCE) -> None:
        self.turns = DrawingQueue(longest_wait=longest_wait)
        self.drawn: list[str] = []
        self._threads: list[threading.Thread] = []

    def come(self, name: str, what: What) -> None:
        """Let a session come to draw, and wait until it stands in the queue."""
        before = len(self.turns._waiting)

        def draw() -> None:
            with self.turns.turn(what):
                self.drawn.append(name)

        self._threads.append(threading.Thread(target=draw))
        self._threads[-1].start()
        until(lambda: len(self.turns._waiting) == before + 1)

    def leave(self) -> None:
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()


def until(done: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(3_000):
        if done():
            return
        pause.wait(0.01)
    pytest.fail("It never came to that.")


def test_the_first_to_come_is_the_first_to_draw() -> None:
    room = Room()
    names = [f"session {k}" for k in range(12)]
    with room.turns.turn(What.NUMBERS):
        for name in names:
            room.come(name, What.NUMBERS)
        assert room.drawn == []
    room.leave()
    assert room.drawn == names


def test_images_wait_for_the_numbers_of_all() -> None:
    room = Room()
    with room.turns.turn(What.IMAGES):
        room.come("images a", What.IMAGES)
        room.come("numbers b", What.NUMBERS)
        room.come("images c", What.IMAGES)
        room.come("numbers d", What.NUMBERS)
    room.leave()
    assert room.drawn == ["numbers b", "numbers d", "images a", "images c"]


def test_a_drawing_that_breaks_off_gives_its_turn_away() -> None:
    turns = DrawingQueue(longest_wait=PATIENCE)
    for _ in range(3):
        with suppress(ZeroDivisionError), turns.turn(What.NUMBERS):
            raise ZeroDivisionError
    assert not turns._is_taken


def test_nobody_waits_longer_than_the_longest_wait() -> None:
    turns = DrawingQueue(longest_wait=0.01)
    drawn = []
    with turns.turn(What.NUMBERS):
        # were there no limit, this thread would wait for itself
        with turns.turn(What.NUMBERS):
            drawn.append("impatient")
        assert turns._is_taken
        assert turns._waiting == []
    assert drawn == ["impatient"]
    assert not turns._is_taken
