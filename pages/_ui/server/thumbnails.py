"""Pictures of inputs at addresses of their own, which browsers may keep.

An address cannot be guessed, so that only pages which this app has drawn know it, and it always
means the same picture: a run that was read anew has another one, and so has a file that was
replaced.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import evalcore as ec
from evalcore.runs.images import ImageError, Images
from evalcore.runs.thumbnails import Thumbnail, placeholder, thumbnail

__all__ = ["ROUTES", "picture", "publish", "url"]

SIZE = 160
KEPT_RUNS = 32

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


def url(run: ec.EvalRun, position: int) -> str | None:
    """Return the address of an input's thumbnail, relative to the page; None without pictures."""
    if run.images is None:
        return None
    stamp = run.images.stamp(int(position))
    return f"thumbs/{_address_of(run.images)}/{int(position)}{f'?v={stamp}' if stamp else ''}"


def picture(run: ec.EvalRun, position: int, *, size: int) -> Thumbnail:
    """Return an input's picture, or a tile that says why there is none."""
    if run.images is None:
        return placeholder("This run has no images.", size=size)
    return _drawn(run.images, position, size)


def _drawn(images: Images, position: int, size: int) -> Thumbnail:
    try:
        return thumbnail(images, position, size=size)
    except ImageError as error:
        return placeholder(str(error), size=size)


@lru_cache(maxsize=4_096)
def _kept(address: str, position: int, stamp: str) -> Thumbnail:  # noqa: ARG001 - the key
    return _drawn(_published[address], position, SIZE)


def _stamp(address: str, position: int) -> str:
    images = _published[address]
    if position >= len(images):
        raise KeyError(position)
    return images.stamp(position)


def _answer(request: Request) -> Response:
    address, position = request.path_params["address"], request.path_params["position"]
    try:
        thumb = _kept(address, position, _stamp(address, position))
    except KeyError:
        return Response("There is no such picture.", status_code=404, media_type="text/plain")
    headers = {
        "Cache-Control": "private, max-age=86400, immutable",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }
    return Response(thumb.data, media_type=thumb.mime, headers=headers)


ROUTES = [Route("/thumbs/{address}/{position:int}", _answer)]
