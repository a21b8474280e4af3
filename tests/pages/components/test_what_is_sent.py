"""A component's callback is called for what was sent, and its data are looked through once."""

from __future__ import annotations

import json
from typing import Any

import pytest
import streamlit as st
from streamlit import dataframe_util

from pages._ui.components.shared import assets

Acts = dict[str, Any]


@pytest.fixture
def acts(monkeypatch: pytest.MonkeyPatch) -> Acts:
    """Draw a component that is not mounted, and return what Streamlit was given."""
    given: Acts = {}

    def component(*_: Any, **__: Any) -> Any:
        return lambda **drawn: given.update(drawn)

    monkeypatch.setattr(st.components.v2, "component", component)
    drawn = assets.Component("table")
    called: list[str] = []
    drawn.draw(
        {}, key="own", pick=lambda: called.append("pick"), sort=lambda: called.append("sort")
    )
    return given | {"called": called}


@pytest.mark.parametrize(
    ("sent", "called"),
    [
        ({"own": {"pick": {"row": 1}, "sort": None}}, ["pick"]),
        ({"own": {"pick": {"row": 1}, "sort": {"column": 2}}}, ["pick", "sort"]),
        ({"own": {"sort": {"column": 0}}}, ["sort"]),
        ({"own": {}}, []),
        ({"own": None}, []),
        ({}, []),
    ],
)
def test_it_is_called_for_what_is_there(
    acts: Acts, sent: dict[str, Any], called: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(st, "session_state", sent)

    acts["on_pick_change"]()
    acts["on_sort_change"]()

    assert acts["called"] == called


def test_in_what_is_sent_streamlit_looks_for_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    given: Acts = {}
    monkeypatch.setattr(
        st.components.v2, "component", lambda *_, **__: lambda **drawn: given.update(drawn)
    )
    data = {"rows": [[1, None], [2, "a"]], "words": [{"text": "a"}], "field": "table", "none": None}

    assets.Component("table").draw(data, key="own")

    assert json.dumps(given["data"]) == json.dumps(data)
    looked_at: list[object] = []
    monkeypatch.setattr(dataframe_util, "determine_data_format", looked_at.append)
    assert not any(dataframe_util.is_dataframe_like(part) for part in given["data"].values())
    assert not looked_at
