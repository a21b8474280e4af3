"""A decision holds what was true at that moment, and a file of it reads back exactly or not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import evalcore as ec
from evalcore.decisions import (
    Decision,
    DecisionError,
    Pinned,
    TruthUsed,
    differences,
    draw_up,
    from_csv,
    from_json,
    read_csv,
    read_json,
    to_csv,
    to_json,
)
from evalcore.decisions.words import run_in_words
from tests.support.cases import Case, random_case, random_rule
from tests.support.decisions import HOSTILE, decision_on, odd_decision

SCHEMA = json.loads(
    (Path(ec.__file__).parent / "decisions" / "schema.json").read_text(encoding="utf-8")
)
SEEDS = range(25)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_counts_are_those_of_the_rule_and_the_intervals_those_of_wilson(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    rule = random_rule(rng, case.concepts)
    decision = decision_on(case, rule)
    found = case.outcomes(rule)

    for j, one in enumerate(decision.concepts):
        counted = {name: len(found.get((j, name), [])) for name in ("TP", "FP", "FN", "TN")}
        assert counted == {"TP": one.tp, "FP": one.fp, "FN": one.fn, "TN": one.tn}
        assert one.threshold == rule.threshold_of(case.concepts[j])
        for low, high, right, of in (
            (one.precision_low, one.precision_high, one.tp, one.tp + one.fp),
            (one.recall_low, one.recall_high, one.tp, one.tp + one.fn),
        ):
            assert (low is None) == (high is None) == (of == 0)
            if low is not None and high is not None:
                # the ends of Wilson's interval are where the test of the share just rejects
                for end in (low, high):
                    z2 = (right / of - end) ** 2 * of
                    assert z2 == pytest.approx(1.959964**2 * end * (1 - end), abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_decision_survives_json_with_every_part(seed: int) -> None:
    _, decision = odd_decision(np.random.default_rng(seed))

    assert Decision.from_dict(json.loads(json.dumps(decision.to_dict()))) == decision
    assert from_json(to_json(decision)) == decision


@pytest.mark.parametrize("seed", SEEDS)
def test_exports_read_back_bit_for_bit(seed: int, tmp_path: Path) -> None:
    _, decision = odd_decision(np.random.default_rng(seed))
    (tmp_path / "d.json").write_text(to_json(decision), encoding="utf-8")
    (tmp_path / "d.csv").write_text(to_csv(decision), encoding="utf-8", newline="")
    exact = {one.name: one.threshold.hex() for one in decision.concepts}

    from_json_file, rule = read_json(tmp_path / "d.json"), read_csv(tmp_path / "d.csv")

    assert {one.name: one.threshold.hex() for one in from_json_file.concepts} == exact
    assert {name: t.hex() for name, t in rule.by_concept} == exact
    assert (rule.operator, rule.mode) == (decision.operator, decision.mode)


def test_the_rule_of_a_decision_is_the_rule_it_was_made_with(small_case: Case) -> None:
    rule = ec.Rule({"dog": 0.7}, default=0.3, operator=">=", decision="every")

    assert decision_on(small_case, rule).rule == rule


@pytest.mark.parametrize("seed", range(5))
def test_the_json_is_what_its_schema_says(seed: int) -> None:
    _, decision = odd_decision(np.random.default_rng(seed))

    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(json.loads(to_json(decision, state="withdrawn")), SCHEMA)
    since = [name for rule in SCHEMA["allOf"] for name in rule["then"]["required"]]
    required = {*SCHEMA["required"], *since}
    assert required == set(decision.to_dict())
    given = decision.to_dict()
    del given["proven"]
    with pytest.raises(jsonschema.ValidationError, match="is a required property"):
        jsonschema.validate(given, SCHEMA)


@pytest.mark.parametrize("state", ["in force", "superseded", "withdrawn"])
def test_the_first_line_of_an_export_names_decision_and_standing(
    small_case: Case, state: Any
) -> None:
    decision = decision_on(small_case)
    for text in (to_json(decision, state=state), to_csv(decision, state=state)):
        first = text.splitlines()[0]
        assert decision.id in first
        assert state in first


def test_no_cell_of_text_is_a_formula(rng: np.random.Generator) -> None:
    case = replace(random_case(rng, n_concepts=len(HOSTILE)), names=HOSTILE)
    text = to_csv(decision_on(case))

    for name in ("=HYPERLINK(1)", "+1", "-1", "@sum", "\tcell", "\rcell"):
        assert f"'{name}" in text
    starts = {line[:1] for line in text.splitlines()[2:]}
    assert not starts & set("=+-@\t")
    assert {name for name, _ in from_csv(text).by_concept} == set(HOSTILE)


def test_time_is_utc_whatever_the_clock_of_the_machine() -> None:
    case = random_case(np.random.default_rng(1))
    before = datetime.now(UTC)
    decision = decision_on(case)

    assert before <= decision.time <= datetime.now(UTC)
    assert decision.to_dict()["time"].endswith("Z")


def _set(*keys: Any, to: object) -> Callable[[dict[str, Any]], None]:
    def change(given: dict[str, Any]) -> None:
        place: Any = given
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = to

    return change


EDITS = [
    (_set("schema", to="other"), "no decision"),
    (_set("version", to=4), "version 4"),
    (_set("version", to=0), "version 0"),
    (_set("version", to=True), "version True"),
    (_set("titel", to="x"), "Did you mean 'title'?"),
    (lambda given: given.pop("operator"), "missing operator"),
    (_set("operator", to=">>"), "operator must be one of >, >="),
    (_set("operator", to=[]), "operator must be one of >, >="),
    (_set("mode", to=None), "mode must be one of every, top"),
    (_set("title", to="  "), "title must not be empty"),
    (_set("title", to=3), "title must be a text"),
    (_set("author", to="x" * 201), "200 characters"),
    (_set("time", to="yesterday"), "must be a time"),
    (_set("time", to="2026-01-01T00:00:00"), "with its zone"),
    (_set("id", to="1"), "UUID"),
    (_set("default_threshold", to="0.5"), "must be a number"),
    (_set("default_threshold", to=True), "must be a number"),
    (_set("default_threshold", to=10**400), "must be a finite number"),
    (_set("thresholds", "dog", to=0.9), "the threshold of 'dog' is 0.9 in one place"),
    (_set("thresholds", "cow", to=0.9), "the threshold of 'cow'"),
    (_set("thresholds", to=[]), "thresholds must be an object"),
    (_set("concepts", 0, "threshold", to=0.9), "the threshold of 'dog'"),
    (_set("concepts", 0, "tp", to=-1), "concept 1: tp must be a whole number"),
    (_set("concepts", 0, "tp", to=1.5), "concept 1: tp must be a whole number"),
    (_set("concepts", 0, "precision_low", to=1.5), "between 0 and 1"),
    (_set("concepts", 0, "recall_low", to=None), "interval of recall"),
    (_set("concepts", to={}), "concepts must be a list"),
    (_set("concepts", 0, to=7), "concept 1: this must be an object"),
    (_set("run", "n_inputs", to=None), "run: n_inputs must be a whole number"),
    (_set("run", "slice", to="ab"), "slice must be a column and a value"),
    (_set("run", "score_type", to="int8"), "score_type must be one of"),
    (_set("goal", to={"kind": "precision_at_least", "level": 90}), "at most 1"),
    (_set("goal_concept", to="dgo"), "Did you mean 'dog'?"),
    (_set("confidence", to=95), "between 0 and 1"),
    (_set("pinned", to=[{"id": "1"}]), "pinned 1: missing note"),
    (_set("view", to={"t": "0.5"}), "must be a list"),
    (_set("view", to={"t": [0.5]}), "must be a text"),
    (_set("reasons", to="\ud800"), "surrogate"),
]


@pytest.mark.parametrize(("change", "said"), EDITS, ids=map(str, range(len(EDITS))))
def test_an_edited_file_gets_a_clear_answer(
    change: Callable[[dict[str, Any]], None], said: str, small_case: Case
) -> None:
    given = json.loads(to_json(decision_on(small_case)))
    change(given)

    with pytest.raises(DecisionError) as caught:
        Decision.from_dict(given, where="d.json")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON"),
        ("[]", "no decision"),
        ("null", "no decision"),
        ('{"schema": 1, "schema": 2}', "more than once"),
        ('{"schema": NaN}', "NaN is no JSON number"),
        ("[" * 100_000, "d.json"),
    ],
)
def test_a_foreign_file_gets_a_clear_answer(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text(text)

    with pytest.raises(DecisionError, match=r"d\.json") as caught:
        read_json(tmp_path / "d.json")
    assert said in str(caught.value)


def test_a_file_that_is_not_there_or_no_text_gets_a_clear_answer(tmp_path: Path) -> None:
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00\x81")
    for name, said in (("none.json", "cannot be read"), ("binary.json", "no text in UTF-8")):
        with pytest.raises(DecisionError, match=said):
            read_json(tmp_path / name)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("concept,operator", "concept,op", "the columns must be"),
        ("dog,>,0.5", "dog,>,half", "row 1: the threshold must be a number"),
        ("dog,>,0.5", "dog,>,nan", "finite number"),
        ("dog,>,0.5", "dog,>=,0.5", "same operator and mode"),
        ("cat,>,0.5", "dog,>,0.5", "'dog' stands in two rows"),
        ("cat,>,0.5", "cat", "row 2"),
        ("dog,>,0.5", '"dog"x,>,0.5', "no CSV"),
    ],
)
def test_an_edited_table_gets_a_clear_answer(
    old: str, new: str, said: str, small_case: Case
) -> None:
    text = to_csv(decision_on(small_case))
    assert old in text

    with pytest.raises(DecisionError) as caught:
        from_csv(text.replace(old, new))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": " "}, "needs a title"),
        ({"author": ""}, "needs an author"),
        ({"title": "x" * 201}, "200 characters"),
        ({"pinned": [Pinned(id="nobody")]}, "'nobody' is not in this run"),
        ({"pinned": [Pinned(id="0", note="x" * 501)]}, "500 characters"),
        ({"decision_id": "7"}, "UUID"),
        ({"goal_concept": "cow"}, "not decided on"),
    ],
)
def test_a_decision_is_checked_when_it_is_drawn_up(
    wrong: dict[str, Any], said: str, small_case: Case
) -> None:
    with pytest.raises(DecisionError) as caught:
        decision_on(small_case, **wrong)
    assert said in str(caught.value)


def test_drawing_up_takes_a_rule_that_names_its_concepts_only(small_case: Case) -> None:
    with pytest.raises(ec.RuleError):
        draw_up(small_case.evaluation, ec.Rule({"cow": 0.1}), title="T", author="Ada")


def test_a_decision_of_version_1_is_read_as_it_was(small_case: Case) -> None:
    decision = decision_on(small_case, pinned=[Pinned(id="0")], goal=ec.Goal.recall_at_least(0.5))
    old = decision.to_dict() | {"version": 1, "pinned": [{"id": "0", "note": ""}]}
    for name in ("goal_common", "goal_joint", "proven", "truth"):
        del old[name]
    jsonschema.validate(old, SCHEMA)

    read = Decision.from_dict(old)
    assert read == replace(decision, pinned=(Pinned(id="0"),), proven=None)
    for name in ("goal_common", "proven"):
        with pytest.raises(DecisionError, match=f"{name}' is unknown"):
            Decision.from_dict(old | {name: None})


@pytest.mark.parametrize(
    ("link", "truth", "words"),
    [
        ({}, None, "by the labels as delivered"),
        ({"truth": ("agreed",)}, TruthUsed(), "by the labels as agreed at that moment"),
        ({"truth": ("difference",)}, TruthUsed(), "by the labels as agreed at that moment"),
    ],
)
def test_of_a_decision_of_version_2_the_link_tells_by_which_labels_it_was_made(
    link: dict[str, tuple[str, ...]], truth: TruthUsed | None, words: str, small_case: Case
) -> None:
    old = decision_on(small_case, view=link).to_dict() | {"version": 2}
    del old["truth"]
    jsonschema.validate(old, SCHEMA)
    assert Decision.from_dict(old).truth == truth
    assert run_in_words(Decision.from_dict(old)).endswith(words)
    with pytest.raises(DecisionError, match="truth' is unknown"):
        Decision.from_dict(old | {"truth": None})


def test_a_decision_says_by_which_agreed_labels_it_was_made(small_case: Case) -> None:
    used = TruthUsed(digest="0123456789abcdef", n_changed=2, n_disputed=1)
    decision = decision_on(small_case, truth=used)
    given = json.loads(json.dumps(decision.to_dict()))
    jsonschema.validate(given, SCHEMA)

    assert Decision.from_dict(given) == decision
    assert run_in_words(decision).endswith(
        "by the labels as agreed (2 labels changed, 1 dispute open; truth 01234567)"
    )
    (told,) = differences(decision_on(small_case), decision)
    assert (told.what, told.before) == ("truth", "by the labels as delivered")
    for broken in ({"digest": 3}, {"n_changed": -1}, {"n_disputed": "x"}, {"more": 1}):
        with pytest.raises(DecisionError):
            Decision.from_dict(given | {"truth": given["truth"] | broken})


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_is_none_in_utc_is_refused_in_words(time: str, small_case: Case) -> None:
    with pytest.raises(DecisionError, match="time must be a time between the years 1 and 9999"):
        Decision.from_dict(decision_on(small_case).to_dict() | {"time": time})


@pytest.mark.parametrize(
    "given",
    [
        "{12345678-1234-5678-1234-567812345678}",
        "urn:uuid:12345678-1234-5678-1234-567812345678",
        "12345678123456781234567812345678",
        "\n12345678-1234-5678-1234-567812345678",
        "\uff112345678-1234-5678-1234-567812345678",
    ],
)
def test_an_id_has_one_form(given: str, small_case: Case) -> None:
    with pytest.raises(DecisionError, match="UUID in its usual form"):
        Decision.from_dict(decision_on(small_case).to_dict() | {"id": given})
