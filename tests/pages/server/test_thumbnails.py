"""The route of thumbnails: who may ask, what comes back, and what never does."""

from __future__ import annotations

import asyncio
import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

import evalcore as ec
from evalcore.runs.images import FileImages
from pages._ui.server import thumbnails


async def receive() -> dict[str, str]:
    """Be a browser that waits."""
    await asyncio.sleep(3600)
    return {"type": "http.disconnect"}


def get(path: str) -> Response:
    """Ask the route as the server would; 404 where no route fits."""
    path, _, query = path.partition("?")
    scope = {
        "type": "http", "method": "GET", "path": path, "headers": [],
        "query_string": query.encode(),
    }  # fmt: skip
    for route in thumbnails.ROUTES:
        match, found = route.matches(scope)
        if match is Match.FULL:
            return asyncio.run(thumbnails._answer(Request(scope | found, receive)))
    return Response(status_code=404)


@pytest.fixture
def pictures(tmp_path: Path) -> Iterator[ec.EvalRun]:
    Image.new("RGB", (300, 200), "teal").save(tmp_path / "a.png")
    (tmp_path / "b.png").write_text("no picture")
    run = ec.EvalRun.from_arrays(
        [[0.1], [0.2], [0.3]],
        [[0], [], []],
        ids=[f"{tmp_path}/{k}" for k in range(3)],
        images=FileImages(root=tmp_path, paths=("a.png", "b.png", "gone.png")),
    )
    thumbnails.publish(run)
    yield run
    thumbnails._published.clear()


def test_a_picture_is_had_larger_and_with_all_its_pixels(
    pictures: ec.EvalRun, tmp_path: Path
) -> None:
    Image.new("RGB", (1400, 30), "teal").save(tmp_path / "a.png")
    widths = []
    for form in ("small", "large", "full"):
        answer = get("/" + str(thumbnails.url(pictures, 0, form=form)))
        widths.append(Image.open(io.BytesIO(bytes(answer.body))).width)

    assert widths == [160, 1024, 1400]
    assert bytes(answer.body) == (tmp_path / "a.png").read_bytes(), "not drawn anew"
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert thumbnails.size_of(pictures, 0) == (1400, 30)
    assert thumbnails.size_of(pictures, 1) is None
    assert get("/" + str(thumbnails.url(pictures, 0)) + "&form=9999").status_code == 404


@pytest.mark.parametrize(
    ("mode", "kind", "mime"),
    [("RGB", "JPEG", "image/jpeg"), ("RGB", "TIFF", "image/"), ("I;16", "PNG", "image/")],
)
def test_all_pixels_are_the_file_itself_where_a_browser_shows_it(
    pictures: ec.EvalRun, tmp_path: Path, mode: str, kind: str, mime: str
) -> None:
    # the type is that of the content: the name says something else
    Image.new(mode, (400, 30)).save(tmp_path / "a.png", kind)
    answer = get("/" + str(thumbnails.url(pictures, 0, form="full")))

    assert answer.headers["content-type"].startswith(mime)
    is_file = bytes(answer.body) == (tmp_path / "a.png").read_bytes()
    assert is_file == (mime == "image/jpeg")
    assert Image.open(io.BytesIO(bytes(answer.body))).size == (400, 30)


def test_the_page_gets_a_small_picture(pictures: ec.EvalRun) -> None:
    answer = get("/" + str(thumbnails.url(pictures, 0)))
    assert answer.status_code == 200
    picture = Image.open(io.BytesIO(answer.body))
    assert max(picture.size) == thumbnails.SIZE
    assert answer.headers["content-type"].startswith("image/")


def test_what_comes_back_may_be_kept_but_not_guessed_at(pictures: ec.EvalRun) -> None:
    headers = get("/" + str(thumbnails.url(pictures, 0))).headers
    assert headers["cache-control"] == "private, max-age=86400, immutable"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("position", [1, 2])
