"""What the page Guide draws: a table of contents, then every paragraph under its own address."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

import evalcore as ec
from evalcore import guide
from pages._ui import wording
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.view import View

__all__ = ["Chapters", "guide_panel"]

Chapters = dict[str, tuple[guide.Paragraph, ...]]
SHOP = "Run a workshop"


def guide_panel(evaluation: ec.Evaluation, view: View) -> None:
    """Draw the guide with the numbers of the open run at the live rule."""
    key = AnswerKey.of("guide", evaluation.run, view.rule)
    chapters, steps = _chapters(key, _evaluation=evaluation, _rule=view.rule)
    for title, paragraphs in chapters.items():
        links = " · ".join(f"[{wording.escape(one.title)}](#{one.anchor})" for one in paragraphs)
        st.markdown(f"**{title}**: {links}")
    for title, paragraphs in chapters.items():
        st.header(title, anchor=False, divider="gray")
        if title == SHOP:
            _first(paragraphs, steps)
        else:
            _in_columns(paragraphs)


@st.cache_resource(max_entries=16, show_spinner="Counting what the guide speaks of …")
def _chapters(
    key: AnswerKey,  # noqa: ARG001 - the key
    *,
    _evaluation: ec.Evaluation,
    _rule: ec.Rule,
) -> tuple[Chapters, tuple[guide.Step, ...]]:
    facts = guide.Facts.of(_evaluation, _rule)
    chapters = {
        SHOP: guide.workshop(facts),
        "Questions people ask": guide.questions(facts),
        "Read the pictures": guide.pictures(facts),
        "What the words mean": guide.glossary(facts),
    }
    return chapters, guide.agenda(facts)


def _first(paragraphs: Sequence[guide.Paragraph], steps: Sequence[guide.Step]) -> None:
    _in_columns(paragraphs)
    rows = [
        "| " + " | ".join(wording.escape(cell) for cell in cells) + " |"
        for cells in ((one.minutes, one.what, one.page, one.decided) for one in steps)
    ]
    head = "| " + " | ".join(guide.AGENDA_HEADS) + " |"
    st.markdown("\n".join([head, "| --- | --- | --- | --- |", *rows]))


def _in_columns(paragraphs: Sequence[guide.Paragraph]) -> None:
    """Draw paragraphs in rows of two: lines of a readable length."""
    for first in range(0, len(paragraphs), 2):
        for column, one in zip(
            st.columns(2, gap="large"), paragraphs[first : first + 2], strict=False
        ):
            with column:
                st.subheader(wording.escape(one.title), anchor=one.anchor)
                for said in one.said:
                    st.markdown(wording.escape(said))
