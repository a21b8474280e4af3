"""A decision made on one run, on another: which thresholds keep what was promised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Rule
from evalcore.decisions.compare import Applied, apply, prove_again
from evalcore.decisions.decision import Decision
from evalcore.measures.metrics import METRICS, Counts
from evalcore.wording import number, percent, rate

__all__ = ["KEPT_WORDS", "CarriedOver", "Kept", "PinnedThen", "carry_over", "kept_rows"]

Kept = Literal["kept", "lost", "missed", "gained", "missing", "no_limit"]
KEPT_WORDS: dict[Kept, str] = {
    "kept": "yes",
    "lost": "no, lost",
    "missed": "no, as before",
    "gained": "yes, newly",
    "missing": "no such concept",
    "no_limit": "–",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedThen:
    """What became of an input that was pinned as evidence.

    Parameters
    ----------
    position
        In the other run; None when it is not there.
    then, now
        Concepts predicted on either run under the decision; None where that run has not the input.
    """

    id: str
    note: str
    position: int | None
    then: tuple[str, ...] | None
    now: tuple[str, ...] | None

    @property
    def in_words(self) -> str:
        """Say whether the verdict is the same."""
        if self.now is None:
            return "not in the other run"
        if self.then is None:
            return "not in this run any more"
        if set(self.then) == set(self.now):
            return "same verdict"
        left = [f"no longer {name}" for name in self.then if name not in self.now]
        entered = [f"now {name}" for name in self.now if name not in self.then]
        return f"changed: {', '.join([*left, *entered])}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CarriedOver:
    """A decision on another run.

    Parameters
    ----------
    applied
        Its thresholds there, with the counts of then and now.
    proven
        Concepts for which the goal is proven on the other run; None where no proof is asked for.
    pinned
        One for each input pinned as evidence.
    """

    applied: Applied
    proven: tuple[str, ...] | None
    pinned: tuple[PinnedThen, ...]

    def kept(self) -> dict[str, Kept]:
        """Tell for every concept of the decision whether what was promised is kept, as observed."""
        applied = self.applied
        if applied.goal is None:
            found: dict[str, Kept] = dict.fromkeys(applied.names, "no_limit")
        else:
            states: dict[tuple[bool, bool], Kept] = {
                (True, True): "kept",
                (True, False): "lost",
                (False, False): "missed",
                (False, True): "gained",
            }
            pairs = zip(applied.held_before().tolist(), applied.holds_now().tolist(), strict=True)
            found = {
                name: states[pair] if concerned else "no_limit"
                for name, pair, concerned in zip(
                    applied.names, pairs, applied.concerned.tolist(), strict=True
                )
            }
        return {name: found.get(name, "missing") for name in applied.decision.names}


def carry_over(
    decision: Decision, evaluation: Evaluation, *, made_on: Evaluation | None = None
) -> CarriedOver:
    """Take a decision to another run, and see what of it still holds.

    Parameters
    ----------
    made_on
        The run that it was made on, to tell what became of its evidence; None leaves that open.

    Raises
    ------
    DecisionError
        When the other run has none of its concepts.
    """
    applied = apply(decision, evaluation)
    then = {} if made_on is None else _verdicts(decision, made_on, _rule_there(decision, made_on))
    now = _verdicts(decision, evaluation, applied.rule)
    places = {str(name): k for k, name in enumerate(evaluation.run.ids.tolist())}
    return CarriedOver(
        applied=applied,
        proven=prove_again(applied, evaluation),
        pinned=tuple(
            PinnedThen(
                id=one.id,
                note=one.note,
                position=places.get(one.id),
                then=then.get(one.id),
                now=now.get(one.id),
            )
            for one in decision.pinned
        ),
    )


def _rule_there(decision: Decision, evaluation: Evaluation) -> Rule:
    return decision.rule.without_own(set(decision.names).difference(evaluation.run.concepts))


def _verdicts(decision: Decision, evaluation: Evaluation, rule: Rule) -> dict[str, tuple[str, ...]]:
    """Return the concepts predicted for each pinned input that a run has."""
    run = evaluation.run
    predictions = evaluation.predictions(rule)
    wanted = {one.id for one in decision.pinned}
    found = {}
    for position, name in enumerate(run.ids.tolist()):
        if str(name) in wanted:
            here = np.array([position])
            hits = (j for j in range(run.n_concepts) if predictions.has(here, j)[0])
            found[str(name)] = tuple(run.concepts[j] for j in hits)
    return found


def kept_rows(carried: CarriedOver) -> list[tuple[str, ...]]:
    """Return concept, threshold, what was promised, then, now, and whether it is kept; as text.

    Then and now are the rate that the goal limits; where it limits none, recall and precision.
    """
    applied, states = carried.applied, carried.kept()
    goal = applied.goal
    then, now = applied.rates() if goal is not None else (None, None)
    places = {name: place for place, name in enumerate(applied.names)}
    rows = []
    for own in applied.decision.concepts:
        name, place = own.name, places.get(own.name)
        concerned = place is not None and bool(applied.concerned[place])
        level = goal.level if goal is not None else None
        if place is None:
            told = ["–", "–"]
        elif then is None or now is None or not concerned:
            told = [_rates(counts, place) for counts in (applied.before, applied.now)]
        else:
            told = [rate(float(values[place]), beside=level) for values in (then, now)]
        promised = percent(level) if level is not None and concerned else "–"
        proven = "–"
        if carried.proven is not None and concerned:
            proven = "yes" if name in carried.proven else "no"
        rows.append(
            (name, number(own.threshold), promised, *told, KEPT_WORDS[states[name]], proven)
        )
    return rows


def _rates(counts: Counts, place: int) -> str:
    recall, precision = (float(METRICS[name](counts)[place]) for name in ("recall", "precision"))
    return f"recall {rate(recall)}, precision {rate(precision)}"
