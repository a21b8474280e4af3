"""Who may do what: every way to save something is refused to those whose role is too low."""

from __future__ import annotations

import ast
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evalcore.decisions import record, supersede
from evalcore.decisions.ledger import find
from evalcore.decisions.ledger import withdraw as withdraw_decision
from evalcore.diagnosis.finding import Finding
from evalcore.diagnosis.worklist import handle
from evalcore.errors import RolesError
from evalcore.store import Event, Store, StoreRefused
from evalcore.truth import entries
from evalcore.truth.audit import draw_simple
from evalcore.truth.definitions import Definition
from evalcore.truth.outside import OutsideAnswer, OutsideAnswers, take_over
from evalcore.truth.votes import AgreementRule, Pair
from evalcore.workshop.entries import _CHECKS, add, count_as_votes
from evalcore.workshop.meeting import Poll
from evalcore.workshop.roles import NEEDED, ROLES, Person, Role, Roles, digest_of_code
from tests.support.cases import random_case
from tests.support.decisions import decision_on

STREAM = "truth/0"
PAIR = Pair("p1", "dog")
EVALCORE = Path(entries.__file__).parents[1]
ADA = "ada@example.org"
POLL = str(uuid.UUID(int=1))


@dataclass(frozen=True)
class World:
    """What is on record before anybody tries anything."""

    vote: Event
    decision: str


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "a.db") as opened:
        yield opened


@pytest.fixture
def world(store: Store) -> World:
    vote = entries.cast(store, STREAM, voter=ADA, pair=PAIR, answer="yes")
    decision = decision_on(random_case(np.random.default_rng(1)), author=ADA)
    add(store, "w", "opened", opening(), author=ADA)
    add(store, "w", "polled", SAID["polled"][1], author=ADA, event_id=POLL)
    return World(vote=vote, decision=record(store, decision).decision.id)


def outside() -> OutsideAnswers:
    answer = OutsideAnswer(voter="Bo", pair=PAIR, answer="no")
    return OutsideAnswers(file="a.csv", digest="0", form="a table", answers=(answer,))


def a_poll() -> Poll:
    said = {"run": "pets", "inputs": "0", "asked_by": ADA, "time": datetime.now(tz=UTC)}
    return Poll(id=POLL, pair=PAIR, answers={"Bo": "no"}, **said)  # type: ignore[arg-type]


def opening() -> dict[str, str]:
    return {"title": "Kitchen", "presenter": "0", "run": "pets"}


def a_decision() -> Any:
    return decision_on(random_case(np.random.default_rng(2)), author=ADA)


def an_audit() -> Any:
    rng = np.random.default_rng(0)
    return draw_simple(["p1", "p2"], concept="dog", size=1, rng=rng, seed=0)


def a_finding() -> Finding:
    inputs = np.zeros(1, np.int64)
    return Finding(kind="weak", headline="h", action="a", gain="g", inputs=inputs)  # type: ignore[arg-type]


