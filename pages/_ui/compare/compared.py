"""The two sides of the page Compare: the open run, and the other one with its rule."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import numpy as np

import evalcore as ec
from evalcore.base.jobs import Jobs
from evalcore.comparison.differences import REPORTED, Difference, Metric, compare_metric
from evalcore.comparison.operating_points import MATCHED_BY, Matched, match_rule
from evalcore.comparison.pairing import pair_concepts, pair_inputs, relabelled
from evalcore.comparison.resampling import N_QUICK, SEED
from evalcore.comparison.sides import Comparison, Side, compare
from evalcore.decisions import Decision
from evalcore.decisions.carry_over import CarriedOver, carry_over
from evalcore.reports import Against
from evalcore.runs.parts import refuse_large
from pages._ui.compare.carried import decision_of
from pages._ui.compare.right_side import right_evaluation
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.long_answers import long_answer
from pages._ui.session.view import Link, View
from pages._ui.shell.frame import OpenRun

__all__ = [
    "Compared",
    "against",
    "compared",
    "compared_or_progress",
    "difference",
    "flat_of",
    "pairs_of",
]

_jobs: Jobs[Compared] = Jobs(kept=16)
_differences: Jobs[Difference] = Jobs(kept=64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """What the page shows.

    Parameters
    ----------
    comparison
    matched
        How the right side's thresholds were found; None where they were not matched.
    n_relabelled
        Inputs that have another label on the other side.
    right
        Of all inputs of the right side, whether or not they stand on the left as well.
    carried
        The decision that was chosen, on the right side; None for none.
    key
        What it depends on.
    """

    comparison: Comparison
    matched: Matched | None
    n_relabelled: int
    right: ec.Evaluation
    carried: CarriedOver | None
    key: AnswerKey


def pairs_of(flat: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the pairs of a field of the link, which holds their parts one after another."""
    return list(zip(flat[::2], flat[1::2], strict=False))


def flat_of(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return pairs as the link holds them."""
    return tuple(part for pair in pairs for part in pair)


def compared(opened: OpenRun, view: View) -> Compared:
    """Put the open run and the other one against each other."""
    return _jobs.start(*_question(opened, view), again=True).result()


def compared_or_progress(opened: OpenRun, view: View) -> Compared | None:
    """Return the comparison with the metric that is looked at, or draw how far it is."""
    key, work = _question(opened, view)
    found = long_answer(_jobs, key, work, doing="Pairing and counting both sides", name="sides")
    if found is None:
        return None
    asked, work_on_it = _metric(found, view.compared)
    ready = long_answer(
        _differences, asked, work_on_it, doing="Telling differences from chance", name="metric"
    )
    return None if ready is None else found


def difference(found: Compared, metric: Metric) -> Difference:
    """Compare one metric, concept by concept."""
    return _differences.start(*_metric(found, metric), again=True).result()


def _question(opened: OpenRun, view: View) -> tuple[AnswerKey, Callable[[], Compared]]:
    right, decision = right_evaluation(view), decision_of(view)
    for one in (opened.evaluation, right):
        refuse_large(one.run, what="Compare")
    asked = (
        right.run.fingerprint,
        view.rule,
        view.right_rule,
        view.right_own,
        view.match_scope,
        view.matched,
        decision,
    )
    key = AnswerKey.of("compared", opened.evaluation.run, *asked)
    return key, partial(_compare, key, opened.evaluation, right, view, decision)


def _metric(
    found: Compared, metric: Metric
) -> tuple[tuple[AnswerKey, Metric], Callable[[], Difference]]:
    work = partial(
        compare_metric,
        found.comparison,
        metric,
        rng=np.random.default_rng(SEED),
        n_draws=N_QUICK,
    )
    return (found.key, metric), work


def against(opened: OpenRun, view: View) -> Against | None:
    """Return the comparison as it stands in a report; None where no other run was chosen."""
    if view.right is None:
        return None
    found = compared(opened, view)
    # the metric that was looked at, and those of every report
    metrics: dict[Metric, None] = dict.fromkeys((view.compared, *REPORTED))
    return Against(
        name=right_evaluation(view).run.name,  # two runs of one content share what was found
        comparison=found.comparison,
        differences=tuple(difference(found, metric) for metric in metrics),
        n_relabelled=found.n_relabelled,
        matched=found.matched,
        carried=found.carried,
    )


def _compare(
    key: AnswerKey,
    left: ec.Evaluation,
    right: ec.Evaluation,
    view: View,
    decision: Decision | None,
) -> Compared:
    by_hand = pairs_of(view.matched)
    concepts = pair_concepts(left.run.concepts, right.run.concepts, matched=by_hand)
    pairing = pair_inputs(left.run, right.run)
    matched = None
    carried = None
    if decision is not None and set(decision.names) & set(right.run.concepts):
        carried = carry_over(decision, right, made_on=left)
    rule = _right_rule(view, right.run, by_hand)
    if view.right_rule == "decision" and carried is not None:
        rule = carried.applied.rule
    by = next((by for by in MATCHED_BY if by == view.right_rule), None)
    if by is not None:
        matched = match_rule(
            (left, view.rule),
            (right, rule),
            concepts=concepts,
            by=by,
            common=view.match_scope == "common",
        )
        rule = matched.rule
    rule = rule.with_own(_by_hand(view.right_own, right.run))
    comparison = compare(
        Side(evaluation=left, rule=view.rule),
        Side(evaluation=right, rule=rule),
        pairing=pairing,
        concepts=concepts,
    )
    comparison.fates()  # counted once, and kept with the comparison
    return Compared(
        comparison=comparison,
        matched=matched,
        n_relabelled=int(relabelled(left.run, right.run, pairing, concepts).size),
        right=right,
        carried=carried,
        key=key,
    )


def _by_hand(own: tuple[str, ...], run: ec.EvalRun) -> dict[str, float]:
    """Return the thresholds that were dragged on the right, of concepts that the run has."""
    found = {}
    for name, text in pairs_of(own):
        with suppress(ValueError):
            value = float(text)
            if name in run.concepts and math.isfinite(value):
                found[name] = value
    return found


def _right_rule(view: View, run: ec.EvalRun, by_hand: list[tuple[str, str]]) -> ec.Rule:
    """Return the left rule as far as the right run has its concepts, or what that run proposes."""
    if view.right_rule == "own":
        return Link().complete(run).rule
    own = dict(view.rule.by_concept)
    matched = {theirs: own[ours] for ours, theirs in by_hand if ours in own}
    known = {name: bar for name, bar in matched.items() if name in run.concepts}
    strangers = {name for name, _ in view.rule.by_concept}.difference(run.concepts)
    return view.rule.without_own(strangers).with_own(known)
