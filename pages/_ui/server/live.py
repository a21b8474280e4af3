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
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import evalcore as ec

__all__ = ["ROUTES", "Answer", "Tell", "publish"]

KEPT = 512


Answer = Callable[[ec.Evaluation, str], Mapping[str, Any]]
"""What a page shows of an evaluation at a threshold, given as it was written in the question."""


Tell = Callable[[str, float], None]
"""What else is done with an answer, as JSON, and when it was asked for by the asker's own clock:
who presents shows it to those who follow, and answers may overtake each other."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Page:
    evaluation: weakref.ref[ec.Evaluation]
    answer: Answer
    tell: Tell | None


_pages: OrderedDict[str, _Page] = OrderedDict()
_lock = threading.Lock()


def publish(evaluation: ec.Evaluation, answer: Answer, *, tell: Tell | None = None) -> str:
    """Let a page be asked for at other thresholds; return its address, relative to the page.

    ``answer`` must not hold the evaluation: the address dies with it.
    """
    address = secrets.token_urlsafe(16)
    with _lock:
        _pages[address] = _Page(evaluation=weakref.ref(evaluation), answer=answer, tell=tell)
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
        data = page.answer(evaluation, asked)
    except ec.WorkshopError as error:
        return Response(str(error), status_code=400, media_type="text/plain")
    text = json.dumps(data, allow_nan=False)
    if page.tell is not None:
        page.tell(text, _moment(request.query_params.get("at", "")))
    return Response(
        text,
        media_type="application/json",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


def _moment(text: str) -> float:
    return float(text) if text.replace(".", "", 1).isdecimal() and len(text) < 32 else 0.0


ROUTES = [Route("/live/{address}", _answer)]
