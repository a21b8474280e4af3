"""Drawing up a decision: the rule and everything that was true of the run at that moment."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from evalcore.arrays import FloatArray
from evalcore.choosing.goals import Goal
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Rule
from evalcore.decisions.decision import LONGEST_AUTHOR, LONGEST_TITLE, MOST_PINNED, Decision
from evalcore.decisions.digests import Digests, digests_of, digests_of_input
from evalcore.decisions.parts import LONGEST_NOTE, ConceptDecided, Pinned, RunDecidedOn, TruthUsed
from evalcore.decisions.proof import proven_concepts
from evalcore.errors import DecisionError, shorten
from evalcore.measures.intervals import INTERVALS
from evalcore.runs.run import EvalRun

__all__ = ["concepts_under", "draw_up"]


def draw_up(
    evaluation: Evaluation,
    rule: Rule,
    *,
    title: str,
    author: str,
    reasons: str = "",
    goal: Goal | None = None,
    goal_concept: str | None = None,
    confidence: float | None = None,
    goal_common: bool = False,
    goal_joint: bool = False,
    pinned: Iterable[Pinned] = (),
    run_key: str = "",
    split: str | None = None,
    part: tuple[str, str] | None = None,
    view: Mapping[str, Sequence[str]] | None = None,
    decision_id: str | None = None,
    supersedes: str | None = None,
    digests: Digests | None = None,
    truth: TruthUsed | None = None,
) -> Decision:
    """Draw up a decision for a rule on a run, with its counts and intervals; nothing is saved.

    Parameters
    ----------
    goal, goal_concept, confidence, goal_common, goal_joint
        What the thresholds were chosen for; see :class:`Decision`. A confidence is proven here, or
        recorded as not proven.
    pinned
        Inputs as evidence; what is to be seen of them is hashed here.
    run_key, split, part
        The run's place in the library, and the part of it that ``evaluation`` holds.
    view
        The query of the link that reopens the view.
    decision_id
        A UUID as text; made here when left out.
    supersedes
        The id of the decision that it replaces.
    digests
        Of the run, when they are known already.
    truth
        The agreed labels that ``evaluation`` counts by; None: those as delivered.

    Raises
    ------
    DecisionError
        When title or author are missing or too long, or a pinned input is not in the run.

    Examples
    --------
    >>> run = EvalRun.from_arrays([[0.9], [0.8], [0.3]], [[0], [], [0]], concepts=["dog"])
    >>> decision = draw_up(Evaluation(run), Rule(0.5), title="Strict enough", author="Ada")
    >>> [(c.name, c.threshold, c.tp, c.fp, c.fn) for c in decision.concepts]
    [('dog', 0.5, 1, 1, 1)]
    """
    _check_words(title, author)
    evidence = _as_seen(tuple(pinned), evaluation.run)
    return Decision(
        id=decision_id or str(uuid.uuid4()),
        title=title.strip(),
        author=author.strip(),
        time=datetime.now(UTC),
        reasons=reasons.strip(),
        run=_run_part(evaluation.run, digests, key=run_key, split=split, part=part),
        concepts=concepts_under(evaluation, rule),
        default_threshold=rule.default,
        operator=rule.operator,
        mode=rule.mode_for(evaluation.run.task),
        goal=goal,
        goal_concept=goal_concept,
        confidence=confidence,
        goal_common=goal_common,
        goal_joint=goal_joint,
        proven=proven_concepts(
            evaluation,
            rule,
            goal,
            confidence=confidence,
            concepts=evaluation.run.concepts if goal_concept is None else [goal_concept],
            common=goal_common,
            joint=goal_joint,
            chosen_here=True,
        ),
        pinned=evidence,
        view={name: tuple(texts) for name, texts in (view or {}).items()},
        supersedes=supersedes,
        truth=truth,
    )


def concepts_under(evaluation: Evaluation, rule: Rule) -> tuple[ConceptDecided, ...]:
    """Return threshold, counts and intervals of every concept under a rule."""
    run, counts = evaluation.run, evaluation.counts(rule)
    thresholds = rule.thresholds(run.concepts)
    precision, recall = INTERVALS["precision"](counts), INTERVALS["recall"](counts)
    ends = [_or_none(end) for end in (precision.low, precision.high, recall.low, recall.high)]
    return tuple(
        ConceptDecided(
            name=name,
            threshold=float(thresholds[j]),
            tp=int(counts.tp[j]),
            fp=int(counts.fp[j]),
            fn=int(counts.fn[j]),
            tn=int(counts.tn[j]),
            precision_low=ends[0][j],
            precision_high=ends[1][j],
            recall_low=ends[2][j],
            recall_high=ends[3][j],
        )
        for j, name in enumerate(run.concepts)
    )


def _or_none(values: FloatArray) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]


def _run_part(
    run: EvalRun,
    digests: Digests | None,
    *,
    key: str,
    split: str | None,
    part: tuple[str, str] | None,
) -> RunDecidedOn:
    hashes = digests or digests_of(run)
    return RunDecidedOn(
        key=key,
        name=run.name,
        model=run.model,
        model_version=run.model_version,
        dataset=run.dataset,
        dataset_version=run.dataset_version,
        task=run.task,
        n_inputs=run.n_inputs,
        split=split,
        slice=part,
        score_type=np.dtype(run.scores.dtype).name,
        fingerprint=run.fingerprint,
        inputs_digest=hashes.inputs,
        scores_digest=hashes.scores,
        labels_digest=hashes.labels,
    )


def _check_words(title: str, author: str) -> None:
    wanted = (("a title", title, LONGEST_TITLE), ("an author", author, LONGEST_AUTHOR))
    for name, value, most in wanted:
        if not value.strip():
            msg = f"A decision needs {name}."
            raise DecisionError(msg)
        if len(value.strip()) > most:
            msg = (
                f"The {name.split()[1]} may have {most} characters, it has {len(value.strip()):,}."
            )
            raise DecisionError(msg)


def _as_seen(pinned: tuple[Pinned, ...], run: EvalRun) -> tuple[Pinned, ...]:
    """Return the evidence with the hashes of what is to be seen of it now."""
    if len(pinned) > MOST_PINNED:
        msg = f"{MOST_PINNED} inputs can be pinned, got {len(pinned):,}."
        raise DecisionError(msg)
    there = {name: position for position, name in enumerate(run.ids.tolist())}
    for one in pinned:
        if one.id not in there:
            msg = f"The pinned input {shorten(one.id)} is not in this run, or not in this part."
            raise DecisionError(msg)
        if len(one.note) > LONGEST_NOTE:
            msg = f"A note may have {LONGEST_NOTE} characters, it has {len(one.note):,}."
            raise DecisionError(msg)
    return tuple(replace(one, **digests_of_input(run, there[one.id])) for one in pinned)
