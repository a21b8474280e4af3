"""A person at the app, for the tests: opens pages, works widgets, reads the screen; no browser.

Widgets are found by their key. What AppTest cannot do by itself (click a table's cell, move a
component of our own) is sent as the message that the browser would send.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest

import evalcore as ec
from pages._ui.session.keys import Key
from pages._ui.session.view import View

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 60
DTYPES = {
    "text": object,
    "written": object,
    "count": "int64",
    "rate": "float64",
    "threshold": "float64",
}


def frame_of(columns: Sequence[Mapping[str, Any]], rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """A table of our own as a frame: what is undefined is NaN, a count is never undefined."""
    assert all(len(row) == len(columns) for row in rows)
    names = pd.Index([column["name"] for column in columns], dtype=object)
    assert names.is_unique
    return pd.DataFrame(
        {
            column["name"]: _series([row[c] for row in rows], DTYPES[column["kind"]])
            for c, column in enumerate(columns)
        },
        columns=names,
    )


def _series(values: list[Any], dtype: Any) -> pd.Series:
    """A column; only a list of runs has counts that are not known."""
    unknown = dtype == "int64" and None in values
    return pd.Series(values, dtype="Int64" if unknown else dtype)


def joined(words: Sequence[Mapping[str, Any]]) -> str:
    """A sentence of spans in one piece, what is strong between asterisks."""
    return "".join(f"**{span['text']}**" if span["strong"] else span["text"] for span in words)


class Visitor:
    """One browser session."""

    def __init__(self, script: str = "app.py", **query: str | list[str]) -> None:
        self.app = AppTest.from_file(str(ROOT / script), default_timeout=TIMEOUT)
        self.app.query_params = dict(query)
        self._numbers = count(1)
        self.redrawn: set[str] = set()
        """Keys of the elements that the last action drew again, before the page was drawn whole."""

    @classmethod
    def at_evaluate(cls, **query: str | list[str]) -> Visitor:
        """Open a link to the Evaluate page on a server that has served nobody yet."""
        visitor = cls(**query)
        visitor.app.switch_page("pages/evaluate.py")
        return visitor.run()

    @classmethod
    def at_runs(cls, **query: str | list[str]) -> Visitor:
        return cls(**query).run()

    def run(self) -> Visitor:
        self.app.run()
        return self.checked()

    def go_to(self, page: str) -> Visitor:
        """Choose a page from the menu, which empties the link."""
        self.app.switch_page(page)
        self.app.query_params = {}
        return self.run()

    def open_link(self, **query: str | list[str]) -> Visitor:
        """Open a link to the page shown, in the same session."""
        self.app.query_params = dict(query)
        return self.run()

    def checked(self) -> Visitor:
        assert [error.message for error in self.app.exception] == []
        return self

    # ---------------------------------------------------------------------------- what can be done

    def set(self, key: Key | str, value: object) -> Visitor:
        """Give a select box, text field, toggle, row of buttons or pager a value."""
        self.node(key).set_value(value)
        return self._act(self.app._tree.get_widget_states())

    def click(self, label: str) -> Visitor:
        """Press the button with a label."""
        next(button for button in self.app.button if button.label == label).click()
        return self._act(self.app._tree.get_widget_states())

    def set_button(self, key: Key) -> Visitor:
        """Press the button with a key."""
        self.node(key).click()
        return self._act(self.app._tree.get_widget_states())

    def pick_cell(self, key: Key, row: int, column: str) -> Visitor:
        """Click a cell of a table of our own."""
        pick = {"row": row, "column": self._column(key, column), "nonce": next(self._numbers)}
        return self.trigger(key, "pick", pick)

    def sort_by(self, key: Key, column: str | None, direction: str) -> Visitor:
        """Click the head of a column of a table of our own; None goes back to the order given."""
        place = None if column is None else self._column(key, column)
        sort = {"column": place, "direction": direction, "nonce": next(self._numbers)}
        return self.trigger(key, "sort", sort)

    def pick_row(self, key: Key, row: int) -> Visitor:
        """Click a row of a list: of a table of our own, or of Streamlit's."""
        if hasattr(self.node(key).proto, "json"):
            return self.trigger(
                key, "pick", {"row": row, "column": 0, "nonce": next(self._numbers)}
            )
        selection = {"selection": {"rows": [row], "columns": [], "cells": []}}
        identity = self.node(key).proto.id
        return self._send(WidgetState(id=identity, string_value=json.dumps(selection)))

    def move_dial(self, text: str, *, done: bool = True, key: Key = Key.DIAL) -> Visitor:
        """Hold the threshold still; it is let go of when ``done``."""
        move = {"live": {"text": text, "done": done, "count": str(next(self._numbers))}}
        return self._send(WidgetState(id=self.node(key).proto.id, json_value=json.dumps(move)))

    def trigger(self, key: Key, event: str, value: object) -> Visitor:
        """Send an event of a component: a press, a pick, an open."""
        name = f"$$STREAMLIT_INTERNAL_KEY_{self.node(key).proto.id}__events"
        payload = json.dumps([{"event": event, "value": value}])
        return self._send(WidgetState(id=name, json_trigger_value=payload))

    def _column(self, key: Key, name: str) -> int:
        return [column["name"] for column in self.data(key)["columns"]].index(name)

    def _send(self, state: WidgetState) -> Visitor:
        states = self.app._tree.get_widget_states()
        states.widgets.append(state)
        return self._act(states)

    def _act(self, states: WidgetStates) -> Visitor:
        # An action runs its fragments alone, and the tree then holds nothing else: note what it
        # holds, then draw the page whole.
        self.app._run(states)
        self.checked()
        self.redrawn = {str(key) for node in self.app._tree if (key := getattr(node, "key", None))}
        return self.run()

    # ---------------------------------------------------------------------------- what can be read

    def node(self, key: Key | str) -> Any:
        found = [node for node in self.app._tree if getattr(node, "key", None) == key]
        assert len(found) == 1, f"{len(found)} elements have the key {str(key)!r}"
        return found[0]

    def shows(self, key: Key) -> bool:
        return any(getattr(node, "key", None) == key for node in self.app._tree)

    def is_disabled(self, key: Key) -> bool:
        return bool(self.node(key).proto.disabled)

    def data(self, key: Key) -> Any:
        """The data of a component of our own."""
        return json.loads(self.node(key).proto.json)

    def table(self, key: Key) -> pd.DataFrame:
        """A table of our own or of Streamlit's, in the order that Python gave."""
        if hasattr(self.node(key).proto, "json"):
            return frame_of(self.data(key)["columns"], self.data(key)["rows"])
        return self.node(key).value

    def chosen(self, key: Key) -> tuple[int, str] | None:
        """The row and the column's name of the cell that a table of our own shows as chosen."""
        data = self.data(key)
        if data["selected"] is None:
            return None
        row, column = data["selected"]
        assert 0 <= row < len(data["rows"])
        return row, data["columns"][column]["name"]

    def instead(self, key: Key) -> str:
        """What a table of our own says in place of its rows."""
        data = self.data(key)
        return "" if data["rows"] else data["empty"]

    def sentence(self, key: Key) -> str:
        """A sentence that follows the threshold, what is strong between asterisks."""
        return joined(self.data(key)["words"])

    @property
    def view(self) -> View:
        return self.app.session_state["view"]

    @property
    def rule(self) -> ec.Rule:
        return self.view.rule

    @property
    def query(self) -> dict[str, list[str]]:
        """The link in the address bar, every parameter as a list."""
        return {
            name: [value] if isinstance(value, str) else list(value)
            for name, value in self.app.query_params.items()
        }

    @property
    def text(self) -> str:
        """Everything said outside tables and components, a paragraph per line."""
        parts = ("markdown", "caption", "text", "info", "success", "warning", "error", "subheader")
        return "\n".join(
            str(element.value) for part in parts for element in getattr(self.app, part)
        )

    @property
    def headline(self) -> str:
        """What the gallery says it lists, with its number."""
        return self.sentence(Key.HEADLINE)

    @property
    def caption(self) -> str:
        return "\n".join(caption.value for caption in self.app.caption)

    @property
    def problems(self) -> list[str]:
        return [alert.value for alert in (*self.app.error, *self.app.warning)]
