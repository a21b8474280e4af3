"""The clients of the sessions benchmark at a real server: each sees its own, right numbers."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections import Counter
from collections.abc import Iterator

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

import evalcore as ec
from tests.bench import sessions, soak
from tests.bench.balancing import nginx
from tests.bench.client import Answer, Visit, VisitError, asking, visiting
from tests.browser.serving import ROOT, Server, serving

RUNS = ("kitchen", "digits")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    for run in RUNS:
        shutil.copytree(ROOT / "sample_runs" / run, folder / "library" / run)
    with serving(folder / "library", log=folder / "log.txt") as running:
        yield running
        assert "Traceback" not in running.log.read_text(errors="replace")


def truth(run: str, text: str) -> tuple[str, tuple[int, ...]]:
    """Threshold and predicted counts, from the run's scores alone."""
    whole = ec.load_run(ROOT / "sample_runs" / run)
    passes = whole.scores > whole.scores.dtype.type(text)
    if whole.task == "single_label":
        best = whole.scores.argmax(axis=1)
        passes &= best[:, None] == range(whole.n_concepts)
    return text, tuple(passes.sum(axis=0).tolist())


def seen(answer: Answer) -> tuple[str, tuple[int, ...]]:
    return answer.text, answer.predicted


async def elements_that_come_unasked(visit: Visit) -> int:
    """Wait for a moment; status messages do not count."""
    drawn = 0
    try:
        async with asyncio.timeout(0.5):
            while True:
                drawn += (await visit._receive()).WhichOneof("type") == "delta"
    except TimeoutError:
        return drawn


@pytest.mark.parametrize("run", RUNS)
def test_two_sessions_that_move_at_once_see_each_the_numbers_of_its_own_threshold(
    server: Server, run: str
) -> None:
    async def scene() -> None:
        async with visiting(server.origin, run=run) as one, visiting(server.origin, run=run) as two:
            for mine, yours in (("0.62", "0.31"), ("0.05", "0.95"), ("0.50", "0.44")):
                answers = await asyncio.gather(one.move(mine), two.move(yours))
                assert [seen(answer) for answer in answers] == [truth(run, mine), truth(run, yours)]
                assert all(answer.seconds <= answer.whole for answer in answers)

    asyncio.run(scene())


def test_a_move_of_one_session_draws_nothing_in_the_other(server: Server) -> None:
    async def scene() -> None:
        async with (
            visiting(server.origin, run="kitchen") as one,
            visiting(server.origin, run="kitchen", t="0.31") as two,
        ):
            assert two.shown == truth("kitchen", "0.31")
            for text, done in (("0.62", True), ("0.63", False)):
                assert seen(await one.move(text, done=done)) == truth("kitchen", text)
            assert await elements_that_come_unasked(two) == 0
            assert two.shown == truth("kitchen", "0.31")

    asyncio.run(scene())


async def draw_at(visit: Visit, query: str, *, gone_back: bool = False) -> None:
    """Let the page be drawn as by a browser whose address bar holds a query."""
    asked = visit._rerun()
    asked.rerun_script.query_string = query
    asked.rerun_script.is_history_navigation = gone_back
    await visit._send(asked)
    while not await visit._is_finished():
        pass


def test_a_page_that_is_drawn_before_the_new_link_has_arrived_takes_no_change_back(
    server: Server,
) -> None:
    async def scene() -> None:
        async with visiting(server.origin, run="kitchen") as visit:
            links = [visit.query]
            for text in ("0.62", "0.70"):
                assert seen(await visit.move(text)) == truth("kitchen", text)
                links.append(visit.query)
            for late in (links[1], links[0], links[2]):
                await draw_at(visit, late)
                assert (visit.shown, visit.query) == (truth("kitchen", "0.70"), links[2])
            # but who goes back in the history gets there, and forward again
            for k, text in ((1, "0.62"), (0, "0.50"), (2, "0.70")):
                await draw_at(visit, links[k], gone_back=True)
                assert (visit.shown, visit._query) == (truth("kitchen", text), links[2])
            # and a link that was opened is followed, whatever was set before
            await draw_at(visit, links[0].replace("0.5", "0.31"))
            assert visit.shown == truth("kitchen", "0.31")

    asyncio.run(scene())


