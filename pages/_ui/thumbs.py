"""Pictures of inputs at addresses of their own, which browsers may keep.

An address holds a secret of this process, so that only pages which this app has drawn know it, and
the fingerprint of the run, so that it always means the same picture.
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
from evalcore.media import ImageError, Images
from evalcore.thumbnails import Thumbnail, placeholder, thumbnail

__all__ = ["ROUTES", "picture", "publish", "url"]

SIZE = 160
KEPT_RUNS = 32

_secret = secrets.token_urlsafe(16)
_published: OrderedDict[str, Images] = OrderedDict()
_lock = threading.Lock()


def publish(run: ec.EvalRun) -> None:
    """Let the pictures of a run be asked for."""
    if run.images is None:
        return
    with _lock:
        _published[run.fingerprint] = run.images
        _published.move_to_end(run.fingerprint)
        while len(_published) > KEPT_RUNS:
            _published.popitem(last=False)


def url(run: ec.EvalRun, position: int) -> str | None:
    """Return the address of an input's thumbnail, relative to the page; None without pictures."""
    if run.images is None:
        return None
    return f"thumbs/{_secret}/{run.fingerprint}/{int(position)}"


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
def _kept(fingerprint: str, position: int) -> Thumbnail:
    with _lock:
        images = _published[fingerprint]
    if not 0 <= position < len(images):
        raise KeyError(position)
    return _drawn(images, position, SIZE)


def _answer(request: Request) -> Response:
    path = request.path_params
    if not secrets.compare_digest(path["secret"].encode(), _secret.encode()):
        return _nothing()
    try:
        thumb = _kept(path["fingerprint"], path["position"])
    except KeyError:
        return _nothing()
    headers = {
        "Cache-Control": "private, max-age=86400, immutable",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }
    return Response(thumb.data, media_type=thumb.mime, headers=headers)


def _nothing() -> Response:
    return Response("There is no such picture.", status_code=404, media_type="text/plain")


ROUTES = [Route("/thumbs/{secret}/{fingerprint}/{position:int}", _answer)]