WRITES: dict[str, tuple[Role, Callable[[Store, World], object]]] = {
    "cast": (
        "reviewer",
        lambda s, _: entries.cast(s, STREAM, voter=ADA, pair=PAIR, answer="yes"),
    ),
    "cast_all": (
        "reviewer",
        lambda s, _: entries.cast_all(
            s, STREAM, voter=ADA, answers={PAIR: "no"}, shown="", definition=0, page_id=POLL
        ),
    ),
    "withdraw": (
        "reviewer",
        lambda s, w: entries.withdraw(s, STREAM, w.vote.id, voter=ADA),
    ),
    "settle": (
        "facilitator",
        lambda s, _: entries.settle(
            s, STREAM, adjudicator=ADA, pair=PAIR, answer="no", reason="seen"
        ),
    ),
    "reopen": (
        "facilitator",
        lambda s, _: entries.reopen(s, STREAM, adjudicator=ADA, pair=PAIR),
    ),
    "choose_rule": (
        "facilitator",
        lambda s, _: entries.choose_rule(s, STREAM, AgreementRule(), author=ADA),
    ),
    "define": (
        "facilitator",
        lambda s, _: entries.define(s, STREAM, concept="dog", text="barks", author=ADA),
    ),
    "exemplify": (
        "facilitator",
        lambda s, _: entries.exemplify(
            s, STREAM, before=Definition(concept="dog"), input_id="1", side="for", author=ADA
        ),
    ),
    "keep_audit": (
        "facilitator",
        lambda s, _: entries.keep_audit(s, STREAM, an_audit(), author=ADA),
    ),
    "assign": (
        "facilitator",
        lambda s, _: entries.assign(
            s, STREAM, pairs=[PAIR], people=["Bo"], what="mistakes", author=ADA
        ),
    ),
    "take_over": ("facilitator", lambda s, _: take_over(s, STREAM, outside(), by=ADA)),
    "record": ("facilitator", lambda s, _: record(s, a_decision())),
    "supersede": (
        "facilitator",
        lambda s, w: supersede(s, find(s, w.decision), a_decision()),
    ),
    "withdraw_decision": (
        "facilitator",
        lambda s, w: withdraw_decision(
            s, find(s, w.decision), author=ADA, reason="old", event_id=str(uuid.uuid4())
        ),
    ),
    "handle": (
        "reviewer",
        lambda s, _: handle(
            s,
            "findings/0",
            a_finding(),
            state="done",
            run=random_case(np.random.default_rng(3)).run,
            author=ADA,
        ),
    ),
}
"""Every function of the core that adds to a store: who may, and a call of it."""
SAID: dict[str, tuple[Role, dict[str, str]]] = {
    "polled": ("facilitator", {"input": "p1", "concept": "dog", "run": "pets", "inputs": "0"}),
    "answered": ("reviewer", {"poll": POLL, "answer": "yes"}),
    "shown": ("facilitator", {"poll": POLL}),
    "put_away": ("facilitator", {"poll": POLL}),
    "parked": ("reviewer", {"text": "And at night?"}),
    "done": ("facilitator", {"question": POLL}),
    "closed": ("facilitator", {}),
}
WRITES["add opened"] = (
    "facilitator",
    lambda s, _: add(s, "n", "opened", opening(), author=ADA),
)
for kind, (role_for, said) in SAID.items():
    WRITES[f"add {kind}"] = (
        role_for,
        lambda s, _, kind=kind, said=said: add(s, "w", kind, said, author=ADA),  # type: ignore[misc]
    )
WRITES["count_as_votes"] = (
    "facilitator",
    lambda s, _: count_as_votes(s, STREAM, a_poll(), definition=0),
)
NAMES_ALIKE = {"withdraw_decision": "withdraw"}


def adders() -> set[tuple[str, str]]:
    """Find the functions that add to a store: module and name."""
    found = set()
    for path in EVALCORE.rglob("*.py"):
        if path.parent.name == "store":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and any(map(_adds, ast.walk(node))):
                found.add((path.stem, node.name))
    return found - {("entries", "_append")}  # the one way of the others


def _adds(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="store"), attr=name)):
            return name in {"append", "append_all", "load"}
        case ast.Call(func=ast.Name(id="_append")):
            return True
    return False


def test_every_function_that_adds_to_a_store_is_tried_here() -> None:
    tried = [NAMES_ALIKE.get(name, name) for name in WRITES if not name.startswith("add ")]

    assert sorted(name for _, name in adders()) == sorted([*tried, "add"])
    # the one function that saves many kinds
    kinds = {f"add {kind}" for kind in _CHECKS}
    assert kinds == {name for name in WRITES if name.startswith("add ")}


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("role", ROLES)
def test_a_write_is_for_those_whose_role_allows_it(
    name: str, role: Role, store: Store, world: World
) -> None:
    needed, write = WRITES[name]
    person = Person(name=ADA, role=role)
    before = store.head()

    if person.may(needed):
        write(store.guarded(person), world)
        assert store.head()[0] == before[0] + 1
    else:
        with pytest.raises(StoreRefused, match=r"Only (facilitators|reviewers and facilitators) m"):
            write(store.guarded(person), world)
        assert store.head() == before


