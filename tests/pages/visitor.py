"""A person at the app, for the tests: opens pages, works widgets, reads the screen; no browser.

Widgets are found by their key. What AppTest cannot do by itself (click a table's cell, move a
component of our own) is sent as the message that the browser would send.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest

import evalcore as ec
from pages._ui.keys import Key
from pages._ui.view import View

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 60


class Visitor:
    """One browser session."""

    def __init__(self, script: str = "app.py", **query: str | list[str]) -> None:
        self.app = AppTest.from_file(str(ROOT / script), default_timeout=TIMEOUT)
        self.app.query_params = dict(query)
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

    def set(self, key: Key, value: object) -> Visitor:
        """Give a select box, text field, toggle, row of buttons or pager a value."""
        self.node(key).set_value(value)
        return self._act(self.app._tree.get_widget_states())

    def click(self, label: str) -> Visitor:
        """Press the button with a label."""
        next(button for button in self.app.button if button.label == label).click()
        return self._act(self.app._tree.get_widget_states())

    def pick_cell(self, key: Key, row: int, column: str) -> Visitor:
        """Click a cell of a table."""
        return self._select(key, rows=[], cells=[[row, column]])

    def pick_row(self, key: Key, row: int) -> Visitor:
        """Click a row of a table."""
        return self._select(key, rows=[row], cells=[])

    def unpick(self, key: Key) -> Visitor:
        """Click the chosen cell of a table once more."""
        return self._select(key, rows=[], cells=[])

    def move_dial(self, text: str, *, done: bool = True, count: int = 1) -> Visitor:
        """Move the threshold; it is let go of when ``done``."""
        move = {"live": {"text": text, "done": done, "rests": done, "count": count}}
        return self._send(WidgetState(id=self.node(Key.DIAL).proto.id, json_value=json.dumps(move)))

    def trigger(self, key: Key, event: str, value: object) -> Visitor:
        """Send an event of a component: a press, a pick, an open."""
        name = f"$$STREAMLIT_INTERNAL_KEY_{self.node(key).proto.id}__events"
        payload = json.dumps([{"event": event, "value": value}])
        return self._send(WidgetState(id=name, json_trigger_value=payload))

    def _select(self, key: Key, *, rows: list[int], cells: list[list[object]]) -> Visitor:
        selection = {"selection": {"rows": rows, "columns": [], "cells": cells}}
        identity = self.node(key).proto.id
        return self._send(WidgetState(id=identity, string_value=json.dumps(selection)))

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

    def node(self, key: Key) -> Any:
        found = [node for node in self.app._tree if getattr(node, "key", None) == key]
        assert len(found) == 1, f"{len(found)} elements have the key {key.value!r}"
        return found[0]

    def shows(self, key: Key) -> bool:
        return any(getattr(node, "key", None) == key for node in self.app._tree)

    def data(self, key: Key) -> Any:
        """The data of a component of our own."""
        return json.loads(self.node(key).proto.json)

    def table(self, key: Key) -> pd.DataFrame:
        return self.node(key).value

    @property
    def view(self) -> View:
        return self.app.session_state["view"]

    @property
    def rule(self) -> ec.Rule:
        assert self.view.rule is not None
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
        """What the gallery says it lists; the last bold line that gives a number."""
        lines = (line.value for line in self.app.markdown)
        return [line for line in lines if line.startswith("**") and "**:" in line][-1]

    @property
    def caption(self) -> str:
        return "\n".join(caption.value for caption in self.app.caption)

    @property
    def problems(self) -> list[str]:
        return [alert.value for alert in (*self.app.error, *self.app.warning)]
