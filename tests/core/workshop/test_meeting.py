"""A workshop on record: polls hide nothing twice, late answers do not count, limits hold."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evalcore.errors import TruthError
from evalcore.store import Store
from evalcore.truth.votes import Answer
from evalcore.workshop.entries import add
from evalcore.workshop.meeting import LONGEST_QUESTION, Meeting, read, stream_of

OPENING = {"title": "Kitchen", "presenter": "v0", "run": "pets"}
QUESTION = {"input": "p1", "concept": "dog", "run": "pets", "inputs": "d0"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "a.db") as opened:
        add(opened, "w", "opened", OPENING, author="Ada")
        yield opened


def ask(store: Store) -> str:
    return add(store, "w", "polled", QUESTION, author="Ada").id


def answer(store: Store, poll: str, answer: Answer, author: str) -> None:
    add(store, "w", "answered", {"poll": poll, "answer": answer}, author=author)


def test_the_last_answer_of_each_person_counts_until_all_are_shown(store: Store) -> None:
    poll = ask(store)
    answer(store, poll, "yes", "Bo")
    answer(store, poll, "no", "Cy")
    answer(store, poll, "no", "Bo")
    add(store, "w", "shown", {"poll": poll}, author="Ada")

    with pytest.raises(TruthError, match="shown already"):
        answer(store, poll, "yes", "Di")
    (found,) = read(store, "w").polls
    assert found.said("no") == ("Bo", "Cy")
    assert found.said("yes") == ()


def test_an_answer_that_slips_in_behind_the_showing_is_not_counted(store: Store) -> None:
    poll = ask(store)
    add(store, "w", "shown", {"poll": poll}, author="Ada")
    late = {"poll": poll, "answer": "yes"}
    store.append(
        stream_of("w"), kind="answered", payload=late, author="Di", event_id=str(uuid.uuid4())
    )

    assert read(store, "w").polls[0].answers == {}


def test_only_the_poll_on_the_screen_is_answered(store: Store) -> None:
    first, second = ask(store), ask(store)
    with pytest.raises(TruthError, match="This poll is over"):
        answer(store, first, "yes", "Bo")
    add(store, "w", "put_away", {"poll": second}, author="Ada")
    assert read(store, "w").poll is None
    with pytest.raises(TruthError, match="This poll is over"):
        answer(store, second, "yes", "Bo")


def test_the_same_answer_sent_twice_counts_once_even_after_the_showing(store: Store) -> None:
    poll, event_id = ask(store), str(uuid.uuid4())
    said = {"poll": poll, "answer": "yes"}
    first = add(store, "w", "answered", said, author="Bo", event_id=event_id)
    add(store, "w", "shown", {"poll": poll}, author="Ada")

    assert add(store, "w", "answered", said, author="Bo", event_id=event_id) == first


def test_questions_wait_until_somebody_ticks_them_off(store: Store) -> None:
    asked = add(store, "w", "parked", {"text": " And at night? "}, author="Bo")
    assert [one.text for one in read(store, "w").waiting] == ["And at night?"]
    add(store, "w", "done", {"question": asked.id}, author="Ada")

    meeting = read(store, "w")
    assert meeting.waiting == ()
    assert [(one.text, one.done_by) for one in meeting.questions] == [("And at night?", "Ada")]


@pytest.mark.parametrize("text", ["", "  ", "x" * (LONGEST_QUESTION + 1), 7])
def test_a_question_has_its_limits(store: Store, text: object) -> None:
    with pytest.raises(TruthError, match="question"):
        add(store, "w", "parked", {"text": text}, author="Bo")


def test_nothing_is_said_in_a_workshop_that_is_over_or_was_none(store: Store) -> None:
    add(store, "w", "closed", {}, author="Ada")
    for name, says in (("w", "is over"), ("x", "no such workshop")):
        with pytest.raises(TruthError, match=says):
            add(store, name, "parked", {"text": "Late?"}, author="Bo")
    with pytest.raises(TruthError, match="begun already"):
        add(store, "w", "opened", OPENING, author="Eve")


def test_what_another_version_wrote_hides_nothing_else(store: Store) -> None:
    store.append(stream_of("w"), kind="sung", payload={}, author="A", event_id=str(uuid.uuid4()))
    ask(store)
    meeting = read(store, "w")

    assert meeting.unreadable == ("sung, version 2: this workshop cannot read it",)
    assert meeting.poll is not None


def test_thirty_answers_at_once_are_all_there_and_carried_on_reads_as_read_anew(
    store: Store,
) -> None:
    poll = ask(store)
    known = read(store, "w")
    with ThreadPoolExecutor(30) as pool:
        list(pool.map(lambda k: answer(store, poll, "yes", f"P{k}"), range(30)))

    assert len(read(store, "w").polls[0].answers) == 30
    assert read(store, "w", known=known) == read(store, "w", known=Meeting())
