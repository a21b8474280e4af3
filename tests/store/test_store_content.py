"""What may be saved: hostile text comes back to the letter, the rest is refused with a reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from evalcore.store import Store, StoreError
from tests.store.saying import Say, new_id

HOSTILE = [
    "'; DROP TABLE workshop_events; --",
    'quotes " and \\ and % and %s and :x and {y}',
    "\0",
    "a\0b\x01\x1b[2J\x7f",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f600",
    "\u202eright to left\u2066",
    "é and e\u0301",
    "\ufeff\uffff\U0010ffff",
    "line\nbreak\r\n\u2028\t",
    "x" * 2**20,
    "",
]
NAMES = [
    "'; DROP TABLE x; --",
    "\U0001f468\u200d\U0001f469 Zoë",
    "a.b[0]:red[x]",
    "%_\\",
    "x" * 300,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:20])
def test_a_payload_comes_back_to_the_letter(store: Store, say: Say, text: str) -> None:
    payload = {"text": text, text: [text, {"in": text}]}
    say(payload=payload)
    assert [event.payload for event in store.events()] == [payload]
    assert store.verify() == 1


@pytest.mark.parametrize("text", [*HOSTILE, "\ud800 half a character"], ids=lambda t: ascii(t)[:20])
def test_a_draft_comes_back_to_the_letter(where: str, store: Store, text: str) -> None:
    store.drafts.save("Ada", "reasons", text)
    with Store.open(where) as after_a_restart:
        assert after_a_restart.drafts.get("Ada", "reasons") == text


@pytest.mark.parametrize("name", NAMES, ids=lambda text: ascii(text)[:20])
def test_names_come_back_to_the_letter(store: Store, say: Say, name: str) -> None:
    event = say(name, name, author=name)
    assert (event.stream, event.kind, event.author) == (name, name, name)
    assert store.events(name) == (event,)
    assert store.streams() == (name,)
    store.drafts.save(name, name, "typed")
    assert store.drafts.of(name) == {name: "typed"}


NUMBERS = [0.1 + 0.2, 5e-324, 1.7976931348623157e308, -0.0, 2**63, -(2**200), 1, 1.0, True]


def test_numbers_come_back_bit_for_bit(store: Store, say: Say) -> None:
    say(payload={"numbers": NUMBERS})
    back = store.events()[0].payload["numbers"]
    assert [repr(number) for number in back] == [repr(number) for number in NUMBERS]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({"a": float("nan")}, r"'payload.a': nan is no JSON value.*Hint: write .* as null"),
        ({"a": [1.0, float("inf")]}, r"'payload.a\[1\]': inf"),
        ({"a": "half \ud83d"}, r"holds half a character \(U\+D83D\) at position 6"),
        ({"\udc00": 1}, r"half a character \(U\+DC00\)"),
        ({1: "one"}, "a key must be a text, got 1"),
        ({"a": np.float32(0.5)}, "no JSON value"),
        ({"a": {"b": {1, 2}}}, r"'payload.a.b': \{1, 2\} is no JSON value"),
        ({"a": b"bytes"}, "no JSON value"),
        ({"a": 10**100}, "no JSON value"),
        ({"a": "x" * 2**24}, "16 MB can be saved at once"),
        ([1, 2], r"must be a JSON object, got \[1, 2\]"),
        (None, "must be a JSON object, got None"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_what_is_no_json_is_refused_and_nothing_saved(
    store: Store, say: Say, payload: Any, reason: str
) -> None:
    with pytest.raises(StoreError, match=reason):
        say(payload=payload)
    assert store.events() == ()


def test_absurd_depth_is_refused(store: Store, say: Say) -> None:
    payload: dict[str, Any] = {}
    for _ in range(5_000):
        payload = {"in": payload}
    with pytest.raises(StoreError, match="deeper than 40 levels"):
        say(payload=payload)
    assert store.events() == ()


@pytest.mark.parametrize("field", ["stream", "kind", "author"])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "must be a text that is not empty"),
        ("  ", "must be a text that is not empty"),
        ("x" * 301, "has 301 characters, 300 are allowed"),
        ("a\0b", r"U\+0000 at position 2, which cannot be seen"),
        ("a\nb", r"U\+000A at position 2"),
        ("\u202eevil", r"U\+202E at position 1"),
        ("\ud800", r"U\+D800"),
        (7, "must be a text that is not empty, got 7"),
    ],
)
def test_a_name_that_cannot_be_told_apart_is_refused(
    store: Store, say: Say, field: str, name: Any, reason: str
) -> None:
    with pytest.raises(StoreError, match=f"The {field} .*{reason}"):
        say(**{field: name})
    assert store.events() == ()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"event_id": "1"}, "id must be a UUID as text, got '1'"),
        ({"event_id": None}, "id must be a UUID as text, got None"),
        ({"payload_version": 0}, "integer from 1, got 0"),
        ({"payload_version": True}, "integer from 1, got True"),
        ({"payload_version": 2**40}, "integer from 1"),
        ({"trust": "sure"}, "one of declared, verified, got 'sure'"),
    ],
)
def test_fields_that_make_no_sense_are_refused(
    store: Store, say: Say, fields: dict[str, Any], reason: str
) -> None:
    with pytest.raises(StoreError, match=reason):
        say(**fields)
    assert store.events() == ()


def test_drafts_belong_to_their_owner_and_are_replaced_and_dropped(store: Store) -> None:
    store.drafts.save("Ada", "reasons", "first")
    store.drafts.save("Ada", "reasons", "second")
    store.drafts.save("Ada", "title", "A title")
    store.drafts.save("Bo", "reasons", "of Bo")

    assert store.drafts.of("Ada") == {"reasons": "second", "title": "A title"}
    assert store.drafts.get("Bo", "reasons") == "of Bo"
    store.drafts.drop("Ada", "reasons")
    store.drafts.drop("Ada", "never was")
    assert store.drafts.get("Ada", "reasons") is None
    assert store.drafts.of("Bo") == {"reasons": "of Bo"}
    assert store.drafts.of("Cy") == {}


def test_a_draft_that_is_too_large_is_refused_and_the_last_one_stays(store: Store) -> None:
    store.drafts.save("Ada", "reasons", "first")
    with pytest.raises(StoreError, match="may take 16 MB"):
        store.drafts.save("Ada", "reasons", "x" * 2**24)
    assert store.drafts.get("Ada", "reasons") == "first"


def test_the_same_id_in_other_letters_is_no_second_event(store: Store, say: Say) -> None:
    event_id = new_id()
    first = say(event_id=event_id)
    assert say(event_id=event_id.upper()) == first
    assert store.events() == (first,)


@pytest.mark.parametrize("name", ["\0", "a\0b", "\ud800", "", "' OR 1=1 --", "x" * 10**6])
def test_asking_for_what_cannot_be_there_finds_nothing(store: Store, say: Say, name: str) -> None:
    """Names that are asked for come from links, which may hold anything."""
    event = say()
    assert store.events(name) == ()
    assert store.event(name) is None
    assert store.drafts.of(name) == {}
    assert store.drafts.get("Ada", name) is None
    store.drafts.drop(name, name)
    # nothing before the first letter: everything begins so
    expected = (event,) if name == "" else ()
    assert store.events(prefix=name) == expected
    assert store.after({}, prefix=name) == expected
    assert store.streams(name) == tuple(e.stream for e in expected)
    assert store.revision(name).split("-")[0] == str(len(expected))
