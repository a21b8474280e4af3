"""The numbers of a page at any threshold, at an address of their own: asked for while dragging.

Streamlit draws a page anew with much ceremony. While a threshold is dragged the components ask here
instead, many times a second, and get what Streamlit would have drawn, computed by the same code.
An address cannot be guessed, and dies with the evaluation behind it.

Python computes one answer at a time whatever we do, so of the questions that wait at a page only
the newest is computed; the others get its answer, which says what it is the answer to. For who has
gone nothing is computed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import evalcore as ec

__all__ = ["ROUTES", "Answer", "Asked", "Question", "Questions", "Tell", "publish"]

KEPT = 512
N_THREADS = 4
"""More would take turns at one processor, and all be ready late."""
AT_ONCE = 0.01
"""Seconds after which a question that still waits is looked after: its asker may go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a browser asks of a page, as it was written in the question.

    Parameters
    ----------
    threshold
        The threshold under the pointer.
    rows
        Which rows of a long table it has room for; empty where it wants all.
    """

    threshold: str
    rows: str = ""


Answer = Callable[[ec.Evaluation, Asked], Mapping[str, Any]]
"""What a page shows of an evaluation, as far as it is asked for."""


Tell = Callable[[str, float], None]
"""What else is done with an answer, as JSON, and when it was asked for by the asker's own clock:
who presents shows it to those who follow, and answers may overtake each other."""


A = TypeVar("A")


class Question(Generic[A]):
    """What is asked of a page, by one request or by several that came while it was busy."""

    def __init__(self, asked: A, *, at: float) -> None:
        self.asked, self.at = asked, at
        self.answer: Future[str] = Future()
        self.n_waiting = 0
        self.is_begun = False


class Questions(Generic[A]):
    """The questions to one page; safe to share between threads.

    Parameters
    ----------
    compute
        Returns the answer to what is asked, and when it was asked by the asker's own clock.
    threads
        Where it is computed.
    """

    def __init__(self, compute: Callable[[A, float], str], *, threads: Executor) -> None:
        self._compute, self._threads = compute, threads
        self._lock = threading.Lock()
        self._waiting: Question[A] | None = None
        self._is_busy = False

    def ask(self, asked: A, *, at: float) -> Question[A]:
        """Ask something, and wait for it until :meth:`leave`."""
        with self._lock:
            question = self._waiting = self._waiting or Question(asked, at=at)
            if at >= question.at:  # requests overtake each other
                question.asked, question.at = asked, at
            question.n_waiting += 1
            begins, self._is_busy = not self._is_busy, True
        if begins:
            self._threads.submit(self._answer)
        return question

    def leave(self, question: Question[A]) -> None:
        """Wait no longer."""
        with self._lock:
            question.n_waiting -= 1

    def _next(self) -> Question[A] | None:
        """Return what somebody waits for, None when there is nothing."""
        with self._lock:
            question, self._waiting = self._waiting, None
            if question is not None and question.n_waiting > 0:
                question.is_begun = True
                return question
            self._is_busy = False
            return None

    def _answer(self) -> None:
        question = self._next()
        if question is None:
            return
        try:
            answer = self._compute(question.asked, question.at)
        except BaseException as error:  # noqa: BLE001 - whoever waits gets it
            question.answer.set_exception(error)
        else:
            question.answer.set_result(answer)
        # behind the others: everybody's turn comes
        self._threads.submit(self._answer)


class _LeftError(Exception):
    """Whoever asked has gone before the question's turn."""


class _GoneError(Exception):
    """The evaluation behind an address is not there any more."""


class _Page:
    """What answers for a page at other thresholds, while its evaluation is there."""

    def __init__(self, evaluation: ec.Evaluation, answer: Answer, tell: Tell | None) -> None:
        self._evaluation = weakref.ref(evaluation)
        self._answer, self._tell = answer, tell
        self.questions = Questions(self._compute, threads=_threads)

    def _compute(self, asked: Asked, at: float) -> str:
        evaluation = self._evaluation()
        if evaluation is None:
            raise _GoneError
        text = json.dumps(self._answer(evaluation, asked), allow_nan=False)
        if self._tell is not None:
            self._tell(text, at)
        return text


_threads = ThreadPoolExecutor(N_THREADS, thread_name_prefix="numbers")
_pages: OrderedDict[str, _Page] = OrderedDict()
_lock = threading.Lock()


def publish(evaluation: ec.Evaluation, answer: Answer, *, tell: Tell | None = None) -> str:
    """Let a page be asked for at other thresholds; return its address, relative to the page.

    ``answer`` must not hold the evaluation: the address dies with it.
    """
    address = secrets.token_urlsafe(16)
    with _lock:
        _pages[address] = _Page(evaluation, answer, tell)
        while len(_pages) > KEPT:
            _pages.popitem(last=False)
    return f"live/{address}"


async def _answer(request: Request) -> Response:
    with _lock:
        address = request.path_params["address"]
        page = _pages.get(address)
        if page is not None:
            _pages.move_to_end(address)
    try:
        text = None if page is None else await _ask(request, page.questions)
    except _GoneError:
        text = None
    except _LeftError:
        return Response(status_code=499)
    except ec.WorkshopError as error:
        return Response(str(error), status_code=400, media_type="text/plain")
    if text is None:
        return Response("There is no such page.", status_code=404, media_type="text/plain")
    return Response(
        text,
        media_type="application/json",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


async def _ask(request: Request, questions: Questions[Asked]) -> str:
    """Return the answer to what a request asks, or to what was asked of the page after it."""
    query = request.query_params
    asked = Asked(threshold=query.get("t", ""), rows=query.get("rows", ""))
    question = questions.ask(asked, at=_moment(query.get("at", "")))
    try:
        answer = asyncio.wrap_future(question.answer)
        await asyncio.wait([answer], timeout=AT_ONCE)
        if not (answer.done() or question.is_begun):
            await _wait_while_there(request, question, answer)
        return await asyncio.shield(answer)
    finally:
        questions.leave(question)


async def _wait_while_there(
    request: Request, question: Question[Any], answer: asyncio.Future[str]
) -> None:
    """Wait for an answer whose turn has not come; raise as soon as the asker has gone."""
    gone = asyncio.ensure_future(_until_gone(request))
    either: list[asyncio.Future[Any]] = [answer, gone]
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone
    if not answer.done() and not question.is_begun:
        raise _LeftError


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _moment(text: str) -> float:
    return float(text) if text.replace(".", "", 1).isdecimal() and len(text) < 32 else 0.0


ROUTES = [Route("/live/{address}", _answer)]
