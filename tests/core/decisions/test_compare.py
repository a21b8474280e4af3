"""What differs, what has changed, and a decision on the next model version."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import evalcore as ec
from evalcore.decisions import (
    DecisionError,
    Pinned,
    apply,
    changes_since,
    differences,
    digests_of,
    draw_up,
    from_json,
    to_json,
)
from evalcore.decisions.changes import evidence_since
from evalcore.reports import to_html
from evalcore.runs.images import FileImages
from tests.support.cases import Case, random_case, random_rule
from tests.support.decisions import decision_on


def test_equal_decisions_do_not_differ(small_case: Case) -> None:
    assert differences(decision_on(small_case), decision_on(small_case, title="other")) == ()


def test_every_kind_of_difference_is_told(small_case: Case) -> None:
    before = decision_on(small_case, ec.Rule(0.5, decision="every"))
    rule = ec.Rule({"dog": 0.6}, operator=">=", decision="top")
    after = decision_on(
        small_case, rule, goal=ec.Goal.recall_at_least(0.8), goal_concept="cat", confidence=0.9
    )
    found = {(one.what, one.concept): (one.before, one.after) for one in differences(before, after)}

    assert found[("operator", None)] == (">", ">=")
    assert found[("mode", None)] == ("every", "top")
    assert found[("goal", None)] == (None, "Goal(recall_at_least, level=0.8) for cat")
    assert found[("confidence", None)] == (None, "0.9")
    assert found[("threshold", "dog")] == ("0.5", "0.6")
    assert ("threshold", "cat") not in found
    # cat 0.5 is labelled cat; under >= it is predicted
    assert found[("counts", "bird")] == ("TP 0, FP 0, FN 1, TN 3", "TP 0, FP 1, FN 1, TN 2")


def test_concepts_that_only_one_has_are_told(small_case: Case) -> None:
    case = replace(small_case, names=("dog", "cat", "cow"))
    found = differences(decision_on(small_case), decision_on(case))
    told = {(one.concept, one.before, one.after) for one in found if one.what == "concept"}

    assert told == {("bird", "0.5", None), ("cow", None, "0.5")}


def varied(case: Case, **changed: Any) -> ec.EvalRun:
    return replace(case, **changed).run


def test_it_is_said_what_of_a_run_has_changed(small_case: Case) -> None:
    decision = decision_on(small_case)
    scores = small_case.scores.copy()
    scores[0, 0] = 0.76
    labelled = small_case.labelled.copy()
    labelled[2, 2] = True
    same = changes_since(decision, varied(small_case))
    runs = {
        "The run's scores have changed, its labels have not.": {"scores": scores},
        "The run's labels have changed, its scores have not.": {"labelled": labelled},
        "scores and labels have changed": {"scores": scores, "labelled": labelled},
        "1 are gone, 1 are new": {"names": ("dog", "cat", "cow")},
        "The run's scores have changed": {"scores": small_case.scores.astype(np.float32)},
    }

    assert same.nothing
    for said, change in runs.items():
        assert said in changes_since(decision, varied(small_case, **change)).in_words()
    fewer = changes_since(decision, small_case.take([0, 1, 2]).run)
    assert fewer.inputs
    assert "4 then, 3 now" in fewer.in_words()


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_inputs_and_concepts_is_no_change(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    run, rows = case.run, rng.permutation(case.n_inputs)
    columns = rng.permutation(case.n_concepts)
    known = None if case.known.all() else case.known[rows][:, columns]
    other = ec.EvalRun.from_arrays(
        case.scores[rows][:, columns],
        case.labelled[rows][:, columns],
        known=known,
        concepts=[run.concepts[j] for j in columns],
        ids=[str(run.ids[i]) for i in rows],
        task=case.task,
    )

    assert digests_of(run) == digests_of(other)


@pytest.mark.parametrize("seed", range(20))
def test_one_flipped_label_changes_the_labels_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, task="multi_label", unknown=False)
    labelled = case.labelled.copy()
    i, j = int(rng.integers(case.n_inputs)), int(rng.integers(case.n_concepts))
    labelled[i, j] = ~labelled[i, j]
    before, after = digests_of(case.run), digests_of(replace(case, labelled=labelled).run)

    assert before.labels != after.labels
    assert replace(before, labels="") == replace(after, labels="")


def test_a_label_that_becomes_unknown_is_a_change(small_case: Case) -> None:
    known = small_case.known.copy()
    known[2, 0] = False

    changes = changes_since(decision_on(small_case), varied(small_case, known=known))
    assert (changes.labels, changes.scores) == (True, False)


@pytest.mark.parametrize("seed", range(20))
def test_on_another_run_each_shared_concept_keeps_its_threshold(seed: int) -> None:
    rng = np.random.default_rng(seed)
    names = ("a", "b", "c", "d", "e")
    one = replace(random_case(rng, n_concepts=4, task="multi_label"), names=names[:4])
    other = replace(random_case(rng, n_concepts=3, task="multi_label"), names=("e", "c", "a"))
    rule = random_rule(rng, names[:4])
    applied = apply(decision_on(one, rule), other.evaluation)
    thresholds = {name: rule.threshold_of(name) for name in ("a", "c")}
    expected = ec.Rule(thresholds, default=rule.default, operator=rule.operator,
                       decision=rule.mode_for("multi_label"))  # fmt: skip
    found = other.outcomes(expected)

    assert (applied.names, applied.missing, applied.new) == (("a", "c"), ("b", "d"), ("e",))
    for k, j in enumerate((2, 1)):
        assert int(applied.now.tp[k]) == len(found.get((j, "TP"), []))
        assert int(applied.now.fp[k]) == len(found.get((j, "FP"), []))
    before = one.outcomes(rule)
    for k, j in enumerate((0, 2)):
        assert int(applied.before.fn[k]) == len(before.get((j, "FN"), []))


def test_a_run_of_other_concepts_is_refused(small_case: Case) -> None:
    other = replace(small_case, names=("x", "y", "z"))

    with pytest.raises(DecisionError, match="none of the concepts"):
        apply(decision_on(small_case), other.evaluation)


def run_of(right: list[int], *, names: tuple[str, ...] = ("a", "b", "c")) -> ec.Evaluation:
    """Ten inputs predicted for each concept, of which so many are right."""
    labelled = np.array([[i < n for n in right] for i in range(10)])
    scores = np.full((10, len(right)), 0.9)
    return ec.Evaluation(ec.EvalRun.from_arrays(scores, labelled, concepts=names))


def test_a_goal_is_lost_where_it_held_and_holds_no_longer() -> None:
    goal = ec.Goal.precision_at_least(0.9)
    decision = draw_up(run_of([9, 9, 5]), ec.Rule(0.5), title="T", author="A", goal=goal)
    applied = apply(decision, run_of([9, 8, 5]))

    assert applied.held_before().tolist() == [True, True, False]
    assert applied.holds_now().tolist() == [True, False, False]
    assert applied.lost() == ("b",)
    assert applied.lost(strict=True) == ("b", "c")
    assert apply(decision, run_of([9, 9], names=("a", "b"))).lost() == ("c",)


def test_a_goal_for_one_concept_asks_nothing_of_the_others() -> None:
    goal = ec.Goal.recall_at_least(0.5)
    decision = draw_up(
        run_of([9, 9, 5]), ec.Rule(0.5), title="T", author="A", goal=goal, goal_concept="a"
    )

    assert apply(decision, run_of([9, 0, 0])).lost(strict=True) == ()
    assert apply(decision, run_of([0, 9, 9])).lost() == ("a",), "an undefined rate meets no limit"


def run_of_pictures(folder: Path, *, scores: float = 0.9) -> ec.EvalRun:
    images = FileImages(root=folder, paths=("a.png", "b.png", "gone.png"))
    return ec.EvalRun.from_arrays(
        [[scores, 0.1], [0.2, 0.8], [0.3, 0.4]], [[0], [1], []], concepts=["dog", "cat"],
        ids=["a", "b", "c"], images=images,
    )  # fmt: skip


def test_evidence_that_was_exchanged_is_told(tmp_path: Path) -> None:
    for name, colour in (("a.png", "red"), ("b.png", "blue"), ("other.png", "green")):
        Image.new("RGB", (30, 20), colour).save(tmp_path / name)
    run = run_of_pictures(tmp_path)
    decision = draw_up(
        ec.Evaluation(run), ec.Rule(0.5), title="T", author="Ada",
        pinned=[Pinned(id=name) for name in "abc"],
    )  # fmt: skip
    read = from_json(to_json(decision))
    assert evidence_since(read, run) == {}

    (tmp_path / "other.png").replace(tmp_path / "a.png")
    assert evidence_since(read, run) == {"a": "its image has changed since"}
    assert changes_since(read, run).nothing, "the numbers are as they were"
    assert changes_since(read, run).evidence == {"a": "its image has changed since"}
    text = to_html(read, ec.Evaluation(run))
    assert text.count("its image has changed since") == 1
    assert text.count("as it was then") == 2

    others = run_of_pictures(tmp_path, scores=0.7)
    assert evidence_since(read, others)["a"] == "its image and scores have changed since"
    without = others.subset(np.array([1, 2]))
    assert evidence_since(read, without) == {"a": "not in this run any more"}


def test_evidence_in_words_counts_as_well() -> None:
    def run_of(text: str) -> ec.EvalRun:
        return ec.EvalRun.from_arrays([[0.9]], [[0]], ids=["a"], texts=[text])

    decision = draw_up(
        ec.Evaluation(run_of("as it was")), ec.Rule(0.5), title="T", author="Ada",
        pinned=[Pinned(id="a")],
    )  # fmt: skip
    assert evidence_since(decision, run_of("as it was")) == {}
    assert evidence_since(decision, run_of("other")) == {"a": "its text has changed since"}


def test_the_order_of_concepts_changes_no_evidence() -> None:
    one = ec.EvalRun.from_arrays([[0.9, 0.0]], [[0]], concepts=["dog", "cat"], ids=["a"])
    other = ec.EvalRun.from_arrays([[-0.0, 0.9]], [[1]], concepts=["cat", "dog"], ids=["a"])
    decision = draw_up(
        ec.Evaluation(one), ec.Rule(0.5), title="T", author="Ada", pinned=[Pinned(id="a")]
    )
    assert evidence_since(decision, other) == {}


def test_evidence_of_an_earlier_version_is_not_vouched_for() -> None:
    run = ec.EvalRun.from_arrays([[0.9]], [[0]], ids=["a"])
    decision = draw_up(ec.Evaluation(run), ec.Rule(0.5), title="T", author="Ada")
    old = replace(decision, pinned=(Pinned(id="a"),))
    assert evidence_since(old, run) == {"a": "whether it has changed since is not on record"}
