"""``python -m evalcore apply`` and ``check --decision``: counts for people, exit codes for CI."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import evalcore as ec
from evalcore.commands import main
from evalcore.decisions import TruthUsed, differences, draw_up, read_json, to_json
from evalcore.decisions.words import goal_in_words, met_in_words

BEFORE = """id,labels,score:dog,score:cat,score:bird
1,dog,0.9,0.2,0.1
2,dog,0.8,0.7,0.6
3,cat,0.7,0.9,0.1
4,cat|bird,0.1,0.8,0.9
"""
"""At 0.5: dog TP 2 FP 1, cat TP 2 FP 1, bird TP 1 FP 1."""
BETTER = BEFORE.replace("3,cat,0.7", "3,cat,0.2")
WORSE = BEFORE.replace("2,dog,0.8", "2,,0.8")


@pytest.fixture
def run(tmp_path: Path) -> Callable[[str, str], str]:
    def write(name: str, table: str) -> str:
        path = tmp_path / f"{name}.csv"
        path.write_text(table)
        return str(path)

    return write


@pytest.fixture
def decided(tmp_path: Path, run: Callable[[str, str], str]) -> Callable[..., str]:
    def write(goal: ec.Goal | None, **rest: object) -> str:
        evaluation = ec.Evaluation(ec.load_run(run("before", BEFORE)))
        decision = draw_up(
            evaluation, ec.Rule({"bird": 0.65}), title="Strict", author="Ada", goal=goal,
            **rest,  # type: ignore[arg-type]
        )  # fmt: skip
        path = tmp_path / "decision.json"
        path.write_text(to_json(decision), encoding="utf-8")
        return str(path)

    return write


def test_apply_prints_the_counts_of_the_run(
    decided: Callable[..., str],
    run: Callable[[str, str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["apply", decided(None), run("better", BETTER)]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]

    assert ["concept", "threshold", "TP", "FP", "FN", "TN", "precision", "recall"] in lines
    assert ["dog", "0.50", "2", "0", "0", "2", "1.000", "1.000"] in lines
    assert ["cat", "0.50", "2", "1", "0", "1", "0.667", "1.000"] in lines
    assert ["bird", "0.65", "1", "0", "0", "3", "1.000", "1.000"] in lines


def test_apply_names_what_is_missing_and_what_is_new(
    decided: Callable[..., str],
    run: Callable[[str, str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = BEFORE.replace("bird", "cow")
    assert main(["apply", decided(None), run("other", other)]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert "missing   1: bird" in lines
    assert "new       1 at 0.50: cow" in lines


def test_check_ends_with_0_while_the_goal_holds(
    decided: Callable[..., str],
    run: Callable[[str, str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    decision = decided(ec.Goal.precision_at_least(0.6))
    for table in (BEFORE, BETTER):
        assert main(["check", run("new", table), "--decision", decision]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "HOLDS     the goal holds"


def test_check_ends_with_1_when_the_goal_no_longer_holds(
    decided: Callable[..., str],
    run: Callable[[str, str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    decision = decided(ec.Goal.precision_at_least(0.6))
    assert main(["check", run("new", WORSE), "--decision", decision]) == 1
    lines = capsys.readouterr().out.splitlines()

    assert lines[-1] == "FAILED    the goal no longer holds for 1: dog"
    assert ["dog", "0.667", "0.333", "FAILED"] in [line.split() for line in lines]


def test_what_was_missed_already_fails_only_when_strict(
    decided: Callable[..., str],
    run: Callable[[str, str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    decision = decided(ec.Goal.precision_at_least(0.9))
    same = run("same", BEFORE)
    assert main(["check", same, "--decision", decision]) == 0
    assert "missed already" in capsys.readouterr().out
    assert main(["check", same, "--decision", decision, "--strict"]) == 1
    assert capsys.readouterr().out.endswith("the goal is not met for 2: dog and cat\n")


def test_a_concept_that_is_gone_fails(
    decided: Callable[..., str], run: Callable[[str, str], str]
) -> None:
    decision = decided(ec.Goal.recall_at_least(0.5))
    without = run("other", BEFORE.replace("bird", "cow"))
    for_dog = ["check", without, "--decision"]
    assert main([*for_dog, decision]) == 1
    assert main([*for_dog, decided(ec.Goal.recall_at_least(0.5), goal_concept="dog")]) == 0


@pytest.mark.parametrize("goal", [None, ec.Goal.f_beta(), ec.Goal.least_cost(fp=1, fn=2)])
def test_a_decision_without_a_limit_cannot_be_checked(
    goal: ec.Goal | None,
    decided: Callable[..., str],
    run: Callable[[str, str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", run("same", BEFORE), "--decision", decided(goal)]) == 2
    assert "nothing can be checked. Hint:" in capsys.readouterr().err


def test_what_cannot_be_read_ends_with_2_and_is_no_failed_goal(
    decided: Callable[..., str],
    run: Callable[[str, str], str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    decision = decided(ec.Goal.precision_at_least(0.6))
    same = run("same", BEFORE)
    assert main(["check", str(tmp_path / "none.csv"), "--decision", decision]) == 2
    assert main(["check", same, "--decision", str(tmp_path / "none.json")]) == 2
    assert main(["apply", str(tmp_path / "none.json"), same]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("none.json: cannot be read: No such file or directory.") == 2


@pytest.mark.parametrize("arguments", [["apply", "x"], ["check", "x", "--strict"]])
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m evalcore" in capsys.readouterr().err


def test_names_cannot_drive_the_terminal(
    decided: Callable[..., str],
    run: Callable[[str, str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = Path(decided(None))
    path.write_text(path.read_text().replace("Strict", "\\u001b[2JStrict"))
    assert main(["apply", str(path), run("same", BEFORE)]) == 0
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\\x1b[2JStrict" in shown


@pytest.mark.parametrize("state", ["superseded", "withdrawn"])
@pytest.mark.parametrize("command", ["apply", "check"])
def test_a_decision_that_has_ended_is_refused_unless_it_is_wanted(
    command: str, state: Any, decided: Callable[..., str], run: Callable[[str, str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    path = Path(decided(ec.Goal.recall_at_least(0.5)))
    path.write_text(to_json(read_json(path), state=state), encoding="utf-8")
    table = run("better", BETTER)
    words = ["apply", str(path), table] if command == "apply" else [
        "check", table, "--decision", str(path)
    ]  # fmt: skip
    assert main(words) == (1 if command == "apply" else 2)
    assert f"this decision is {state}" in capsys.readouterr().err
    assert main([*words, "--even-if-ended"]) == 0


def test_a_state_that_is_none_is_refused(
    decided: Callable[..., str], run: Callable[[str, str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(decided(None))
    path.write_text(path.read_text().replace('"in force"', '"gone"', 1), encoding="utf-8")
    assert main(["apply", str(path), run("better", BETTER)]) == 1
    assert "state is one of in force" in capsys.readouterr().err


def rows_of(right: int, wrong: int, rest: int) -> str:
    """A run of one concept: so many predicted and right, predicted and wrong, not predicted."""
    pairs = [("dog", 0.9)] * right + [("", 0.9)] * wrong + [("", 0.1)] * rest
    return "id,labels,score:dog\n" + "".join(f"{k},{a},{b}\n" for k, (a, b) in enumerate(pairs))


@pytest.mark.parametrize("counts", [(9, 1), (10, 0), (90, 1), (300, 20)])
def test_a_goal_with_confidence_is_met_only_if_it_is_proven(
    counts: tuple[int, int], tmp_path: Path, run: Callable[[str, str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (right, wrong), proven = counts, sum(counts) > 10
    table = run("pets", rows_of(right, wrong, 40))
    decision = draw_up(
        ec.Evaluation(ec.load_run(table)), ec.Rule(0.5), title="Strict", author="Ada",
        goal=ec.Goal.precision_at_least(0.9), confidence=0.95,
    )  # fmt: skip
    path = tmp_path / "decision.json"
    path.write_text(to_json(decision), encoding="utf-8")

    assert decision.proven == (("dog",) if proven else ())
    assert main(["check", table, "--decision", str(path)]) == (0 if proven else 1)
    out = capsys.readouterr().out
    assert "observed now" in out
    assert ("HOLDS     it is proven with 95 % confidence" in out) is proven
    assert ("FAILED    not proven with 95 % confidence for 1: dog" in out) is not proven
    text = met_in_words(decision)
    assert text.startswith("The counts of this run meet it.")
    assert text.endswith("It is proven." if proven else "It is not proven: it is not met.")


def test_what_was_recorded_without_a_proof_is_proven_anew(
    tmp_path: Path, run: Callable[[str, str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    few, many = run("few", rows_of(9, 1, 40)), run("many", rows_of(200, 5, 300))
    decision = draw_up(
        ec.Evaluation(ec.load_run(few)), ec.Rule(0.5), title="Strict", author="Ada",
        goal=ec.Goal.precision_at_least(0.9), confidence=0.95,
    )  # fmt: skip
    path = tmp_path / "decision.json"
    path.write_text(to_json(replace(decision, proven=None)), encoding="utf-8")
    assert main(["check", few, "--decision", str(path)]) == 1
    assert main(["check", many, "--decision", str(path)]) == 0, "a larger test set proves it"
    assert "not on record" in met_in_words(replace(decision, proven=None))
    capsys.readouterr()


def test_a_common_goal_is_recorded_and_checked_as_common(
    tmp_path: Path, run: Callable[[str, str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    big = [("big", 0.9, 0.1)] * 100 + [("", 0.9, 0.1)] * 5
    small = [("small", 0.1, 0.9)] * 2 + [("", 0.1, 0.9)] * 8
    head = "id,labels,score:big,score:small\n"
    table = run("pets", head + "".join(f"{k},{a},{b},{c}\n" for k, (a, b, c) in
                                       enumerate(big + small)))  # fmt: skip
    evaluation = ec.Evaluation(ec.load_run(table))
    given: dict[str, Any] = {"title": "T", "author": "A", "goal": ec.Goal.precision_at_least(0.8)}
    each = draw_up(evaluation, ec.Rule(0.5), **given)
    common = draw_up(evaluation, ec.Rule(0.5), goal_common=True, **given)

    assert "not for small" in met_in_words(each)
    assert met_in_words(common) == "The summed counts of this run meet it."
    assert goal_in_words(common).startswith("The goal for all concepts together: precision")
    assert differences(each, common)[0].what == "goal"
    for decision, code in ((each, 1), (common, 0)):
        path = tmp_path / "decision.json"
        path.write_text(to_json(decision), encoding="utf-8")
        assert main(["check", table, "--decision", str(path), "--strict"]) == code
    out = capsys.readouterr().out
    assert "FAILED    the goal is not met for 1: small" in out
    assert out.endswith("HOLDS     the goal holds\n")


def test_a_decision_by_agreed_labels_says_so_where_the_run_is_counted_as_it_is(
    decided: Callable[..., str],
    run: Callable[[str, str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    used = TruthUsed(digest="0123456789abcdef", n_changed=2, n_disputed=0)
    assert main(["apply", decided(None, truth=used), run("better", BETTER)]) == 0
    out = capsys.readouterr().out
    assert "by the labels as agreed (2 labels changed; truth 01234567)" in out
    assert "labels    those of this run" in out
    assert main(["apply", decided(None), run("better", BETTER)]) == 0
    assert "labels    those of this run" not in capsys.readouterr().out
