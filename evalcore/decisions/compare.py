"""What differs between two decisions, and a decision on another run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evalcore.arrays import BoolArray, FloatArray
from evalcore.choosing.goals import Goal
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Rule
from evalcore.decisions import words
from evalcore.decisions.decision import Decision
from evalcore.decisions.digests import digests_of
from evalcore.decisions.parts import ConceptDecided
from evalcore.decisions.proof import proven_concepts
from evalcore.errors import DecisionError
from evalcore.measures.metrics import Counts

__all__ = [
    "Applied",
    "Difference",
    "apply",
    "differences",
    "prove_again",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing in which two decisions differ.

    Parameters
    ----------
    what
        ``threshold``, ``counts``, ``concept``, ``operator``, ``mode``, ``goal``, ``confidence``,
        ``run`` or ``score type``.
    concept
        The concept it is about, None when it is about all.
    before, after
        As text; None where one of them has nothing.
    """

    what: str
    concept: str | None
    before: str | None
    after: str | None


def differences(before: Decision, after: Decision) -> tuple[Difference, ...]:
    """Return in what two decisions differ: what holds for all first, then concept by concept."""
    pairs = {
        "operator": (before.operator, after.operator),
        "mode": (before.mode, after.mode),
        "goal": (_goal_text(before), _goal_text(after)),
        "confidence": (_text(before.confidence), _text(after.confidence)),
        "run": (before.run.fingerprint, after.run.fingerprint),
        "truth": (words.truth_in_words(before.truth), words.truth_in_words(after.truth)),
        "score type": (before.run.score_type, after.run.score_type),
    }
    found = [
        Difference(what=what, concept=None, before=old, after=new)
        for what, (old, new) in pairs.items()
        if old != new
    ]
    old_ones = {concept.name: concept for concept in before.concepts}
    new_ones = {concept.name: concept for concept in after.concepts}
    for name in dict.fromkeys([*old_ones, *new_ones]):
        found += _of_concept(name, old_ones.get(name), new_ones.get(name))
    return tuple(found)


def _of_concept(
    name: str, before: ConceptDecided | None, after: ConceptDecided | None
) -> list[Difference]:
    if before is None or after is None:
        old, new = (None if one is None else repr(one.threshold) for one in (before, after))
        return [Difference(what="concept", concept=name, before=old, after=new)]
    pairs = {
        "threshold": (repr(before.threshold), repr(after.threshold)),
        "counts": (_counts_text(before), _counts_text(after)),
    }
    return [
        Difference(what=what, concept=name, before=old, after=new)
        for what, (old, new) in pairs.items()
        if old != new
    ]


def _counts_text(one: ConceptDecided) -> str:
    return f"TP {one.tp:,}, FP {one.fp:,}, FN {one.fn:,}, TN {one.tn:,}"


def _goal_text(decision: Decision) -> str | None:
    if decision.goal is None:
        return None
    text = repr(decision.goal) + (" in common" if decision.goal_common else "")
    return text if decision.goal_concept is None else f"{text} for {decision.goal_concept}"


