"""The route that answers while a threshold is dragged: the same numbers as Streamlit draws."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

import evalcore as ec
from pages._ui.evaluate.live_numbers import Board, board, board_at
from pages._ui.server import live
from pages._ui.session.keys import Key
from pages._ui.session.view import Link, write_link
from tests.pages.conftest import Library
from tests.support.cases import random_case
from tests.support.visitor import ROOT, Visitor

THRESHOLDS = ("0.62", "0.3", "0.30000000000000004", "0", "1", "-1", "1e-3", "7")
RULES = tuple(product(ec.OPERATORS, ec.DECISIONS))
PARTS = {*Board.__annotations__}


@pytest.fixture(autouse=True)
def _nothing_published() -> Iterator[None]:
    live._pages.clear()
    yield
    live._pages.clear()


async def still_there() -> dict[str, str]:
    """Wait for what a browser says after its question: it says nothing."""
    await asyncio.Event().wait()
    return {"type": "http.disconnect"}


def ask(address: str, query: str) -> Response:
    """Ask the route as the server would; 404 where no route fits."""
    path = f"/{address}"
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": [],
        "query_string": query.encode(),
    }
    for route in live.ROUTES:
        match, found = route.matches(scope)
        if match is Match.FULL:
            return asyncio.run(live._answer(Request(scope | found, still_there)))
    return Response(status_code=404)


def refuse(constant: str) -> None:
    pytest.fail(f"{constant} is no JSON")


def answered(address: str, text: str) -> dict[str, Any]:
    answer = ask(address, f"t={quote(text)}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    data = json.loads(answer.body, parse_constant=refuse)
    assert set(data) == PARTS
    return data


def plain(data: object) -> Any:
    """What is left of data in a browser."""
    return json.loads(json.dumps(data, allow_nan=False))


def drawn(visitor: Visitor) -> dict[str, Any]:
    """What Streamlit drew, by the parts of an answer."""
    parts: dict[str, Any] = dict.fromkeys(PARTS)
    parts["dial"] = visitor.data(Key.DIAL)["numbers"]
    for part, key in (
        ("rule", Key.RULE_WORDS),
        ("flips", Key.FLIPS_WORDS),
        ("headline", Key.HEADLINE),
    ):
        if visitor.shows(key):
            said = numbers(visitor, key)
            assert said["field"] == part
            parts[part] = said["words"]
    for part, key in (("table", Key.SUMMARY), ("matrix_table", Key.MATRIX_TABLE)):
        if visitor.shows(key):
            parts[part] = numbers(visitor, key)
            assert parts[part]["field"] == part
    for part, key in (("matrix", Key.MATRIX), ("heatmap", Key.HEATMAP)):
        if visitor.shows(key):
            parts[part] = numbers(visitor, key)
    return parts


def numbers(visitor: Visitor, key: Key) -> dict[str, Any]:
    """What a component shows; beside it the page says which move of the dial it follows."""
    data = dict(visitor.data(key))
    assert data.pop("answered") == visitor.data(Key.DIAL)["answered"]
    return data


def address_of(visitor: Visitor) -> str:
    return str(visitor.data(Key.DIAL)["live"])


# ------------------------------------------------------------------------- the numbers are the same


LOOKS: dict[str, dict[str, Any]] = {
    "summary": {},
    "every column": {"every_column": True, "order_by": (3, "down")},
    "search": {"find": "E", "target": ec.Predicted(None)},
    "flips": {"panel": "flips"},
    "table": {"as_table": True, "target": ec.OnThreshold(None)},
    "probability": {"mode": "probability", "order": "cluster"},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("operator", "decision"), RULES)
@pytest.mark.parametrize("seed", range(3))
def test_the_answer_is_the_board_at_that_threshold(
    seed: int, operator: Any, decision: Any, look: str
) -> None:
    case = random_case(np.random.default_rng(seed))
    rule = ec.Rule(0.45, operator=operator, decision=decision)
    view = Link(**({"rule": rule} | LOOKS[look])).complete(case.run)
    shown = np.arange(case.n_concepts)[::-1]
    evaluation = case.evaluation
    address = live.publish(evaluation, board_at(view, shown=shown))
    for text in THRESHOLDS:
        moved = replace(view, rule=replace(rule, threshold=float(text)))
        assert answered(address, text) == plain(board(evaluation, moved, shown=shown)), text


@pytest.mark.usefixtures("samples")
def test_cells_that_no_threshold_moves_are_not_sent_anew_for_a_move() -> None:
    visitor = Visitor.at_evaluate(**write_link(Link(run="tickets", mode="probability")))
    before = visitor.data(Key.MATRIX)
    assert visitor.move_dial("0.62").data(Key.MATRIX) == before


@pytest.mark.parametrize("look", ["summary", "flips", "table"])
@pytest.mark.parametrize(("operator", "decision"), RULES)
@pytest.mark.usefixtures("samples")
def test_the_answer_is_what_streamlit_draws_after_the_same_move(
    operator: Any, decision: Any, look: str
) -> None:
    rule = ec.Rule(0.5, operator=operator, decision=decision)
    view = replace(Link(run="tickets", rule=rule, pinned=rule), **LOOKS[look])
    visitor = Visitor.at_evaluate(**write_link(view))
    for text, done in zip(THRESHOLDS, (True, False) * len(THRESHOLDS), strict=False):
        answer = answered(address_of(visitor), text)
        visitor.move_dial(text, done=done)
        assert visitor.rule == replace(rule, threshold=float(text))
        assert answer == drawn(visitor), text


@pytest.mark.parametrize("name", ["digits", "kitchen"])
@pytest.mark.usefixtures("samples")
def test_so_it_is_in_every_sample_and_at_scores_of_the_run(name: str) -> None:
    run = ec.load_run(ROOT / "sample_runs" / name)
    visitor = Visitor.at_evaluate(run=name)
    for score in (float(run.scores[3, 1]), float(np.median(run.scores.max(axis=1)))):
        for operator in ec.OPERATORS:
            visitor.set(Key.OPERATOR, operator)
            answer = answered(address_of(visitor), repr(score))
            visitor.move_dial(repr(score), done=False)
            assert answer == drawn(visitor), (score, operator)


def test_so_it_is_with_a_canvas_of_many_concepts(library: Library) -> None:
    names = [f"c{k:02}" for k in range(60)]
    lines = ["id,label," + ",".join(f"score:{name}" for name in names)]
    lines += [
        f"{i},c{i % 60:02}," + ",".join(str((i * 7 + k * 3) % 11 / 10) for k in range(60))
        for i in range(120)
    ]
    library.add("many", "\n".join(lines))
    for scope in ("all", "confused"):
        visitor = Visitor.at_evaluate(run="many", scope=scope)
        assert visitor.shows(Key.HEATMAP) == (scope == "all")
        for text in ("0.35", "0.9"):
            answer = answered(address_of(visitor), text)
            assert answer == drawn(visitor.move_dial(text)), (scope, text)


def test_a_concept_that_is_not_there_leaves_the_other_numbers(library: Library) -> None:
    library.add("pets")
    visitor = Visitor.at_evaluate(run="pets", show=["FP", "=dragon"])
    answer = answered(address_of(visitor), "0.35")
    assert answer["headline"] == []
    assert answer == drawn(visitor.move_dial("0.35"))


def test_the_address_follows_what_else_is_set(library: Library) -> None:
    library.add("pets")
    visitor = Visitor.at_evaluate(run="pets")
    for act in (
        lambda: visitor.set(Key.OPERATOR, ">="),
        lambda: visitor.set(Key.SLICE, ("place", "park")),
        lambda: visitor.pick_cell(Key.SUMMARY, 1, "FN"),
        lambda: visitor.sort_by(Key.SUMMARY, "FN", "down"),
        lambda: visitor.set(Key.FIND, "ca"),
        lambda: visitor.set(Key.PANEL, "flips"),
        lambda: visitor.trigger(Key.DIAL, "press", {"name": "pin"}),
    ):
        act()
        answer = answered(address_of(visitor), repr(visitor.rule.default))
        assert answer == drawn(visitor)


# ------------------------------------------------------------------------- what is refused


@pytest.fixture
def page() -> tuple[ec.Evaluation, str]:
    """A page with a rate, a mean and an AUC that are undefined."""
    run = ec.EvalRun.from_arrays(
        [[0.5, 0.25, 0.1], [0.4, 0.3, 0.2]], [[0], []], concepts=["dog", "cat", "cow"]
    )
    evaluation = ec.Evaluation(run)
    view = Link(mode="probability", every_column=True).complete(run)
    return evaluation, live.publish(evaluation, board_at(view, shown=np.arange(3)))


def test_what_is_undefined_is_null_and_never_nan(page: tuple[ec.Evaluation, str]) -> None:
    for text in THRESHOLDS:
        answer = ask(page[1], f"t={text}")
        assert b"NaN" not in answer.body
        assert b"Infinity" not in answer.body
        data = answered(page[1], text)
        assert None in data["matrix"]["values"]
        assert all(None in row for row in data["table"]["rows"])


def test_an_answer_is_neither_kept_nor_guessed_at(page: tuple[ec.Evaluation, str]) -> None:
    headers = ask(page[1], "t=0.5").headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "address", ["live/", "live/x", "live", "live/../live/x", "live/" + "A" * 22, "live/%00"]
)
def test_an_unknown_address_is_not_found(address: str, page: tuple[ec.Evaluation, str]) -> None:
    assert ask(page[1], "t=0.5").status_code == 200
    answer = ask(address, "t=0.5")
    assert answer.status_code == 404
    assert b"dog" not in answer.body


NONSENSE = (
    "t=abc",
    "t=",
    "",
    "t=nan",
    "t=inf",
    "t=-Infinity",
    "t=1e999",
    "t=0.5x",
    "u=0.5",
    "t=%00",
)


@pytest.mark.parametrize("query", [*NONSENSE, "t=" + "9" * 5000, "t=0.5&t=x"])
def test_a_threshold_that_is_none_is_refused_with_a_message(
    query: str, page: tuple[ec.Evaluation, str]
) -> None:
    answer = ask(page[1], query)
    assert answer.status_code == 400
    assert "finite number" in answer.body.decode()
    assert answer.headers["content-type"].startswith("text/plain")


def test_a_refused_threshold_changes_nothing(page: tuple[ec.Evaluation, str]) -> None:
    before = answered(page[1], "0.5")
    for query in NONSENSE:
        ask(page[1], query)
    assert answered(page[1], "0.5") == before


def test_asking_moves_no_session(library: Library) -> None:
    library.add("pets")
    visitor = Visitor.at_evaluate(run="pets")
    before, view, link = drawn(visitor), visitor.view, visitor.query
    answered(address_of(visitor), "0.9")
    visitor.run()
    assert (drawn(visitor), visitor.view, visitor.query) == (before, view, link)


def test_an_address_dies_with_its_evaluation() -> None:
    run = ec.EvalRun.from_arrays([[0.5, 0.25]], [[0]], concepts=["dog", "cat"])
    evaluation = ec.Evaluation(run)
    address = live.publish(evaluation, board_at(Link().complete(run), shown=np.arange(2)))
    assert ask(address, "t=0.5").status_code == 200
    del evaluation
    gc.collect()
    answer = ask(address, "t=0.5")
    assert answer.status_code == 404
    assert b"dog" not in answer.body


def test_only_the_pages_last_made_or_asked_for_are_kept(page: tuple[ec.Evaluation, str]) -> None:
    evaluation, oldest = page
    view = Link().complete(evaluation.run)
    newer = [live.publish(evaluation, board_at(view, shown=np.arange(3))) for _ in range(live.KEPT)]
    assert len(live._pages) == live.KEPT
    assert ask(oldest, "t=0.5").status_code == 404
    assert ask(newer[0], "t=0.5").status_code == 200
    assert ask(newer[-1], "t=0.5").status_code == 200
    assert live.publish(evaluation, board_at(view, shown=np.arange(3))) not in newer
    assert len(live._pages) == live.KEPT
    # the first was asked for meanwhile, as a page is that somebody drags on
    assert ask(newer[0], "t=0.5").status_code == 200
    assert ask(newer[1], "t=0.5").status_code == 404


def test_addresses_are_long_and_never_alike(page: tuple[ec.Evaluation, str]) -> None:
    evaluation, _ = page
    view = Link().complete(evaluation.run)
    addresses = {live.publish(evaluation, board_at(view, shown=np.arange(3))) for _ in range(50)}
    assert len(addresses) == 50
    assert all(len(address.removeprefix("live/")) >= 22 for address in addresses), "128 bits"


def test_the_app_serves_the_route() -> None:
    source = (ROOT / "app.py").read_text(encoding="utf-8")
    assert "*live.ROUTES" in source


def test_all_parts_of_the_matrix_are_drawn_by_one_component_at_a_time(library: Library) -> None:
    library.add("pets")
    visitor = Visitor.at_evaluate(run="pets")
    forms = ("matrix", "heatmap", "matrix_table")
    assert [part for part in forms if answered(address_of(visitor), "0.5")[part]] == ["matrix"]
    visitor.set(Key.FORM, "table")
    assert [part for part in forms if answered(address_of(visitor), "0.5")[part]] == [
        "matrix_table"
    ]
