"""A column of numbers that people type into: read as in every field, and refused as there.

A refused text stays in its cell, and the row shows no number that was computed with another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import streamlit as st

from evalcore.errors import name_list
from pages._ui import wording
from pages._ui.numbers.typed_number import RefusedNumber, TypedRange, read_number
from pages._ui.session.keys import Kept, Key

__all__ = ["TypedColumn", "typed_column"]

MOST_SAID = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    text: str
    problem: str
    instead: str  # what the cell showed; with another number the text is no longer of interest


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedColumn:
    """The column as it is to be drawn.

    Parameters
    ----------
    table
        The table that it belongs to.
    texts
        Name of a row to what its cell shows.
    refused
        Names of the rows whose text is no number that means something there.
    """

    table: Key
    texts: Mapping[str, str]
    refused: Mapping[str, _Refused]

    def say_refused(self) -> None:
        """Say beside the table which texts were refused, and why."""
        said = (f"{name}: {one.problem}" for name, one in self.refused.items())
        text = name_list(said, limit=MOST_SAID)
        if text:
            st.error(wording.escape(text))

    def take(
        self, edited: Iterable[tuple[str, str | None]], within: TypedRange
    ) -> tuple[dict[str, float | None], bool]:
        """Return what was typed into which row, None where it was cleared; and whether to redraw.

        Parameters
        ----------
        edited
            Name of each row, and the text of its cell now.
        """
        typed: dict[str, float | None] = {}
        refused = dict(self.refused)
        for name, text in edited:
            now = (text or "").strip()
            if now == self.texts[name].strip():
                continue
            instead = refused[name].instead if name in refused else self.texts[name]
            refused.pop(name, None)
            try:
                typed[name] = read_number(now, within) if now else None
            except RefusedNumber as problem:
                refused[name] = _Refused(text=now, problem=str(problem), instead=instead)
        _kept()[self.table] = refused
        return typed, bool(typed) or refused != self.refused


def typed_column(table: Key, texts: Mapping[str, str]) -> TypedColumn:
    """Return the column: what is set, and in its place what was typed and refused.

    Parameters
    ----------
    texts
        Name of a row to the number that is set, as it is written.
    """
    refused = {
        name: one
        for name, one in _kept().get(table, {}).items()
        if name in texts and texts[name] == one.instead
    }
    shown = {name: refused[name].text if name in refused else text for name, text in texts.items()}
    return TypedColumn(table=table, texts=shown, refused=refused)


def _kept() -> dict[Key, dict[str, _Refused]]:
    found: dict[Key, dict[str, _Refused]] = st.session_state.setdefault(Kept.TYPED_CELLS, {})
    return found
