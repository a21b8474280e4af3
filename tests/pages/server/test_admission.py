"""Routes know who is signed in by Streamlit's cookie: signed, whole, and of this very address."""

from __future__ import annotations

import json

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from pages._ui.server import admission, live
from pages._ui.session import person

HERE = "https://workshop.example"
SECRET = "of this test"  # noqa: S105 - of nothing but this test
TABLES = {
    "auth": {"cookie_secret": SECRET},
    "roles": {"everyone": "nobody", "viewer": ["ada@example.org"]},
}


@pytest.fixture(autouse=True)
def _configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["streamlit"])
    monkeypatch.setattr(person, "_secrets", TABLES.__getitem__)
    monkeypatch.setattr(admission, "get_cookie_secret", lambda: SECRET)


def status(cookie: str | None) -> int:
    """What a route says that has nothing to show: 404 to who is let in."""
    client = TestClient(Starlette(routes=admission.for_people(live.ROUTES)), base_url=HERE)
    if cookie is not None:
        client.cookies.set(admission.LOGIN, cookie)
    return client.get("/live/x?t=0.5").status_code


def signed(*, origin: str | None = HERE, secret: str = SECRET, **more: object) -> str:
    user = {"email": "ada@example.org", "sub": "1", "is_logged_in": True, **more}
    if origin is not None:
        user["origin"] = origin
    return create_signed_value(secret, admission.LOGIN, json.dumps(user)).decode("latin-1")


def test_who_has_signed_in_here_is_let_in_and_nobody_else() -> None:
    assert status(signed()) == 404
    assert status(None) == 403
    assert status(signed(email="eve@example.org")) == 403
    assert status(signed(is_logged_in=False)) == 403


@pytest.mark.parametrize(
    "origin", ["https://other.example", f"{HERE}:8502", f"{HERE}.evil.example", "", None]
)
def test_a_login_at_another_app_with_the_same_secret_is_none_here(origin: str | None) -> None:
    assert status(signed(origin=origin)) == 403


def test_a_cookie_that_somebody_else_signed_or_altered_is_no_login() -> None:
    assert status(signed(secret="another")) == 403  # noqa: S106 - of nothing
    assert status(f"x{signed()[1:]}") == 403
    assert status("") == 403
