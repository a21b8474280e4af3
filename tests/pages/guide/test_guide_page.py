"""The Guide page: every paragraph under its anchor, with the numbers of the open run."""

from __future__ import annotations

import re

import evalcore as ec
from evalcore import guide
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
