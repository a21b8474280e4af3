"""Routes beside Streamlit ask who somebody is, as pages do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

import evalcore as ec
from evalcore.workshop.roles import Person
from pages._ui.session.person import can_sign_in, person_of, roles
from pages._ui.session.visitor import COOKIE, name_of

__all__ = ["for_people", "person_behind"]

LOGIN = "_streamlit_user"
"""The cookie in which Streamlit keeps, signed, who has signed in."""


def for_people(routes: Iterable[Route]) -> list[Route]:
    """Return routes that answer nobody who may not look."""
    return [
        Route(
            one.path,
            one.endpoint,
            methods=sorted(one.methods or {"GET"}),
            middleware=[Middleware(_Admission)],
        )
        for one in routes
    ]


def person_behind(request: HTTPConnection) -> Person:
    """Return who sends a request, by its cookies.

    Raises
    ------
    RolesError
        When the configuration is not understood.
    """
    return person_of(_login(request), name_of(request.cookies.get(COOKIE, "")))


class _Admission:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            # who may look without a name needs none
            admitted = roles().everyone != "nobody" or _is_somebody(scope)
        except ec.WorkshopError:
            admitted = False
        if admitted:
            await self.app(scope, receive, send)
            return
        refusal = Response("Sign in first.", status_code=403, media_type="text/plain")
        await refusal(scope, receive, send)


def _is_somebody(scope: Scope) -> bool:
    return person_behind(HTTPConnection(scope)).may("viewer")


def _login(request: HTTPConnection) -> Mapping[str, Any]:
    """Return what the login says of who sends a request; empty for who is not signed in."""
    if not can_sign_in():
        return {}

    def signed(name: str) -> bytes | None:
        value = request.cookies.get(name)
        if value is None:
            return None
        return decode_signed_value(get_cookie_secret(), name, value.encode("latin-1"))

    found = get_cookie_with_chunks(signed, LOGIN)
    if not found:
        return {}
    user: dict[str, Any] = json.loads(found)
    # as Streamlit does: of another app on this machine with the same secret it is no login here
    at_home = urlsplit(str(user.get("origin", ""))).netloc == request.headers.get("host")
    return user if at_home else {}
