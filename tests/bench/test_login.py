"""Signing in at a real OpenID provider: it holds for pages, routes and what is saved."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode, urljoin

import pytest

from evalcore.base.home import HOME_VARIABLE
from evalcore.store import Store
from pages._ui.session.keys import Key, of_each
from tests.bench.client import Visit, visiting
from tests.browser.serving import ROOT, Server, free_port, serving
from tests.support.missing import missing

SCRIPTS = ROOT / "tests" / "js"
SECRET = "a-secret-of-this-test"  # noqa: S105 - of nothing but this test
SECRETS = """
[auth]
redirect_uri = "{app}/oauth2callback"
cookie_secret = "{secret}"
client_id = "workshop"
client_secret = "{secret}"
server_metadata_url = "{provider}/.well-known/openid-configuration"
client_kwargs = {{ scope = "openid email", prompt = "login" }}

[roles]
everyone = "{everyone}"
facilitator = ["ada@example.org", "eve@example.org"]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The app and its provider."""

    server: Server
    store: Path


@contextmanager
def provider(port: int, app: str) -> Iterator[None]:
    command = ["node", "oidc_provider.js", str(port), f"{app}/oauth2callback", SECRET]
    process = subprocess.Popen(command, cwd=SCRIPTS, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert any("ready" in line for line in lines)
        yield
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    if shutil.which("node") is None or not (SCRIPTS / "node_modules" / "oidc-provider").is_dir():
        reason = "The login was not tested: it needs Node and `npm --prefix tests/js ci`."
        missing("NODE", reason)
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    shutil.copytree(ROOT / "sample_runs" / "digits", tmp_path / "library" / "digits")
    port, door = free_port(), free_port()
    app, there = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{door}"
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(
        SECRETS.format(app=app, provider=there, secret=SECRET, everyone=request.param)
    )
    with (
        provider(door, app),
        serving(
            tmp_path / "library",
            log=tmp_path / "log.txt",
            port=port,
            flags=("--secrets.files", str(secrets)),
        ) as server,
    ):
        yield Place(server=server, store=tmp_path / "workshop.db")


class Browser:
    """What a browser does at the provider: follow, fill in, send."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.get(f"{origin}/_stcore/health")  # brings the token against forged requests

    @property
    def cookies(self) -> dict[str, str]:
        return {one.name: str(one.value) for one in self.jar}

    def get(self, url: str, **form: str) -> tuple[str, str]:
        data = urlencode(form).encode() if form else None
        with self._opener.open(url, data, timeout=30) as answer:
            return answer.url, answer.read().decode(errors="replace")

    def status(self, path: str) -> int:
        try:
            self.get(f"{self.origin}/{path}")
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        return 200

    def sign_in(self, start: str, name: str) -> None:
        """Type a name at the provider, and agree that the app is told of it."""
        here, page = self.get(urljoin(self.origin, start))
        for _ in range(4):
            if here.startswith(self.origin):
                return
            (action,) = re.findall(r'action="([^"]+)"', page)
            fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
            if 'name="login"' in page:
                fields |= {"login": name, "password": "any"}
            here, page = self.get(urljoin(here, action), **fields)
        raise AssertionError(here)


async def asked_to_sign_in(server: Server, browser: Browser) -> str:
    """Press the button on the page, and return where it sends the browser."""
    async with visiting(server.origin, cookies=browser.cookies, run="digits") as visit:
        await visit.act(of_each(Key.SIGN_IN, "line"))
        return visit.sent_to


@pytest.mark.parametrize("place", ["viewer"], indirect=True)
def test_who_signs_in_has_their_role_and_says_it_under_their_name(place: Place) -> None:
    ada, eve = Browser(place.server.origin), Browser(place.server.origin)

    async def scene() -> None:
        for browser, name in ((ada, "ada"), (eve, "eve")):
            start = await asked_to_sign_in(place.server, browser)
            await asyncio.to_thread(browser.sign_in, start, name)
        async with visiting(place.server.origin, cookies=ada.cookies, run="digits") as visit:
            assert Key.WORKSHOP in visit._ids
            assert of_each(Key.SIGN_IN, "line") not in visit._ids
            await visit.act(Key.WORKSHOP)
            await visit.act(Key.WORKSHOP_TITLE, "Digits")
            await visit.act(Key.PRESENT)
        # her address is not verified, so it could be anybody's
        async with visiting(place.server.origin, cookies=eve.cookies, run="digits") as visit:
            assert Key.WORKSHOP not in visit._ids

    asyncio.run(scene())
    with Store.open(place.store) as store:
        (event,) = store.events(prefix="workshop/")
    assert (event.kind, event.author, event.trust) == ("opened", "ada@example.org", "verified")


@pytest.mark.parametrize("place", ["nobody"], indirect=True)
def test_routes_are_closed_to_who_is_not_signed_in_and_open_to_who_is(place: Place) -> None:
    ada, nobody = Browser(place.server.origin), Browser(place.server.origin)

    async def start() -> str:
        visit: Visit
        async with visiting(place.server.origin, whole=False, cookies=ada.cookies) as visit:
            await visit.act(Key.SIGN_IN)
            return visit.sent_to

    ada.sign_in(asyncio.run(start()), "ada")
    # admitted, and told that there is no such thing
    assert [ada.status(path) for path in ("live/x", "thumbs/x/0", "follow/x")] == [404] * 3
    assert [nobody.status(path) for path in ("live/x", "thumbs/x/0", "follow/x")] == [403] * 3
    forged = Browser(place.server.origin)
    for cookie in ada.jar:
        if cookie.name == "_streamlit_user":
            cookie.value = str(cookie.value)[::-1]
            forged.jar.set_cookie(cookie)
    assert forged.status("live/x") == 403
