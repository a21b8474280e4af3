"""Definitions with examples for and against a concept: every change is a new version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evalcore.errors import TruthError
from evalcore.store import Store
from evalcore.truth import entries
from evalcore.truth import log as logs
from evalcore.truth.definitions import MOST_EXAMPLES, Definition, Side

STREAM = logs.stream_of("digest of the inputs")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "workshop.db") as opened:
        yield opened


def exemplify(store: Store, name: str, side: Side, concept: str = "gratin") -> Definition:
    before = logs.read(store, STREAM).definition(concept)
    entries.exemplify(store, STREAM, before=before, input_id=name, side=side, author="Ada")
    return logs.read(store, STREAM).definition(concept)


def test_an_example_more_or_less_is_a_new_version_with_the_same_text(store: Store) -> None:
    entries.define(store, STREAM, concept="gratin", text="a crust of cheese", author="Bo")
    assert exemplify(store, "p1", "for").examples_for == ("p1",)
    assert exemplify(store, "p2", "against").examples_against == ("p2",)
    moved = exemplify(store, "p1", "against")
    assert (moved.version, moved.text, moved.author) == (4, "a crust of cheese", "Ada")
    assert (moved.examples_for, moved.examples_against) == ((), ("p2", "p1"))
    # said twice it is no new version, and a new text keeps them
    assert exemplify(store, "p1", "against").version == 4
    entries.define(store, STREAM, concept="gratin", text="any crust", author="Bo")
    latest = logs.read(store, STREAM).definition("gratin")
    assert (latest.version, latest.examples_against) == (5, ("p2", "p1"))
    assert exemplify(store, "p2", "none").examples_against == ("p1",)
    first, *_ = logs.read(store, STREAM).definitions["gratin"]
    assert (first.examples_for, first.examples_against) == ((), ())


def test_there_are_only_so_many_examples_on_a_side(store: Store) -> None:
    for k in range(MOST_EXAMPLES):
        exemplify(store, f"p{k}", "for")
    old = logs.read(store, STREAM).definition("gratin")
    with pytest.raises(TruthError, match="6 examples for it, which is the most"):
        exemplify(store, "one more", "for")
    assert exemplify(store, "one more", "against").examples_against == ("one more",)
    # two who add the last one at once: the log keeps to the limit, and notes what it left out
    for name in ("first", "second"):
        entries.exemplify(
            store, STREAM, before=replace(old, examples_for=()), input_id=name, side="for",
            author="Ada",
        )  # fmt: skip
    log = logs.read(store, STREAM)
    assert len(log.definition("gratin").examples_for) == MOST_EXAMPLES
    assert len(log.unreadable) == 2


@pytest.mark.parametrize("side", ["", "For", None, 3])
def test_a_side_that_is_none_is_refused(side: Any, store: Store) -> None:
    with pytest.raises(TruthError, match="An example is one of for, against, none"):
        exemplify(store, "p1", side)


def test_examples_are_taken_along_when_the_record_is_moved(store: Store, tmp_path: Path) -> None:
    entries.define(store, STREAM, concept="gratin", text="a crust", author="Ada")
    exemplify(store, "p1", "for")
    exemplify(store, "p2", "against")
    store.export(tmp_path / "all.jsonl")
    with Store.open(tmp_path / "other.db") as other:
        other.load(tmp_path / "all.jsonl")
        assert logs.read(other, STREAM).definitions == logs.read(store, STREAM).definitions
