"""The Guide page: every paragraph under its anchor, with the numbers of the open run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import evalcore as ec
from evalcore import guide
from pages._ui.session.keys import Kept, Key
from pages._ui.wording import escape
from tests.pages.conftest import Library
from tests.support.visitor import Visitor


def test_every_paragraph_has_its_anchor_and_the_numbers_of_the_live_rule(library: Library) -> None:
    run = ec.load_run(library.add("pets"))
    visitor = Visitor(run="pets", t="0.35")
    visitor.app.switch_page("pages/guide.py")
    visitor.run()

    facts = guide.Facts.of(ec.Evaluation(run), ec.Rule(0.35))
    parts = (guide.workshop, guide.questions, guide.pictures, guide.glossary)
    expected = [one for part in parts for one in part(facts)]
    headings = {one.anchor: one.value for one in visitor.app.subheader}
    assert headings == {one.anchor: escape(one.title) for one in expected}
    said = visitor.text
    for one in expected:
        assert f"(#{one.anchor})" in said
        assert all(escape(text) in said for text in one.said)
    assert all(escape(step.what) in said for step in guide.agenda(facts))


def test_heads_highlights_and_findings_link_to_their_paragraph(library: Library) -> None:
    library.add("pets")
    library.add("pets2")
    for page, anchors in (
        ("evaluate", {"recall", "precision", "outcomes", "averages", "matrix"}),
        ("compare", {"comparison", "by-chance", "mended", "interval"}),
        ("improve", {"how-many"}),
        ("concept", {"outcomes"}),
    ):
        visitor = Visitor(run="pets", t="0.35", right="pets2")
        visitor.app.switch_page(f"pages/{page}.py")
        visitor.run()
        linked = re.findall(r"\(guide\?([^)#]*)#([\w-]+)\)", visitor.text)
        assert anchors <= {anchor for _, anchor in linked}, page
        assert all(query.startswith("run=pets&t=0.35") for query, _ in linked)


def at_evaluate(visitor: Visitor) -> Visitor:
    """Follow the button that leaves for Evaluate, as the browser does."""
    visitor.app.switch_page("pages/evaluate.py")
    return visitor.run()


def test_the_tour_is_shown_once_to_whoever_tries_the_sample_and_can_be_left(
    samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del samples
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(tmp_path / "record.db"))
    browser = "a" * 32
    first = Visitor(run="kitchen")
    first.app.session_state[Kept.VISITOR] = browser
    first.run().set_button(Key.TRY)
    at_evaluate(first)
    assert "1 of 4 · **Drag the threshold**" in first.text
    first.set_button(Key.TOUR_NEXT)
    assert "2 of 4 · **Click a number**" in first.text
    first.set_button(Key.TOUR_SKIP)
    assert not first.shows(Key.TOUR_NEXT)

    again = Visitor(run="kitchen")
    again.app.session_state[Kept.VISITOR] = browser
    again.run().set_button(Key.TRY)
    assert not at_evaluate(again).shows(Key.TOUR_NEXT)

    again.go_to("pages/guide.py").set_button(Key.TAKE_TOUR)
    at_evaluate(again)
    for _ in range(3):
        again.set_button(Key.TOUR_NEXT)
    assert "4 of 4" in again.text
    again.set_button(Key.TOUR_NEXT)
    assert not again.shows(Key.TOUR_NEXT)