def test_what_no_line_allows_is_refused_to_everybody(store: Store) -> None:
    guarded = store.guarded(Person(name="Ada", role="facilitator"))
    with pytest.raises(StoreRefused, match="no role is set for it"):
        guarded.append("truth/0", kind="new", payload={}, author="A", event_id=str(uuid.uuid4()))


def test_events_of_an_export_pass_the_guard_as_well(store: Store, tmp_path: Path) -> None:
    entries.cast(store, STREAM, voter=ADA, pair=PAIR, answer="yes")
    store.export(tmp_path / "events.jsonl")
    with Store.open(tmp_path / "b.db") as other, pytest.raises(StoreRefused):
        other.guarded(Person(role="reviewer")).load(tmp_path / "events.jsonl")


@pytest.mark.parametrize(
    ("name", "role", "passes"),
    [
        ("tour seen", "viewer", True),
        ("reasons", "viewer", False),
        ("reasons", "reviewer", True),
        ("tour seen", "nobody", False),
    ],
)
def test_what_is_typed_is_kept_for_those_who_may_save_it(
    name: str, role: Role, store: Store, *, passes: bool
) -> None:
    drafts = store.guarded(Person(role=role)).drafts
    if passes:
        drafts.save("me", name, "text")
        assert drafts.of("me") == {name: "text"}
    else:
        with pytest.raises(StoreRefused):
            drafts.save("me", name, "text")
        assert store.drafts.of("me") == {}


def test_who_is_signed_in_says_it_under_their_own_name_and_it_is_verified(store: Store) -> None:
    guarded = store.guarded(Person(name=ADA, role="facilitator", verified=True))

    assert entries.cast(guarded, STREAM, voter=ADA, pair=PAIR, answer="yes").trust == "verified"
    with pytest.raises(StoreRefused, match=r"signed in as 'ada@example\.org'"):
        entries.cast(guarded, STREAM, voter="Bo", pair=PAIR, answer="yes")
    assert take_over(guarded, STREAM, outside(), by=ADA) == 1
    assert [event.trust for event in store.events(STREAM)] == ["verified", "declared"]


# ------------------------------------------------------------------------------ who has which role


def test_without_a_table_everybody_may_do_everything() -> None:
    assert Roles.of({}).of_code("") == "facilitator"


def test_the_table_names_people_by_their_login_and_the_command_line_stands_above_it() -> None:
    table = Roles.of(
        {
            "everyone": "viewer",
            "signed_in": "reviewer",
            "facilitator": ["Ada@Example.org"],
            "codes": {"reviewer": "green apple"},
        },
        everyone="nobody",
    )

    assert table.of_login(["ada@example.ORG"]) == "facilitator"
    assert table.of_login(["eve@example.org", "17"]) == "reviewer"
    assert table.of_code("") == "nobody"
    assert table.of_code(digest_of_code(" green apple ")) == "reviewer"
    assert table.of_code(digest_of_code("green pear")) == "nobody"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"everyone": "reviwer"}, "Did you mean 'reviewer'"),
        ({"facilitators": ["ada"]}, "Did you mean 'facilitator'"),
        ({"facilitator": "ada"}, "must be a list"),
        ({"facilitator": [1]}, "must be a list"),
        ({"codes": {"viewer": "abc"}}, "at least|6 letters"),
        ({"codes": {"chief": "abcdefg"}}, "A role is one of"),
        ({"codes": "abcdefg"}, "must be a table"),
    ],
)
def test_a_table_that_is_not_understood_gives_nobody_a_role(given: Any, says: str) -> None:
    with pytest.raises(RolesError, match=says):
        Roles.of(given)


def test_every_line_of_the_table_names_a_role() -> None:
    assert set(NEEDED.values()) <= set(ROLES) - {"nobody"}
