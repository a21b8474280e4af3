"""Signing in at a real OpenID provider: it holds for pages, routes and what is saved."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urljoin

import pytest
from playwright.sync_api import BrowserContext, expect

from evalcore.base.home import HOME_VARIABLE
from evalcore.store import Store
from pages._ui.session.keys import Key
from tests.bench.client import visiting
from tests.browser.desk import PATIENCE, Desk, plain
from tests.browser.serving import ROOT, Server, free_port, serving
from tests.support.missing import missing

T = TypeVar("T")
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
everyone = "nobody"
facilitator = ["ada@example.org", "eve@example.org"]
reviewer = ["bo@example.org"]
viewer = ["vi@example.org"]
"""
QUESTIONS = "run=digits&queue=false_positives&t=0.5"


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


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Serve one run to those who sign in."""
    if shutil.which("node") is None or not (SCRIPTS / "node_modules" / "oidc-provider").is_dir():
        reason = "The login was not tested: it needs Node and `npm --prefix tests/js ci`."
        missing("NODE", reason)
    folder = tmp_path_factory.mktemp("login")
    shutil.copytree(ROOT / "sample_runs" / "digits", folder / "library" / "digits")
    port, door = free_port(), free_port()
    app, there = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{door}"
    secrets = folder / "secrets.toml"
    secrets.write_text(SECRETS.format(app=app, provider=there, secret=SECRET))
    with (
        pytest.MonkeyPatch.context() as patch,
        provider(door, app),
    ):
        patch.setenv(HOME_VARIABLE, str(folder))
        with serving(
            folder / "library",
            log=folder / "log.txt",
            port=port,
            flags=("--secrets.files", str(secrets)),
        ) as server:
            yield Place(server=server, store=folder / "workshop.db")


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


def in_a_loop(scene: Coroutine[Any, Any, T]) -> T:
    """Run it in a thread of its own: in this one Playwright's loop runs."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, scene).result()


async def asked_to_sign_in(server: Server, browser: Browser) -> str:
    """Press the button of the closed door, and return where it sends the browser."""
    async with visiting(server.origin, whole=False, cookies=browser.cookies) as visit:
        await visit.act(Key.SIGN_IN)
        return visit.sent_to


def events(place: Place, prefix: str) -> list[tuple[str, str, str]]:
    """Kind, author and trust of what is on record."""
    with Store.open(place.store) as store:
        return [(one.kind, one.author, one.trust) for one in store.events(prefix=prefix)]


def test_who_signs_in_has_their_role_and_says_it_under_their_name(place: Place) -> None:
    ada, eve = Browser(place.server.origin), Browser(place.server.origin)

    async def scene() -> None:
        for browser, name in ((ada, "ada"), (eve, "eve")):
            start = await asked_to_sign_in(place.server, browser)
            await asyncio.to_thread(browser.sign_in, start, name)
        async with visiting(place.server.origin, cookies=ada.cookies, run="digits") as visit:
            await visit.act(Key.WORKSHOP)
            await visit.act(Key.WORKSHOP_TITLE, "Digits")
            await visit.act(Key.PRESENT)
        # her address is not verified, so it could be anybody's
        async with visiting(place.server.origin, whole=False, cookies=eve.cookies) as visit:
            assert "eve is not on its list." in visit.words

    in_a_loop(scene())
    assert events(place, "workshop/") == [("opened", "ada@example.org", "verified")]


def test_routes_are_closed_to_who_is_not_signed_in_and_open_to_who_is(place: Place) -> None:
    ada, nobody = Browser(place.server.origin), Browser(place.server.origin)
    ada.sign_in(in_a_loop(asked_to_sign_in(place.server, ada)), "ada")
    # admitted, and told that there is no such thing
    assert [ada.status(path) for path in ("live/x", "thumbs/x/0", "follow/x")] == [404] * 3
    assert [nobody.status(path) for path in ("live/x", "thumbs/x/0", "follow/x")] == [403] * 3
    forged = Browser(place.server.origin)
    for cookie in ada.jar:
        if cookie.name == "_streamlit_user":
            cookie.value = str(cookie.value)[::-1]
            forged.jar.set_cookie(cookie)
    assert forged.status("live/x") == 403


def sign_in(desk: Desk, name: str) -> Desk:
    """Open a link, and sign in at the provider, whose pages these are: the link is open again."""
    page = desk.page
    page.goto(desk.server.url(f"truth?{QUESTIONS}"))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_placeholder("Enter any login").fill(name)
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()
    here = page.get_by_text(f"Signed in as {name}@")
    expect(here).to_be_visible(timeout=PATIENCE)
    assert plain(here.inner_text()) == f"Signed in as {name}@example.org."
    page.get_by_role("heading", name="Does this show").wait_for(timeout=PATIENCE)
    return desk.idle()


def sign_out(desk: Desk) -> None:
    """Sign out, here and at the provider, which sends the browser back."""
    desk.page.get_by_role("button", name="Sign out").click()
    desk.page.get_by_role("button", name="Yes, sign me out").click()
    closed = "This workshop is open to those who were asked in."
    expect(desk.page.get_by_text(closed)).to_be_visible(timeout=PATIENCE)


def test_a_reviewer_votes_and_a_viewer_cannot_each_signed_in_by_their_own_browser(
    place: Place, browsers: tuple[BrowserContext, BrowserContext]
) -> None:
    context = browsers[0]
    context.route(re.compile("fonts.googleapis"), lambda route: route.abort())  # the provider's
    desk = Desk(page=context.new_page(), server=place.server)
    desk.page.set_default_timeout(PATIENCE)
    sign_in(desk, "bo")
    expect(desk.page.get_by_text("reviewer", exact=True)).to_be_visible()
    desk.page.get_by_role("button", name="Yes").click()
    expect(desk.page.get_by_text("you: yes")).to_be_visible(timeout=PATIENCE)
    sign_out(desk)
    votes = [("vote", "bo@example.org", "verified")]
    assert events(place, "truth/") == votes

    sign_in(desk, "vi")
    expect(desk.page.get_by_text("You are here as a viewer")).to_be_visible()
    expect(desk.page.get_by_role("button", name="Yes")).to_be_disabled()
    desk.page.get_by_role("heading", name="Does this show").click()
    desk.page.keyboard.press("y")
    desk.idle()
    assert events(place, "truth/") == votes