def test_a_bad_picture_is_a_tile_that_says_why(position: int, pictures: ec.EvalRun) -> None:
    answer = get("/" + str(thumbnails.url(pictures, position)))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
    text = answer.body.decode()
    assert ("missing" if position == 2 else "readable") in text
    assert "script" not in text


@pytest.mark.parametrize("address", ["", "x", "é", "A" * 16, "..", "%2e%2e"])
def test_without_the_address_there_is_nothing(address: str, pictures: ec.EvalRun) -> None:
    assert get(f"/thumbs/{address}/0").status_code == 404
    assert get(f"/thumbs/{pictures.fingerprint}/0").status_code == 404


@pytest.mark.parametrize("position", ["3", "-1", "99999999999999999999", "a", "0.5", "", "0/../1"])
def test_a_position_out_of_range_is_not_found(position: str, pictures: ec.EvalRun) -> None:
    address = str(thumbnails.url(pictures, 0)).rsplit("/", 1)[0]
    answer = get(f"/{address}/{position}")
    assert answer.status_code == 404


def test_nothing_that_was_asked_for_is_repeated_in_the_answer() -> None:
    answer = get("/thumbs/secret/0")
    assert answer.status_code == 404
    assert b"secret" not in answer.body
    assert answer.headers["content-type"].startswith("text/plain")


def test_a_run_of_texts_has_no_addresses() -> None:
    run = ec.EvalRun.from_arrays([[0.1]], [[0]])
    before = dict(thumbnails._published)
    thumbnails.publish(run)
    assert thumbnails.url(run, 0) is None
    assert thumbnails._published == before
    assert b"This run has no" in thumbnails.picture(run, 0, size=640).data


def test_a_part_of_a_run_has_addresses_of_its_own(pictures: ec.EvalRun) -> None:
    part = pictures.subset(np.array([2, 0]))
    thumbnails.publish(part)
    assert thumbnails.url(part, 1) != thumbnails.url(pictures, 1)
    whole, piece = (get("/" + str(thumbnails.url(r, k))) for r, k in ((pictures, 0), (part, 1)))
    assert whole.body == piece.body


def test_only_the_last_runs_are_kept(pictures: ec.EvalRun) -> None:
    before = dict(thumbnails._published)
    address = str(thumbnails.url(pictures, 0)).split("/")[1]
    try:
        assert address in thumbnails._published
        for _ in range(thumbnails.KEPT_RUNS):
            thumbnails.publish(pictures.subset(np.array([0])))
        assert len(thumbnails._published) == thumbnails.KEPT_RUNS
        assert address not in thumbnails._published
    finally:
        thumbnails._published.clear()
        thumbnails._published.update(before)


def test_an_image_that_was_mended_is_shown(pictures: ec.EvalRun, tmp_path: Path) -> None:
    """Scores and ids, hence the fingerprint, stay the same when a picture file is replaced."""
    assert b"missing" in get("/" + str(thumbnails.url(pictures, 2))).body
    Image.new("RGB", (300, 200), "teal").save(tmp_path / "gone.png")
    again = ec.EvalRun.from_arrays(
        [[0.1], [0.2], [0.3]],
        [[0], [], []],
        ids=pictures.ids.tolist(),
        images=FileImages(root=tmp_path, paths=("a.png", "b.png", "gone.png")),
    )
    thumbnails.publish(again)  # the library reads the run again, since its folder has changed
    assert b"missing" not in get("/" + str(thumbnails.url(again, 2))).body


