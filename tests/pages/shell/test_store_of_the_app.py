"""The app's store: which one it is, opened once, and what a page does when it cannot be used."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from evalcore.base import home
from evalcore.store import STORE_VARIABLE, StoreError
from pages._ui.shell import record as the_store


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv(home.HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.delenv(STORE_VARIABLE, raising=False)
    monkeypatch.setattr("sys.argv", ["streamlit"])
    yield
    the_store._open.clear()


def test_the_option_comes_before_the_variable_and_that_before_our_own_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert the_store.store_place() == str(tmp_path / "home" / "workshop.db")
    monkeypatch.setenv(STORE_VARIABLE, "postgresql://server/db")
    assert the_store.store_place() == "postgresql://server/db"
    for argv in (["--runs", "x", "--store", "mine.db"], ["--store=mine.db"]):
        monkeypatch.setattr("sys.argv", ["streamlit", *argv])
        assert the_store.store_place() == "mine.db"
    monkeypatch.setattr("sys.argv", ["streamlit", "--store"])
    assert the_store.store_place() == "postgresql://server/db"


def test_it_is_opened_once() -> None:
    store = the_store.open_store()
    said = {"payload": {}, "author": "Ada", "event_id": str(uuid.uuid4())}
    store.append("findings/a", kind="finding", **said)  # type: ignore[arg-type]
    assert the_store.open_store()._database is store._database


def test_what_cannot_be_used_is_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "home" / "workshop.db"
    path.parent.mkdir()
    path.write_text("no database")
    for _ in range(2):
        with pytest.raises(StoreError, match="is no database"):
            the_store.open_store()
    path.unlink()
    assert the_store.open_store().events() == ()


def a_page() -> None:
    """Save what is typed, in the way that pages should; run by itself, with its own imports."""
    import uuid  # noqa: PLC0415

    import streamlit as st  # noqa: PLC0415

    from pages._ui.shell import frame, record  # noqa: PLC0415

    def save() -> None:
        try:
            record.open_store().append(
                "findings/a",
                kind="finding",
                payload={"text": st.session_state["text"]},
                author="Ada",
                event_id=st.session_state["event_id"],
            )
        except record.StoreError as error:
            st.session_state["problem"] = str(error)
        else:
            st.session_state["problem"] = None

    st.session_state.setdefault("event_id", str(uuid.uuid4()))
    st.text_area("Text", key="text")
    st.button("Save", key="save", on_click=save)
    if st.session_state.get("problem"):
        st.error(st.session_state["problem"])
    with frame.errors_as_messages():
        st.text(f"{len(record.open_store().events())} saved")


def test_an_error_is_a_message_and_what_was_typed_stays(tmp_path: Path) -> None:
    page = AppTest.from_function(a_page)
    page.run()
    assert [text.value for text in page.text] == ["0 saved"]
    path = tmp_path / "home" / "workshop.db"
    aside = path.rename(path.with_name("aside.db"))

    page.text_area(key="text").set_value("long thought about").run()
    page.button(key="save").click().run()

    assert not page.exception
    assert "moved, deleted or replaced while it was open. Nothing was saved" in page.error[0].value
    assert page.text_area(key="text").value == "long thought about"
    aside.rename(path)
    page.button(key="save").click().run()
    assert not page.error
    page.button(key="save").click().run()
    assert [text.value for text in page.text] == ["1 saved"]
