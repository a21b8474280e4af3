"""Two processes of the app behind nginx, on one record: a browser stays with its own, and sees all.

nginx is started with ``.docs/nginx.conf``, as it is shown there but for ports and certificates.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from evalcore.base.home import HOME_VARIABLE
from evalcore.store import STORE_VARIABLE
from evalcore.truth.votes import Pair
from pages._ui.session.keys import Key, of_each
from tests.bench.balancing import balancing, nginx, route_of, visitor_cookies
from tests.bench.client import XSRF, Visit, asking, cookie_header, visiting
from tests.bench.following import Follower, opened
from tests.browser.serving import ROOT, Server, serving
from tests.store import postgres_server
from tests.support.missing import missing

INPUT = "digit-0001"
PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The address for browsers, and the servers behind it."""

    origin: str
    servers: tuple[Server, Server]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    tools = postgres_server.binaries()
    if nginx() is None:
        missing("NGINX", "Several servers were not tested: it needs nginx (Debian's nginx).")
    if tools is None:
        missing("POSTGRES", "Several servers were not tested: it needs PostgreSQL.")
    folder = tmp_path_factory.mktemp("several")
    shutil.copytree(ROOT / "sample_runs" / "digits", folder / "library" / "digits")
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        store = stack.enter_context(postgres_server.serving(tools))
        patch.setenv(STORE_VARIABLE, store.address(store.new_database()))
        patch.setenv(HOME_VARIABLE, str(folder / "home"))
        first, second = (
            stack.enter_context(serving(folder / "library", log=folder / f"{name}.txt"))
            for name in ("first", "second")
        )
        origin = stack.enter_context(balancing((first, second), folder=folder / "nginx"))
        yield Place(origin=origin, servers=(first, second))
        assert "Traceback" not in first.log.read_text() + second.log.read_text()


@pytest.fixture
def ada(place: Place) -> dict[str, str]:
    return visitor_cookies(place.origin)


@pytest.fixture
def eve(place: Place, ada: dict[str, str]) -> dict[str, str]:
    cookies = visitor_cookies(place.origin)
    assert {route_of(ada), route_of(cookies)} == {"first", "second"}
    return cookies


def status(
    origin: str, path: str, cookies: Mapping[str, str], *, method: str = "GET", body: bytes = b""
) -> int:
    form = "multipart/form-data; boundary=-" if body else "text/plain"
    headers = {"Cookie": cookie_header(cookies), "X-Xsrftoken": cookies[XSRF], "Content-Type": form}
    asked = urllib.request.Request(  # noqa: S310 - our own server
        f"{origin}/{path.lstrip('/')}", headers=headers, method=method, data=body or None
    )
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


async def place_of_an_upload(visit: Visit) -> str:
    asked = BackMsg()
    asked.file_urls_request.request_id = "1"
    asked.file_urls_request.file_names.append("pets.csv")
    await visit._send(asked)
    while True:
        message = await visit._receive()
        if message.WhichOneof("type") == "file_urls_response":
            return str(message.file_urls_response.file_urls[0].upload_url)


def test_page_numbers_pictures_and_uploads_of_a_browser_all_come_from_its_own_server(
    place: Place, ada: dict[str, str], eve: dict[str, str]
) -> None:
    sent = (
        b'---\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\nid\r\n-----\r\n'
    )

    async def scene(mine: dict[str, str], other: dict[str, str]) -> None:
        async with visiting(place.origin, cookies=mine, run="digits") as visit:
            upload = await place_of_an_upload(visit)
            for path in (f"{visit.live}?t=0.4", visit.pictures[0]):
                answers = [await asyncio.to_thread(status, place.origin, path, mine) for _ in "123"]
                assert answers == [200] * 3
                # what is in one process only: without the cookie it would be missing
                assert await asyncio.to_thread(status, place.origin, path, other) == 404
            for cookies, expected in ((other, 400), (mine, 204)):
                asked = {**cookies, XSRF: mine[XSRF]}
                put = (status, place.origin, upload, asked)
                assert await asyncio.to_thread(*put, method="PUT", body=sent) == expected
            async with asking(place.origin, visit.live, cookies=mine) as live:
                assert (await live.move("0.62")).text == "0.62"

    asyncio.run(scene(ada, eve))
    asyncio.run(scene(eve, ada))


