"""Numbers and sentences as people read them, and text that stays text."""

from __future__ import annotations

import math
import re
import string
from pathlib import Path

import pytest
import streamlit
from hypothesis import example, given
from hypothesis import strategies as st

import evalcore as ec
from pages._ui import wording
from pages._ui.session.targets import Corner, Group, Target
from tests.support.visitor import joined

JOINER = "\u2060"
REWRITTEN = {
    "<->": r"(^|\s)<->(\s|$)",
    "->": r"(^|\s)->(\s|$)",
    "<-": r"(^|\s)<-(\s|$)",
    "--": r"(^|\s)--(\s|$)",
    ">=": r"(^|\s)>=(\s|$)",
    "<=": r"(^|\s)<=(\s|$)",
    "~=": r"(^|\s)~=(\s|$)",
    "emoji or icon": r":[+-]?\w+(?:/\w+)?:",
    "colour": r":\w+\[",
    "link": r"https?://",
}
"""What Streamlit looks for in the text after Markdown has taken its backslashes away."""
LINKED = {
    "www": r"(?i)www(?=\.)[-.\w]+",
    "email": r"([-.\w+]+)@([-\w]+(?:\.[-\w]+)+)",
}
hostile = st.text(
    alphabet=st.sampled_from(string.punctuation + string.whitespace + "awx19é\u202e😀")
    | st.characters(),
    max_size=20,
)