def _text(value: float | None) -> str | None:
    return None if value is None else repr(value)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Applied:
    """A decision on another run, concept by concept.

    Parameters
    ----------
    rule
        For the other run; concepts that the decision does not know have its default threshold.
    names
        The concepts of both, in the order of the decision; index j of ``before`` and ``now``.
    before, now
        Counts at the decision, and of the other run.
    missing, new
        Concepts that the other run has not, and that the decision does not know.
    """

    decision: Decision
    rule: Rule
    names: tuple[str, ...]
    before: Counts
    now: Counts
    missing: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def goal(self) -> Goal | None:
        """The goal, when it sets a limit that counts can meet or miss."""
        goal = self.decision.goal
        return goal if goal is not None and goal.is_limit else None

    @property
    def concerned(self) -> BoolArray:
        """Whether the goal was for a concept; bool (n_names,)."""
        chosen = self.decision.goal_concept
        return np.array([chosen is None or name == chosen for name in self.names], dtype=bool)

    def held_before(self) -> BoolArray:
        """Whether each concept met the goal at the decision, as observed; bool (n_names,)."""
        return self._holds(self.before)

    def holds_now(self) -> BoolArray:
        """Whether each concept meets the goal on the other run, as observed; bool (n_names,)."""
        return self._holds(self.now)

    def _holds(self, counts: Counts) -> BoolArray:
        if self.goal is None:
            return np.ones(counts.tp.shape, dtype=bool)
        if self.decision.goal_common:
            return np.broadcast_to(self.goal.holds(counts.pooled()), counts.tp.shape)
        return self.goal.holds(counts)

    def rates(self) -> tuple[FloatArray, FloatArray]:
        """Return what the goal is about, at the decision and now; two float (n_names,)."""
        assert self.goal is not None, "checked by the caller"  # noqa: S101
        if not self.decision.goal_common:
            return self.goal.rate(self.before), self.goal.rate(self.now)
        then, now = (self.goal.rate(counts.pooled()) for counts in (self.before, self.now))
        shape = self.now.tp.shape
        return np.broadcast_to(then, shape), np.broadcast_to(now, shape)

    def lost(self, *, strict: bool = False) -> tuple[str, ...]:
        """Return the concepts for which the goal no longer holds; missing ones are among them.

        Parameters
        ----------
        strict
            Whether to name also those that missed it at the decision already.
        """
        if self.goal is None:
            return ()
        wanted = self.concerned if strict else self.concerned & self.held_before()
        failed = np.flatnonzero(wanted & ~self.holds_now())
        chosen = self.decision.goal_concept
        gone = [name for name in self.missing if chosen is None or name == chosen]
        return (*(self.names[j] for j in failed), *gone)


def prove_again(applied: Applied, evaluation: Evaluation) -> tuple[str, ...] | None:
    """Return the concepts for which the goal is proven on a run; None where no proof is asked for.

    On the inputs that were decided on only what the procedure of choosing proves counts, since they
    have picked the thresholds; on others one exact test of each threshold does. Concepts that the
    run has not are not proven, and a common goal then for none.
    """
    decision = applied.decision
    chosen = decision.goal_concept
    names = [name for name in applied.names if chosen in (None, name)]
    proven = proven_concepts(
        evaluation,
        applied.rule,
        decision.goal,
        confidence=decision.confidence,
        concepts=names,
        common=decision.goal_common,
        joint=decision.goal_joint,
        chosen_here=digests_of(evaluation.run).inputs == decision.run.inputs_digest,
    )
    is_whole = not (decision.goal_common and applied.missing)
    return proven if proven is None or is_whole else ()


def apply(decision: Decision, evaluation: Evaluation) -> Applied:
    """Apply a decision to another run, as far as the run has its concepts.

    Raises
    ------
    DecisionError
        When the run has none of its concepts.

    Examples
    --------
    >>> from evalcore import EvalRun, Evaluation, Rule
    >>> from evalcore.decisions import draw_up
    >>> scores, labels = [[0.9, 0.8], [0.3, 0.6]], [[0], [1]]
    >>> one = EvalRun.from_arrays(scores, labels, concepts=["dog", "cat"])
    >>> decision = draw_up(Evaluation(one), Rule({"dog": 0.7}), title="T", author="Ada")
    >>> other = EvalRun.from_arrays(scores, labels, concepts=["dog", "cow"])
    >>> applied = apply(decision, Evaluation(other))
    >>> applied.rule.thresholds(other.concepts).tolist(), applied.missing, applied.new
    ([0.7, 0.5], ('cat',), ('cow',))
    """
    concepts = evaluation.run.concepts
    there = {name: j for j, name in enumerate(concepts)}
    shared = [k for k, name in enumerate(decision.names) if name in there]
    if not shared:
        msg = "This run has none of the concepts of the decision, so that nothing can be applied."
        raise DecisionError(msg + " Hint: choose a run of the same model.")
    missing = tuple(name for name in decision.names if name not in there)
    rule = decision.rule.without_own(missing)
    names = tuple(decision.names[k] for k in shared)
    counts = evaluation.counts(rule)
    return Applied(
        decision=decision,
        rule=rule,
        names=names,
        before=decision.counts.take(shared),
        now=counts.take([there[name] for name in names]),
        missing=missing,
        new=tuple(name for name in concepts if name not in set(decision.names)),
    )
