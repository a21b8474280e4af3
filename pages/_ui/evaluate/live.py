"""The numbers of a page at any threshold, at an address of their own: asked for while dragging.

Streamlit draws a page anew with much ceremony. While a threshold is dragged the components ask here
instead, many times a second, and get what Streamlit would have drawn, computed by the same code.
An address cannot be guessed, and dies with the evaluation behind it.
"""

from __future__ import annotations

import json
import secrets
import threading
import weakref
from collections import OrderedDict
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import evalcore as ec
from evalcore.arrays import IntArray
from pages._ui.evaluate.live_numbers import board
from pages._ui.session.view import View

__all__ = ["ROUTES", "publish"]

KEPT = 512


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Page:
    evaluation: weakref.ref[ec.Evaluation]
    view: View
    shown: IntArray


_pages: OrderedDict[str, _Page] = OrderedDict()
_lock = threading.Lock()


def publish(evaluation: ec.Evaluation, view: View, *, shown: IntArray) -> str:
    """Let a page be asked for at other thresholds; return its address, relative to the page."""
    address = secrets.token_urlsafe(16)
    with _lock:
        _pages[address] = _Page(evaluation=weakref.ref(evaluation), view=view, shown=shown)
        while len(_pages) > KEPT:
            _pages.popitem(last=False)
    return f"live/{address}"


def _answer(request: Request) -> Response:
    with _lock:
        address = request.path_params["address"]
        page = _pages.get(address)
        if page is not None:
            _pages.move_to_end(address)
    evaluation = page.evaluation() if page else None
    if page is None or evaluation is None:
        return Response("There is no such page.", status_code=404, media_type="text/plain")
    asked = request.query_params.get("t", "")
    try:
        rule = page.view.rule.with_default(asked)  # type: ignore[arg-type]
        data = board(evaluation, replace(page.view, rule=rule), shown=page.shown)
    except ec.WorkshopError as error:
        return Response(str(error), status_code=400, media_type="text/plain")
    return Response(
        json.dumps(data, allow_nan=False),
        media_type="application/json",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


ROUTES = [Route("/live/{address}", _answer)]