@pytest.mark.parametrize("run", RUNS)
def test_a_move_is_one_run_that_sends_only_what_can_follow_it(
    server: Server, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What costs when 30 people move: runs of the script, and what each draws anew."""
    kinds: Counter[str] = Counter()
    receive = Visit._receive

    async def counting(visit: Visit) -> ForwardMsg:
        message = await receive(visit)
        kind = str(message.WhichOneof("type"))
        drawn = message.delta.new_element.WhichOneof("type") if kind == "delta" else None
        kinds.update([kind, *filter(None, [drawn])])
        return message

    async def scene() -> None:
        async with visiting(server.origin, run=run) as visit:
            with monkeypatch.context() as patch:
                patch.setattr(Visit, "_receive", counting)
                assert seen(await visit.move("0.62")) == truth(run, "0.62")

    asyncio.run(scene())
    assert (kinds["new_session"], kinds["script_finished"]) == (1, 1)
    # rule, dial, table, matrix, headline, gallery
    assert kinds["bidi_component"] == 6
    assert kinds["download_button"] == 0
    assert kinds.total() - kinds["delta"] <= 38


def test_the_live_routes_of_two_sessions_answer_each_for_its_own_page(server: Server) -> None:
    async def scene() -> None:
        async with (
            visiting(server.origin, run="kitchen") as one,
            visiting(server.origin, run="digits") as two,
            asking(server.origin, one.live) as mine,
            asking(server.origin, two.live) as yours,
        ):
            assert one.live != two.live
            for text in ("0.62", "0.31"):
                answers = await asyncio.gather(mine.move(text), yours.move(text))
                assert [seen(answer) for answer in answers] == [
                    truth("kitchen", text),
                    truth("digits", text),
                ]
            # asking is not moving
            assert (one.shown[0], two.shown[0]) == ("0.50", "0.50")

    asyncio.run(scene())


def test_what_goes_wrong_on_the_server_is_an_error_of_the_client(server: Server) -> None:
    async def unknown_run() -> None:
        async with visiting(server.origin, run="nowhere"):
            pass

    async def unknown_address() -> None:
        async with asking(server.origin, "live/nowhere") as live:
            await live.move("0.5")

    with pytest.raises(VisitError, match="nowhere"):
        asyncio.run(unknown_run())
    with pytest.raises(VisitError, match="404"):
        asyncio.run(unknown_address())


@pytest.mark.parametrize("route", sessions.ROUTES)
def test_the_bench_refuses_numbers_that_are_not_the_core_s(server: Server, route: str) -> None:
    right = sessions.expected_of(ROOT / "sample_runs" / "kitchen")
    assert all((text, counts) == truth("kitchen", text) for text, counts in right.items())
    one_more = {text: (counts[0] + 1, *counts[1:]) for text, counts in right.items()}

    async def scene(expected: sessions.Expected) -> list[Answer]:
        async with sessions.mover(server.origin, "kitchen", route) as moving:
            return await sessions.session(moving, expected, n_moves=3, think=(0, 0), seed=1)

    assert len(asyncio.run(scene(right))) == 3
    with pytest.raises(sessions.WrongNumbersError):
        asyncio.run(scene(one_more))


def test_the_bench_prints_a_line_for_every_load_and_the_memory(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ["--sessions", "1", "--moves", "1", "--think", "0", "0.01", "--inputs", "300"]
    assert sessions.main(asked) == 0  # nobody judges one session
    printed = capsys.readouterr().out
    lines = [
        line.split() for line in printed.splitlines() if re.match(r" +(kitchen|made_100) ", line)
    ]
    more = [(2, 1)] if nginx() else []
    assert [(line[0], line[1], int(line[2]), int(line[3])) for line in lines] == [
        (run, route, *load)
        for run in ("kitchen", "made_100")
        for route in ("page", "live")
        for load in [(1, 1), (1, 1), *more]
    ]
    assert re.search(r"[\d.]+ MiB a session", printed)
    assert "not measured" in printed


def test_the_soak_prints_the_slope_of_the_memory_and_judges_it(
    server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    right = sessions.expected_of(ROOT / "sample_runs" / "kitchen")
    monkeypatch.setattr(soak, "N_SESSIONS", 2)
    monkeypatch.setattr(soak, "A_VISIT", 5)
    grown = iter(range(0, 10**12, 2**20))
    monkeypatch.setattr(soak, "_memory", lambda _: next(grown))
    assert asyncio.run(soak.soak(server, "kitchen", right, seconds=2)) == 1
    monkeypatch.setattr(soak, "_memory", lambda _: 2**20)
    assert asyncio.run(soak.soak(server, "kitchen", right, seconds=2)) == 0
    assert re.search(r"Slope: -?0\.000 MiB .* kept", capsys.readouterr().out)
    one_more = {text: (counts[0] + 1, *counts[1:]) for text, counts in right.items()}
    with pytest.raises(AssertionError, match="other numbers"):
        asyncio.run(soak.soak(server, "kitchen", one_more, seconds=2))
