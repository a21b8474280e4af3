"""Minutes hold what happened between opening and closing, and nothing before or after."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from evalcore.decisions import record
from evalcore.decisions.ledger import history
from evalcore.reports.evidence_chapters import minutes
from evalcore.store import Store
from evalcore.truth import entries, log
from evalcore.truth.votes import Pair
from evalcore.workshop.entries import add
from evalcore.workshop.minutes import held_on, minutes_of
from tests.support.cases import random_case
from tests.support.decisions import decision_on

STREAM = "truth/0"
OPENING = {"title": "Kitchen", "presenter": "v", "run": "pets"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "a.db") as opened:
        yield opened


def decide(store: Store, title: str, seed: int) -> None:
    case = random_case(np.random.default_rng(seed))
    record(store, decision_on(case, title=title))


def act(store: Store, when: str, seed: int) -> None:
    """Vote, settle and decide, each of it told by its name."""
    pair = Pair(when, "dog")
    entries.cast(store, STREAM, voter=f"voter {when}", pair=pair, answer="yes")
    entries.settle(store, STREAM, adjudicator="Ada", pair=pair, answer="no", reason=when)
    decide(store, f"decided {when}", seed)


def test_what_happened_meanwhile_is_told_and_nothing_else(store: Store) -> None:
    act(store, "before", 1)
    add(store, "w", "opened", OPENING, author="Ada")
    act(store, "meanwhile", 2)
    add(store, "w", "closed", {}, author="Ada")
    act(store, "after", 3)
    (held,) = held_on(store, "pets")
    found = minutes_of(held, decisions=history(store).entries, log=log.read(store, STREAM))

    assert [entry.decision.title for entry in found.decided] == ["decided meanwhile"]
    assert [one.reason for one in found.settled] == ["meanwhile"]
    assert found.voted == {"voter meanwhile": 1}


def test_workshops_are_those_of_the_run_the_last_one_first(store: Store) -> None:
    for name, run in (("a", "pets"), ("b", "other"), ("c", "pets")):
        add(store, name, "opened", {**OPENING, "title": name, "run": run}, author="Ada")
    poll = {"input": "p1", "concept": "dog", "run": "pets", "inputs": "0"}
    add(store, "b", "polled", poll, author="Ada")

    assert [one.title for one in held_on(store, "pets")] == ["c", "b", "a"]
    assert [one.title for one in held_on(store, "other")] == ["b"]
    assert held_on(store, "none") == ()


def test_answers_that_were_not_shown_stay_hidden_in_the_report(store: Store) -> None:
    add(store, "w", "opened", OPENING, author="Ada")
    poll = {"input": "p1", "concept": "dog", "run": "pets", "inputs": "0"}
    asked = add(store, "w", "polled", poll, author="Ada").id
    add(store, "w", "answered", {"poll": asked, "answer": "no"}, author="Bo")

    def told() -> str:
        (held,) = held_on(store, "pets")
        found = minutes_of(held, decisions=(), log=log.Log())
        (row,) = minutes((found,))[0]["polls"].rows
        return str(row[-1])

    assert told() == "1 answer, not shown"
    add(store, "w", "shown", {"poll": asked}, author="Ada")
    assert told() == "1 no (Bo)"
