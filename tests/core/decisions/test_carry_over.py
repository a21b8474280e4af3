"""A decision on another run: what is kept of its promise, and what became of its evidence."""

from __future__ import annotations

import numpy as np

import evalcore as ec
from evalcore.decisions import Pinned, draw_up
from evalcore.decisions.carry_over import KEPT_WORDS, carry_over, kept_rows

IDS = ["a", "b", "c", "d"]


def run_of(scores: list[list[float]], concepts: list[str], ids: list[str]) -> ec.Evaluation:
    labels = [[0], [0], [1], [1]]
    labels = [[j for j in one if j < len(concepts)] for one in labels]
    return ec.Evaluation(
        ec.EvalRun.from_arrays(scores, labels, concepts=concepts, ids=ids, task="multi_label")
    )


LEFT = run_of([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.3]], ["dog", "cat"], IDS)
DECISION = draw_up(
    LEFT,
    ec.Rule({"dog": 0.7}, default=0.5),
    title="T",
    author="Ada",
    goal=ec.Goal.recall_at_least(0.8),
    pinned=[Pinned(id="a"), Pinned(id="b"), Pinned(id="d", note="small")],
)


def test_which_thresholds_keep_what_was_promised() -> None:
    # the dog of b is lost, the cat of d is found
    right = run_of([[0.9, 0.1], [0.3, 0.2], [0.1, 0.9], [0.2, 0.6]], ["dog", "cat"], IDS)
    carried = carry_over(DECISION, right, made_on=LEFT)

    assert carried.kept() == {"dog": "lost", "cat": "gained"}
    assert carried.applied.rule == ec.Rule({"dog": 0.7}, default=0.5, decision="every")
    assert kept_rows(carried) == [
        ("dog", "0.70", "80 %", "1.000", "0.500", "no, lost", "–"),
        ("cat", "0.50", "80 %", "0.500", "1.000", "yes, newly", "–"),
    ]
    told = {one.id: one.in_words for one in carried.pinned}
    assert told == {"a": "same verdict", "b": "changed: no longer dog", "d": "changed: now cat"}


def test_what_the_other_run_has_not_is_said() -> None:
    right = run_of([[0.9], [0.8], [0.1], [0.2]], ["dog"], ["a", "x", "y", "z"])
    carried = carry_over(DECISION, right, made_on=LEFT)

    assert carried.kept() == {"dog": "kept", "cat": "missing"}
    assert [row[5] for row in kept_rows(carried)] == ["yes", "no such concept"]
    assert [one.in_words for one in carried.pinned] == [
        "same verdict",
        "not in the other run",
        "not in the other run",
    ]
    assert set(carried.kept().values()) <= set(KEPT_WORDS)


def test_a_promise_with_confidence_is_proven_or_not_on_the_other_run() -> None:
    rng = np.random.default_rng(4)
    labelled = rng.random((400, 1)) < 0.5

    def side(noise: float) -> ec.Evaluation:
        scores = np.clip(labelled * 0.6 + 0.2 + rng.normal(0, noise, labelled.shape), 0, 1)
        return ec.Evaluation(ec.EvalRun.from_arrays(scores, labelled, concepts=["dog"]))

    left, good, bad = side(0.05), side(0.05), side(0.6)
    decision = draw_up(
        left, ec.Rule(0.5), title="T", author="Ada",
        goal=ec.Goal.precision_at_least(0.9), confidence=0.95,
    )  # fmt: skip

    assert [row[6] for row in kept_rows(carry_over(decision, good))] == ["yes"]
    assert [row[6] for row in kept_rows(carry_over(decision, bad))] == ["no"]


def test_without_a_limit_nothing_can_be_kept_or_lost() -> None:
    decision = draw_up(LEFT, ec.Rule(0.5), title="T", author="Ada", goal=ec.Goal.f_beta())

    carried = carry_over(decision, LEFT)

    assert set(carried.kept().values()) == {"no_limit"}
    said = [
        f"recall {tp / labelled:.3f}, precision {tp / predicted:.3f}"
        for tp, labelled, predicted in ((2, 2, 2), (1, 2, 1))
    ]
    assert [row[2:] for row in kept_rows(carried)] == [("–", one, one, "–", "–") for one in said]