def shown(markdown: str) -> str:
    """The text node that Markdown makes of escaped text: backslashes before punctuation go."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)


@given(value=st.floats(allow_nan=False))
@example(value=0.1 + 0.2)
@example(value=1e22)
@example(value=-0.0)
def test_a_threshold_is_written_exactly(value: float) -> None:
    assert float(wording.number(value)) == value
    # as in JavaScript: nobody can tell the two zeros apart, for no score lies between them
    assert math.copysign(1, float(wording.number(value))) == (
        math.copysign(1, value) if value else 1
    )


@given(value=st.floats(-1000, 1000).map(lambda x: round(x, 2)))
def test_a_plain_threshold_has_at_least_two_decimals(value: float) -> None:
    assert re.fullmatch(r"-?\d+\.\d{2,}", wording.number(value))


@given(text=hostile)
@example(text="a -> b <- c -- d")
@example(text=":red[x] :smile: :material/home:")
@example(text="![x](https://example.com/x.png) <img src=x>")
@example(text="1. one\n# two\n- three")
@example(text="$5 and $6 ~~x~~ `y`")
def test_escaped_text_is_shown_letter_by_letter(text: str) -> None:
    markdown = wording.escape(text)
    flat = " ".join(text.split()) or wording.BLANK
    assert shown(markdown).replace(JOINER, "") == flat.replace(JOINER, "")
    assert not re.search(r"(?<!\\)(?:\\\\)*[!-/:-@\[`{-~]|(?<!\\)(?:\\\\)*\](?!\\)", markdown)
    assert "\n" not in markdown


@given(text=hostile)
@example(text="-> a <-> b -- c >= d <= e ~= f :a: :red[b] http://x")
def test_nothing_that_streamlit_rewrites_is_left_in_escaped_text(text: str) -> None:
    node = shown(wording.escape(text))
    for what, pattern in REWRITTEN.items():
        assert not re.search(pattern, node), what


@pytest.mark.parametrize(
    "text",
    [
        "name it 'score:dog', got 'score:dog': 'n/a'; see run.json",
        "start the app with `-- --read-memory 8` (GB), or ../runs",
        '"reading": {"version": 1, "missing": "unscored"}',
        "0.3>=0.2, a==b, a->b, 12:30, x...y",
    ],
)
def test_what_people_copy_from_a_message_holds_nothing_that_is_not_seen(text: str) -> None:
    assert shown(wording.escape(text)) == text


@pytest.mark.parametrize("text", ["www.example.com", "a WWW.example.com b", "me@example.com"])
def test_escaped_text_makes_no_link(text: str) -> None:
    node = shown(wording.escape(text))
    for what, pattern in LINKED.items():
        assert not re.search(pattern, node), what


def test_streamlit_still_rewrites_what_these_tests_look_for() -> None:
    folder = Path(streamlit.__file__).parent / "static" / "static" / "js"
    script = "".join(
        path.read_text(encoding="utf-8") for path in folder.glob("StreamlitMarkdown*.js")
    )
    for name in ("<->", "->", "<-", "--", ">=", "<=", "~="):
        assert REWRITTEN[name].replace(r"(^|\s)", r"(^|\s)") in script
    assert r"www(?=\.)" in script
    assert r"([-.\w+]+)@([-\w]+(?:\.[-\w]+)+)" in script


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0 inputs"), (1, "1 input"), (2, "2 inputs"), (1234, "1,234 inputs")]
)
def test_counts_take_their_noun_along(value: int, text: str) -> None:
    assert wording.plural(value, "input") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.nan, "–"),
        (0.0, "0.000"),
        (1.0, "1.000"),
        (2 / 3, "0.667"),
        (0.9996, "> 0.999"),
        (0.0004, "< 0.001"),
    ],
)
def test_a_rate_is_a_dash_where_it_is_undefined(value: float, text: str) -> None:
    assert wording.rate(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(math.nan, ""), (0.0, "±0"), (-0.0, "±0"), (0.25, "+0.250"), (-0.25, "−0.250")],
)
def test_a_difference_has_a_sign(value: float, text: str) -> None:
    assert wording.difference(value) == text


@pytest.mark.parametrize("value", [0.0004, -0.0004])
def test_a_difference_too_small_to_show_is_not_shown_as_a_change_of_zero(value: float) -> None:
    assert wording.difference(value) not in {"+0.000", "−0.000"}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (ec.Rule(0.5, decision="every"), "when its score for it is greater than **0.50**."),
        (ec.Rule(0.5, operator=">=", decision="every"), "is at least **0.50**."),
        (ec.Rule(0.625, decision="top"), "when that score is greater than **0.625**."),
        (
            ec.Rule(-3, operator=">=", decision="top"),
            "only as that one, when that score is at least",
        ),
    ],
)
def test_the_rule_is_said_in_words(rule: ec.Rule, words: str) -> None:
    assert words in joined(wording.rule_in_words(rule))


def test_a_short_rule_names_what_differs() -> None:
    plain = ec.Rule(0.5, decision="every")
    assert wording.short_rule(plain, beside=ec.Rule(0.7, decision="every")) == "0.50"
    assert (
        wording.short_rule(plain, beside=ec.Rule(0.5, operator=">=", decision="every"))
        == "greater than 0.50"
    )
    assert wording.short_rule(plain, beside=ec.Rule(0.5, decision="top")) == "0.50, every concept"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (ec.Cell("dog", "cat"), "labelled dog, predicted cat"),
        (ec.Cell(None, "cat"), "no label, predicted cat"),
        (ec.Cell("dog", None), "labelled dog, nothing predicted"),
        (ec.Cell(None, None), "no label, nothing predicted"),
        (Corner(Group.OTHER, "cat"), "labelled (other), predicted cat"),
        (Corner("dog", Group.OTHER), "labelled dog, predicted (other)"),
        (
            ec.CellPart(ec.Cell("dog", "cat"), "also"),
            "labelled dog, predicted cat, also labelled cat",
        ),
        (
            ec.CellPart(ec.Cell("dog", "cat"), "not"),
            "labelled dog, predicted cat, not labelled cat",
        ),
        (
            ec.CellPart(ec.Cell("dog", "cat"), "unknown"),
            "labelled dog, predicted cat, unknown for cat",
        ),
        (ec.Outcome("dog", "TP"), "true positives of dog"),
        (ec.Outcome("dog", "FP"), "false positives of dog"),
        (ec.Outcome("dog", "FN"), "false negatives of dog"),
        (ec.Outcome("dog", "TN"), "true negatives of dog"),
        (ec.Labelled("dog"), "labelled dog"),
        (ec.Labelled(None), "no label"),
        (ec.Predicted("dog"), "predicted dog"),
        (ec.Predicted(None), "nothing predicted"),
        (ec.OnThreshold(None), "exactly on the threshold"),
        (ec.OnThreshold("dog"), "exactly on the threshold of dog"),
        (ec.Flip("dog", "leave"), "no longer predicted dog"),
        (ec.Flip("dog", "enter"), "newly predicted dog"),
        (ec.Flip("dog", "leave", labelled=True), "labelled dog, no longer predicted dog"),
        (ec.Flip("dog", "enter", labelled=False), "not labelled dog, newly predicted dog"),
    ],
)
def test_a_target_is_named_in_words(target: Target, words: str) -> None:
    assert wording.describe(target) == words


@pytest.mark.parametrize("name", ["שלום", "a\u202eb", "\u2067c"])
def test_a_name_from_right_to_left_does_not_turn_the_sentence_around_it(name: str) -> None:
    markdown = wording.escape(name)
    assert markdown[0] == "\u2068"
    assert markdown[-1] == "\u2069"