def test_what_is_answered_on_one_server_is_counted_on_the_other(
    place: Place, ada: dict[str, str], eve: dict[str, str]
) -> None:
    async def scene() -> None:
        async with visiting(place.origin, cookies=ada, run="digits", input=INPUT) as presenter:
            name = await opened(presenter)
            await presenter.act(Key.POLL)
            assert "0 answers so far, hidden until shown." in " ".join(presenter.words)
            async with visiting(
                place.origin, cookies=eve, run="digits", input=INPUT, workshop=name
            ) as voter:
                await voter.act(of_each(Key.VOTER, "dialog"), "Eve")
                await voter.act(voter.key_of(Key.POLL_ANSWER))
            await presenter.open()
            assert "1 answer so far, hidden until shown." in " ".join(presenter.words)

    asyncio.run(scene())


def test_a_vote_cast_on_one_server_is_in_the_numbers_as_agreed_of_the_other(
    place: Place, ada: dict[str, str], eve: dict[str, str]
) -> None:
    vote = of_each(Key.VOTE, ("unclear", Pair(INPUT, "zero")))

    async def scene() -> None:
        enter = visiting(place.origin, cookies=ada, run="digits", truth="agreed")
        seen = {"input": INPUT, "show": ["cell", "=zero", "=zero"]}
        ask = visiting(place.origin, cookies=eve, run="digits", **seen)
        async with enter as here, ask as voter:
            (text, before) = here.shown
            await voter.act(of_each(Key.VOTER, "viewer"), "Eve")
            await voter.act(vote)
            await here.open()
            # the pair is unknown now, and leaves the numbers of its concept
            assert here.shown == (text, (before[0] - 1, *before[1:]))

    asyncio.run(scene())


def test_the_stream_of_a_workshop_comes_through_unbuffered(
    place: Place, ada: dict[str, str]
) -> None:
    async def scene() -> None:
        async with visiting(place.origin, cookies=ada, run="digits") as presenter:
            name = await opened(presenter)
            one = Follower()
            stream = asyncio.create_task(one.follow(place.origin, name, "", cookies=ada))
            async with asking(place.origin, presenter.live, cookies=ada) as live:
                await asyncio.wait_for(one.ready.wait(), PATIENCE)
                await live.move("0.31")
                async with asyncio.timeout(PATIENCE):
                    while 0.31 not in one.heard:  # noqa: ASYNC110 - there is nothing to wait for
                        await asyncio.sleep(0.01)
            stream.cancel()

    asyncio.run(scene())


def test_who_follows_at_the_other_server_sees_the_page_and_every_drag(
    place: Place, ada: dict[str, str], eve: dict[str, str]
) -> None:
    async def scene() -> None:
        async with AsyncExitStack() as stack:
            enter = stack.enter_async_context
            presenter = await enter(visiting(place.origin, cookies=ada, run="digits", t="0.62"))
            name = await opened(presenter)
            follower = await enter(visiting(place.origin, cookies=eve, workshop=name))
            assert follower.shown == presenter.shown
            assert follower.shown[0] == "0.62"
            live = await enter(asking(place.origin, presenter.live, cookies=ada))
            here, there = Follower(), Follower()
            for one, cookies in ((here, ada), (there, eve)):
                stream = one.follow(place.origin, name, "", cookies=cookies)
                stack.callback(asyncio.create_task(stream).cancel)
            await asyncio.wait_for(asyncio.gather(here.ready.wait(), there.ready.wait()), PATIENCE)
            async with asyncio.timeout(PATIENCE):
                for cents in itertools.cycle(range(10, 90)):
                    await live.move(f"0.{cents}")
                    await asyncio.sleep(0.05)
                    if len(there.heard) > 10:
                        break
            assert set(there.heard) <= set(here.heard)

    asyncio.run(scene())


def test_who_sat_at_a_server_that_died_goes_on_at_the_other_and_stays_there(
    place: Place, ada: dict[str, str]
) -> None:
    names = ("first", "second")
    gone = place.servers[names.index(route_of(ada))]
    os.kill(gone.process_id, signal.SIGKILL)
    asked = urllib.request.Request(place.origin, headers={"Cookie": cookie_header(ada)})  # noqa: S310
    with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310
        told = answer.headers.get_all("Set-Cookie")
    (moved,) = (one.split(";")[0] for one in told if one.startswith("workshop_server="))
    (left,) = set(names) - {route_of(ada)}
    assert moved == f"workshop_server={left}"

    async def scene() -> None:
        cookies = {**ada, "workshop_server": left}
        async with (
            visiting(place.origin, cookies=cookies, run="digits", t="0.31") as visit,
            asking(place.origin, visit.live, cookies=cookies) as live,
        ):
            assert visit.shown[0] == "0.31"
            assert json.dumps((await live.move("0.44")).text) == '"0.44"'

    asyncio.run(scene())
