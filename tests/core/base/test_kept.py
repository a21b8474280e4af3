"""What is kept of the last few questions."""

from __future__ import annotations

import copy
import threading

from evalcore.base.kept import Lately


def test_the_question_asked_longest_ago_is_forgotten_first() -> None:
    lately, computed = Lately[str, int](2), list[str]()

    def ask(text: str) -> int:
        return lately.get(text, lambda: computed.append(text) or len(computed))

    assert [ask(text) for text in ("a", "b", "a", "c", "a", "b")] == [1, 2, 1, 3, 1, 4]
    assert computed == ["a", "b", "c", "b"]


def test_an_answer_may_be_none_and_an_error_is_kept_of_nobody() -> None:
    lately, computed = Lately[str, None](2), list[int]()
    for _ in range(2):
        lately.get("nothing", lambda: computed.append(1))
    assert computed == [1]
    for _ in range(2):
        try:
            lately.get("odd", lambda: computed[99] and None)
        except IndexError:
            computed.append(2)
    assert computed == [1, 2, 2]


def test_nobody_waits_for_the_answer_to_another_question() -> None:
    lately, begun, free = Lately[str, int](2), threading.Event(), threading.Event()

    def slowly() -> int:
        begun.set()
        assert free.wait(20)
        return 1

    slow = threading.Thread(target=lambda: lately.get("slow", slowly))
    slow.start()
    assert begun.wait(20)
    assert lately.get("quick", lambda: 2) == 2
    free.set()
    slow.join(20)
    assert lately.get("slow", lambda: 3) == 1


def test_a_copy_keeps_nothing_yet() -> None:
    lately = Lately[str, int](2)
    lately.get("a", lambda: 1)
    assert copy.copy(lately).get("a", lambda: 2) == 2
