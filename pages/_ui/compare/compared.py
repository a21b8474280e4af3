"""The two sides of the page Compare: the open run, and the other one with its rule."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import streamlit as st

import evalcore as ec
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
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.view import Link, View
from pages._ui.shell import agreed_truth, loading
from pages._ui.shell.frame import OpenRun

__all__ = [
    "Compared",
    "against",
    "compared",
    "difference",
    "flat_of",
    "pairs_of",
    "right_evaluation",
    "right_parts",
]

WHOLE = ""


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


def right_parts(run: ec.EvalRun) -> dict[str, str]:
    """Return the parts of a run that can stand on the right: as in a link, and in words."""
    parts = {WHOLE: "all inputs"}
    if run.folds is not None:
        parts |= {json.dumps(["split", name]): f"split {name}" for name in run.fold_names}
    for column, value in loading.slices(run):
        parts[json.dumps(["slice", column, value])] = f"{column} = {value}"
    return parts


def right_evaluation(view: View) -> ec.Evaluation:
    """Return the evaluation of the right side.

    Raises
    ------
    RunError
        When the run cannot be opened, or the part leaves nothing.
    """
    as_labelled = _right_part(view)
    if view.right_truth == "labelled":
        return as_labelled
    run = loading.run_of(loading.open_handle(str(view.right)))
    return agreed_truth.evaluation_of(as_labelled, run, agreed_truth.log_of(run))


def _right_part(view: View) -> ec.Evaluation:
    whole = loading.open_handle(str(view.right))
    run = loading.run_of(whole)
    if view.right_part not in right_parts(run):
        return loading.evaluation_of(whole)
    words = json.loads(view.right_part) if view.right_part else []
    match words:
        case ["split", name]:
            return loading.evaluation_of(loading.open_handle(str(view.right), split=name))
        case ["slice", column, value]:
            part = (column, value)
            return loading.evaluation_of(loading.open_handle(str(view.right), part=part))
        case _:
            return loading.evaluation_of(whole)


def compared(opened: OpenRun, view: View) -> Compared:
    """Put the open run and the other one against each other."""
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
    return _compare(key, _left=opened.evaluation, _right=right, _view=view, _decision=decision)


def difference(found: Compared, metric: Metric) -> Difference:
    """Compare one metric, concept by concept."""
    return _difference(found.key, metric, _comparison=found.comparison)


def against(opened: OpenRun, view: View) -> Against | None:
    """Return the comparison as it stands in a report; None where no other run was chosen."""
    if view.right is None:
        return None
    found = compared(opened, view)
    # the metric that was looked at, and those of every report
    metrics: dict[Metric, None] = dict.fromkeys((view.compared, *REPORTED))
    return Against(
        name=found.right.run.name,
        comparison=found.comparison,
        differences=tuple(difference(found, metric) for metric in metrics),
        n_relabelled=found.n_relabelled,
        matched=found.matched,
        carried=found.carried,
    )


@st.cache_resource(max_entries=16, show_spinner="Pairing the inputs …")
def _compare(
    key: AnswerKey,
    *,
    _left: ec.Evaluation,
    _right: ec.Evaluation,
    _view: View,
    _decision: Decision | None,
) -> Compared:
    by_hand = pairs_of(_view.matched)
    concepts = pair_concepts(_left.run.concepts, _right.run.concepts, matched=by_hand)
    pairing = pair_inputs(_left.run, _right.run)
    matched = None
    carried = None
    if _decision is not None and set(_decision.names) & set(_right.run.concepts):
        carried = carry_over(_decision, _right, made_on=_left)
    rule = _right_rule(_view, _right.run, by_hand)
    if _view.right_rule == "decision" and carried is not None:
        rule = carried.applied.rule
    by = next((by for by in MATCHED_BY if by == _view.right_rule), None)
    if by is not None:
        matched = match_rule(
            (_left, _view.rule),
            (_right, rule),
            concepts=concepts,
            by=by,
            common=_view.match_scope == "common",
        )
        rule = matched.rule
    rule = rule.with_own(_by_hand(_view.right_own, _right.run))
    return Compared(
        comparison=compare(
            Side(evaluation=_left, rule=_view.rule),
            Side(evaluation=_right, rule=rule),
            pairing=pairing,
            concepts=concepts,
        ),
        matched=matched,
        n_relabelled=int(relabelled(_left.run, _right.run, pairing, concepts).size),
        right=_right,
        carried=carried,
        key=key,
    )


@st.cache_resource(max_entries=64, show_spinner="Comparing …")
def _difference(
    key: AnswerKey,  # noqa: ARG001 - the key
    metric: Metric,
    *,
    _comparison: Comparison,
) -> Difference:
    rng = np.random.default_rng(SEED)
    return compare_metric(_comparison, metric, rng=rng, n_draws=N_QUICK)


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
