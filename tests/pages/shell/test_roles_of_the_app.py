"""Roles in the app: what somebody may not do is refused even where no button offers it."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import evalcore as ec
from evalcore.errors import RolesError
from evalcore.store import Store
from pages._ui.server import live
from pages._ui.server.admission import for_people
from pages._ui.session import person
from pages._ui.session.keys import Key, of_each
from tests.pages.conftest import Library
from tests.support.visitor import Visitor

TRUTH = "pages/truth.py"


@pytest.fixture(autouse=True)
def place(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(tmp_path / "workshop.db"))
    library.add("pets", name="Pets")
    return tmp_path / "workshop.db"


def started_with(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    monkeypatch.setattr("sys.argv", ["streamlit", *words])


def at_truth(secrets: dict[str, object] | None = None) -> Visitor:
    visitor = Visitor(run="pets", queue="false_positives")
    visitor.app.secrets |= secrets or {}
    visitor.app.switch_page(TRUTH)
    return visitor.run()


def n_events(place: Path) -> int:
    with Store.open(place) as store:
        return store.head()[0]


def test_a_viewer_is_told_so_and_offered_no_answer(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started_with(monkeypatch, "--everyone", "viewer")
    visitor = at_truth()
    assert "You are here as a viewer" in visitor.text
    visitor.set(Key.VOTER, "Eve")
    button = next(b for b in visitor.app.button if b.label == "Yes")
    assert button.disabled

    button.proto.disabled = False  # a browser can be told so; Streamlit drops the click
    visitor.click("Yes")
    assert n_events(place) == 0


def test_a_vote_that_passes_the_page_is_refused_where_it_is_saved(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = at_truth()
    visitor.set(Key.VOTER, "Eve")
    started_with(monkeypatch, "--everyone", "viewer")

    visitor.click("Yes")  # drawn when it was allowed, as a forged message says of itself

    assert "Only reviewers and facilitators may vote" in visitor.text
    assert n_events(place) == 0


def test_a_code_that_was_told_in_the_room_gives_its_role_in_this_browser(place: Path) -> None:
    secrets = {"roles": {"everyone": "viewer", "codes": {"reviewer": "green apple"}}}
    visitor = at_truth(secrets)
    visitor.set(Key.CODE, "green pear")
    assert "This code gives no role" in visitor.text

    visitor.set(Key.CODE, "green apple")
    visitor.set(Key.VOTER, "Ada")
    visitor.click("Yes")

    assert "**reviewer**" in visitor.caption
    assert n_events(place) == 1


def test_who_may_look_without_a_login_is_offered_one_on_every_page() -> None:
    login = {"redirect_uri": "http://127.0.0.1/oauth2callback", "cookie_secret": "of this test"}
    secrets: dict[str, object] = {"auth": login, "roles": {"everyone": "viewer"}}
    visitor = at_truth(secrets)
    assert visitor.app.button(key=of_each(Key.SIGN_IN, "line")).label == "Sign in"
    assert not visitor.app.button(key=Key.SIGN_IN).disabled


def test_who_is_not_admitted_sees_nothing_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    started_with(monkeypatch, "--everyone", "nobody")
    visitor = at_truth()

    assert "open to those who were asked in" in visitor.text
    assert "Pets" not in visitor.text
    assert "p4" not in visitor.text


def test_a_table_that_is_not_understood_opens_to_nobody() -> None:
    visitor = at_truth({"roles": {"everyone": "reviwer"}})

    assert "Did you mean" in visitor.text
    assert "p4" not in visitor.text


def test_the_routes_answer_nobody_who_may_not_look(monkeypatch: pytest.MonkeyPatch) -> None:
    evaluation = ec.Evaluation(ec.load_run(Path("sample_runs/digits")))
    address = live.publish(evaluation, lambda _, asked: {"asked": asked.threshold})
    client = TestClient(Starlette(routes=for_people(live.ROUTES)))

    monkeypatch.setattr("sys.argv", ["streamlit"])
    assert client.get(f"/{address}?t=0.5").json() == {"asked": "0.5"}
    for words in (["--everyone", "nobody"], ["--everyone", "nobdy"]):
        started_with(monkeypatch, *words)
        refused = client.get(f"/{address}?t=0.5")
        assert (refused.status_code, refused.text) == (403, "Sign in first.")


def test_a_file_of_secrets_that_cannot_be_read_opens_to_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "secrets.toml"
    broken.write_text("[roles\n")
    monkeypatch.setattr(person.st, "get_option", lambda _: [str(broken)])
    monkeypatch.setattr(person.st, "secrets", Unreadable())
    # looked for now, and not remembered for a second
    monkeypatch.setattr(person, "_has_file", person._has_file.__wrapped__)
    with pytest.raises(RolesError, match="cannot be read"):
        person.roles()


def test_the_file_of_secrets_is_not_looked_for_with_every_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A page asks who is here a dozen times at every move."""
    looked: list[str] = []
    monkeypatch.setattr(person.st, "get_option", lambda name: looked.append(name) or [])
    person._has_file.cache_clear()
    for second in (1.0, 1.1, 1.9, 2.0):
        monkeypatch.setattr(person.time, "monotonic", lambda now=second: now)
        assert person._secrets("roles") == {}
    assert looked == ["secrets.files"] * 2
    person._has_file.cache_clear()


class Unreadable:
    """What Streamlit has of such a file."""

    def get(self, *_: object) -> object:
        raise FileNotFoundError
