"""Pictures of inputs at addresses of their own, which browsers may keep.

An address cannot be guessed, so that only pages which this app has drawn know it, and it always
means the same picture: a run that was read anew has another one, and so has a file that was
replaced.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import evalcore as ec
from evalcore.runs.images import ImageError, Images
from evalcore.runs.thumbnails import Thumbnail, original, placeholder, source_size, thumbnail

__all__ = ["ROUTES", "Form", "picture", "publish", "size_of", "url"]

Form = Literal["small", "large", "full"]
SIZE = 160
SIZES: dict[Form, int] = {"small": SIZE, "large": 1024, "full": 0}
"""The longer side in pixels; the full picture is the file itself where a browser shows it."""
KEPT_RUNS = 32
LOOK_SECONDS = 0.25
"""Between two looks at whether somebody still waits for a picture."""

_Key = tuple[str, int, str, Form]
"""Address of the run's pictures, position of the input, stamp of its file, and how large."""

_published: OrderedDict[str, Images] = OrderedDict()
_lock = threading.Lock()


def publish(run: ec.EvalRun) -> None:
    """Let the pictures of a run be asked for, at a new address when they were read anew."""
    if run.images is not None:
        _address_of(run.images)


def _address_of(images: Images) -> str:
    """Return where pictures are found; two runs that hold the same numbers share none."""
    with _lock:
        for address, published in _published.items():
            if published is images:
                return address
        address = secrets.token_urlsafe(12)
        _published[address] = images
        while len(_published) > KEPT_RUNS:
            _published.popitem(last=False)
        return address


def url(run: ec.EvalRun, position: int, *, form: Form = "small") -> str | None:
    """Return the address of an input's picture, relative to the page; None without pictures."""
    if run.images is None:
        return None
    stamp = run.images.stamp(int(position))
    asked = {"form": "" if form == "small" else form, "v": stamp}
    query = "&".join(f"{name}={value}" for name, value in asked.items() if value)
    address = f"thumbs/{_address_of(run.images)}/{int(position)}"
    return f"{address}?{query}" if query else address


def size_of(run: ec.EvalRun, position: int) -> tuple[int, int] | None:
    """Return width and height of the picture in the file; None where there is none to see."""
    if run.images is None:
        return None
    try:
        return source_size(run.images, position)
    except ImageError:
        return None


def picture(run: ec.EvalRun, position: int, *, size: int) -> Thumbnail:
    """Return an input's picture, or a tile that says why there is none."""
    if run.images is None:
        return placeholder("This run has no images.", size=size)
    return _drawn(run.images, position, size)


def _drawn(images: Images, position: int, size: int) -> Thumbnail:
    try:
        whole = None if size else original(images, position)
        return whole or thumbnail(images, position, size=size or max(source_size(images, position)))
    except ImageError as error:
        return placeholder(str(error), size=size or SIZES["large"])


class _Drawings:
    """Pictures that were drawn or are asked for: each is drawn once, for whoever waits for it."""

    def __init__(self, *, n_threads: int, kept: int) -> None:
        # Threads of their own: those of the server stay free for the numbers.
        self._threads = ThreadPoolExecutor(n_threads, thread_name_prefix="pictures")
        self._most = kept
        self._kept: OrderedDict[_Key, Thumbnail] = OrderedDict()
        self._asked: dict[_Key, tuple[Future[Thumbnail], int]] = {}
        self._lock = threading.Lock()

    def kept(self, key: _Key) -> Thumbnail | None:
        """Return a picture that was drawn before."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def ask(self, key: _Key, images: Images) -> Future[Thumbnail]:
        """Have a picture drawn, and wait for it until :meth:`leave`."""
        with self._lock:
            future, n_waiting = self._asked.get(key, (None, 0))
            if future is None:
                future = self._threads.submit(self._draw, key, images)
            self._asked[key] = (future, n_waiting + 1)
            return future

    def leave(self, key: _Key) -> None:
        """Wait no longer; a picture that nobody waits for is not begun."""
        with self._lock:
            future, n_waiting = self._asked.pop(key)
            if n_waiting > 1:
                self._asked[key] = (future, n_waiting - 1)
            else:
                future.cancel()

    def _draw(self, key: _Key, images: Images) -> Thumbnail:
        found = self.kept(key)
        if found is None:
            found = _drawn(images, key[1], SIZES[key[3]])
            if key[3] != "small":
                return found  # too large to be kept by the thousand; the browser keeps it
            with self._lock:
                self._kept[key] = found
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return found


_drawings = _Drawings(n_threads=2, kept=4_096)


def _stamp(address: str, position: int) -> str:
    images = _published[address]
    if position >= len(images):
        raise KeyError(position)
    return images.stamp(position)


async def _wait(request: Request, key: _Key) -> Thumbnail | None:
    """Return the picture as soon as it is drawn; None when who asked for it has gone."""
    is_done, loop = asyncio.Event(), asyncio.get_running_loop()
    future = _drawings.ask(key, _published[key[0]])
    try:
        future.add_done_callback(lambda _: loop.call_soon_threadsafe(is_done.set))
        while not future.done():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(is_done.wait(), LOOK_SECONDS)
            if not future.done() and await request.is_disconnected():
                return None
        return future.result()
    finally:
        _drawings.leave(key)


_FORMS: dict[str, Form] = {form: form for form in SIZES}


async def _answer(request: Request) -> Response:
    address, position = request.path_params["address"], request.path_params["position"]
    try:
        # A look at the file, which may lie on a slow disk.
        form = _FORMS[request.query_params.get("form", "small")]
        key = (address, position, await asyncio.to_thread(_stamp, address, position), form)
        thumb = _drawings.kept(key) or await _wait(request, key)
    except KeyError:
        return Response("There is no such picture.", status_code=404, media_type="text/plain")
    if thumb is None:
        return Response(status_code=499)
    headers = {
        "Cache-Control": "private, max-age=86400, immutable",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }
    return Response(thumb.data, media_type=thumb.mime, headers=headers)


ROUTES = [Route("/thumbs/{address}/{position:int}", _answer)]
