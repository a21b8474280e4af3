"""The command ``report``: what people take away of a run, written as one HTML file."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from evalcore.comparison.differences import REPORTED, compare_metric
from evalcore.comparison.pairing import pair_concepts, pair_inputs, relabelled
from evalcore.comparison.resampling import N_QUICK, SEED
from evalcore.comparison.sides import Side, compare
from evalcore.counting.evaluation import Evaluation
from evalcore.counting.rules import Operator, Rule
from evalcore.decisions import Entry, apply, read_json
from evalcore.diagnosis.diagnose import Diagnosis, diagnose
from evalcore.diagnosis.label_errors import MOST_RANKED
from evalcore.errors import RunError, did_you_mean, shorten
from evalcore.reports.contents import CHAPTERS, Against, Contents
from evalcore.reports.run_report import to_report
from evalcore.runs.parts import refuse_large
from evalcore.runs.run import EvalRun
from evalcore.truth.suspicion import suspicion

__all__ = ["add_to", "against", "report_lines"]


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``report`` to a parser's commands."""
    command = commands.add_parser("report", help="write what people take away of a run as HTML")
    command.add_argument("path", type=Path, metavar="RUN")
    command.add_argument("--out", type=Path, required=True, metavar="FILE", help="the HTML file")
    command.add_argument("--threshold", type=float, help="for all concepts; else the run's own")
    command.add_argument(
        "--decision", type=Path, metavar="FILE", help="take thresholds and goal from this decision"
    )
    command.add_argument("--against", type=Path, metavar="RUN", help="compare with this run")
    command.add_argument(
        "--concept", action="append", metavar="NAME", help="draw its curves; may be given again"
    )
    command.add_argument(
        "--chapter",
        action="append",
        choices=list(CHAPTERS),
        help="leave the others out; may be given again",
    )


def report_lines(
    options: argparse.Namespace, evaluation: Evaluation, other: Evaluation | None
) -> Iterator[str]:
    """Write the report of a run, and say where.

    Raises
    ------
    RunError
        When a concept is named that the run has not, or the file cannot be written.
    """
    run = evaluation.run
    for name in options.concept or ():
        if name not in run.concepts:
            msg = f"{shorten(name)} is no concept of this run.{did_you_mean(name, run.concepts)}"
            raise RunError(msg)
    decision = None if options.decision is None else read_json(options.decision)
    rule = _rule(run, options.threshold)
    if decision is not None:
        rule = apply(decision, evaluation).rule
    chapters = frozenset(options.chapter or CHAPTERS)
    contents = Contents(
        evaluation=evaluation,
        rule=rule,
        chapters=chapters,
        concepts=None if options.concept is None else tuple(options.concept),
        goal=None if decision is None else decision.goal,
        decisions=() if decision is None else (Entry(decision=decision, stream="", version=1),),
        against=None if other is None else against(Side(evaluation=evaluation, rule=rule), other),
        diagnosis=_diagnosis(evaluation, rule) if "findings" in chapters else None,
    )
    text = to_report(contents)
    try:
        options.out.write_text(text, encoding="utf-8")
    except OSError as error:
        msg = f"{options.out}: the report cannot be written: {error.strerror}."
        raise RunError(msg) from error
    yield f"Saved in {options.out} ({len(text.encode()) / 1e6:.1f} MB)"


def _rule(run: EvalRun, threshold: float | None) -> Rule:
    operator: Operator = ">=" if run.default_operator == ">=" else ">"
    return Rule(run.default_threshold if threshold is None else threshold, operator=operator)


def _diagnosis(evaluation: Evaluation, rule: Rule) -> Diagnosis:
    run = evaluation.run
    refuse_large(run, what="The chapter of findings")
    ranked = suspicion(run) if run.scores.size <= MOST_RANKED else None
    return diagnose(evaluation, rule, rng=np.random.default_rng(SEED), suspicion=ranked)


def against(left: Side, other: Evaluation) -> Against:
    """Compare a side with another run at the same thresholds, as far as it has the concepts."""
    ours, run = left.evaluation.run, other.run
    for each in (ours, run):
        refuse_large(each, what="The comparison")
    concepts = pair_concepts(ours.concepts, run.concepts)
    pairing = pair_inputs(ours, run)
    strangers = {name for name, _ in left.rule.by_concept}.difference(run.concepts)
    right = Side(evaluation=other, rule=left.rule.without_own(strangers))
    comparison = compare(left, right, pairing=pairing, concepts=concepts)
    return Against(
        name=run.name,
        comparison=comparison,
        differences=tuple(
            compare_metric(comparison, metric, rng=np.random.default_rng(SEED), n_draws=N_QUICK)
            for metric in REPORTED
        ),
        n_relabelled=int(relabelled(ours, run, pairing, concepts).size),
    )
