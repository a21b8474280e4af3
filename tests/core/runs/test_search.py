"""Searching the texts of inputs, against a search that folds letter by letter."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from evalcore.runs.run import EvalRun
from evalcore.runs.search import excerpt, matching, pieces

# letters that fold to several, that look alike, and those that patterns would give a meaning
LETTERS = "aAßsS\ufb01\u0130\u0131.*[(\\ \n-"
some_text = st.text(st.sampled_from(LETTERS), max_size=30)


def run_of(texts: list[str], *, as_ids: bool = False) -> EvalRun:
    ids = texts if as_ids else [str(k) for k in range(len(texts))]
    return EvalRun.from_arrays(
        np.zeros((len(texts), 1)), [[] for _ in texts], ids=ids, texts=None if as_ids else texts
    )


@given(texts=st.lists(some_text, min_size=1, max_size=6), wanted=some_text)
def test_an_input_matches_when_its_folded_text_holds_the_folded_letters(
    texts: list[str], wanted: str
) -> None:
    order = np.arange(len(texts))[::-1]
    found = matching(run_of(texts), order, wanted).tolist()
    slow = [k for k in order.tolist() if wanted.casefold() in texts[k].casefold()]
    assert found == slow


@given(text=some_text, wanted=some_text)
def test_the_pieces_are_the_text_and_those_marked_hold_what_was_sought(
    text: str, wanted: str
) -> None:
    cut = pieces(text, wanted)
    assert "".join(piece.text for piece in cut) == text
    assert all(wanted.casefold() in piece.text.casefold() for piece in cut if piece.hit)
    has_hit = any(piece.hit for piece in cut)
    assert has_hit == (bool(wanted) and wanted.casefold() in text.casefold())


def test_a_run_without_texts_is_searched_by_its_ids() -> None:
    run = run_of(["IMG_001.jpg", "img_002.png", "x"], as_ids=True)
    assert matching(run, np.arange(3), "img_").tolist() == [0, 1]
    assert matching(run, np.arange(3), "").tolist() == [0, 1, 2]
    assert matching(run, np.array([], dtype=np.int64), "x").tolist() == []


@pytest.mark.parametrize("place", [0, 100, 159, 300, 5_000, 9_990])
def test_what_was_found_is_in_the_excerpt_wherever_it_stands(place: int) -> None:
    text = "word " * 2_000
    text = text[:place] + "NEEDLE" + text[place:]
    short = excerpt(text, "needle", length=160)
    assert "NEEDLE" in short
    assert len(short) <= 163
    assert short.strip("… ") in text


def test_a_short_text_is_shown_whole_and_a_long_one_from_its_start() -> None:
    assert excerpt("short", "", length=160) == "short"
    assert excerpt("x" * 500, "", length=400) == "x" * 400 + "…"
    assert excerpt("x" * 500, "y", length=400) == "x" * 400 + "…"