def test_runs_of_the_same_numbers_keep_their_own_pictures(tmp_path: Path) -> None:
    """One with blurred, cropped or corrected images never shows those of the other."""
    runs = []
    for colour in ("red", "blue"):
        folder = tmp_path / colour
        folder.mkdir()
        Image.new("RGB", (300, 200), colour).save(folder / "a.png")
        images = FileImages(root=folder, paths=("a.png",))
        runs.append(ec.EvalRun.from_arrays([[0.1]], [[0]], images=images))
    red, blue = runs
    assert red.fingerprint == blue.fingerprint
    addresses = [thumbnails.url(run, 0) for run in (red, blue, red)]
    assert addresses[0] == addresses[2] != addresses[1]
    for address, channel in zip(addresses, (0, 2, 0), strict=True):
        picture = Image.open(io.BytesIO(get(f"/{address}").body)).convert("RGB")
        assert picture.getpixel((5, 5))[channel] > 200


def test_a_picture_that_was_replaced_has_another_address(
    pictures: ec.EvalRun, tmp_path: Path
) -> None:
    before = str(thumbnails.url(pictures, 0))
    teal = get(f"/{before}").body
    Image.new("RGB", (300, 200), "maroon").save(tmp_path / "new.png")
    (tmp_path / "new.png").replace(tmp_path / "a.png")
    after = str(thumbnails.url(pictures, 0))
    assert after != before
    assert get(f"/{after}").body != teal


def test_an_address_says_nothing_of_files_outside(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "run").mkdir()
    images = FileImages(root=tmp_path / "run", paths=("../secret.txt",))
    assert images.stamp(0) == ""


class Held:
    """Images that are not given out before somebody says so."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.read_positions: list[int] = []

    def __len__(self) -> int:
        return 100

    def stamp(self, position: int) -> str:
        return str(position)

    def read(self, position: int) -> bytes:
        self.released.wait(20)
        self.read_positions.append(position)
        file = io.BytesIO()
        Image.new("RGB", (300, 200), "teal").save(file, "PNG")
        return file.getvalue()


@pytest.fixture
def held() -> Iterator[tuple[Held, str]]:
    images = Held()
    thumbnails._drawings._kept.clear()
    thumbnails._published["held"] = images  # type: ignore[assignment]
    yield images, "held"
    images.released.set()
    del thumbnails._published["held"]


async def gone() -> dict[str, str]:
    """Be a browser that has turned to another page."""
    return {"type": "http.disconnect"}


def asked(position: int, *, by: object = receive) -> Request:
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    scope["path_params"] = {"address": "held", "position": position}
    return Request(scope, by)


def test_pictures_that_are_waited_for_take_no_thread_of_the_server(
    held: tuple[Held, str],
) -> None:
    images, _ = held

    async def visit() -> tuple[int, list[int]]:
        before = threading.active_count()
        tasks = [asyncio.create_task(thumbnails._answer(asked(k))) for k in range(48)]
        await asyncio.sleep(0.5)
        n_threads = threading.active_count() - before
        # A thread for the numbers is there at once.
        assert await asyncio.wait_for(asyncio.to_thread(lambda: 7), 5) == 7
        images.released.set()
        return n_threads, [(await task).status_code for task in tasks]

    n_threads, statuses = asyncio.run(visit())
    assert statuses == [200] * 48
    assert n_threads <= 2 + min(32, (os.cpu_count() or 1) + 4)  # the pool of asyncio.to_thread


def test_a_picture_that_nobody_waits_for_is_not_drawn(held: tuple[Held, str]) -> None:
    images, _ = held

    async def visit() -> list[int]:
        busy = [asyncio.create_task(thumbnails._answer(asked(k))) for k in range(2)]
        await asyncio.sleep(0.2)
        left = [asyncio.create_task(thumbnails._answer(asked(k, by=gone))) for k in range(10, 20)]
        shared = asyncio.create_task(thumbnails._answer(asked(15)))
        codes = [(await task).status_code for task in left]
        images.released.set()
        assert [(await task).status_code for task in [*busy, shared]] == [200] * 3
        return codes

    assert asyncio.run(visit()) == [499] * 10
    assert sorted(images.read_positions) == [0, 1, 15]
    assert thumbnails._drawings._asked == {}
