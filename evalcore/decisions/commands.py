"""The commands ``apply`` and ``check --decision``: a decision on another run, for people and CI."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from evalcore.counting.evaluation import Evaluation
from evalcore.decisions import words
from evalcore.decisions.compare import Applied, apply, prove_again
from evalcore.decisions.files import read_in_force, read_json
from evalcore.errors import DecisionError, shorten
from evalcore.measures.metrics import METRICS, Counts
from evalcore.runs.run import EvalRun
from evalcore.wording import names_in_words, number, percent, rate

__all__ = ["add_options", "add_to", "applied_lines", "check_lines"]

HEAD = ("concept", "threshold", "TP", "FP", "FN", "TN", "precision", "recall")
WIDEST = 40


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``apply`` to a parser's commands."""
    command = commands.add_parser("apply", help="print the counts of a run under a decision")
    command.add_argument("decision", type=Path, metavar="DECISION", help="its JSON file")
    command.add_argument("path", type=Path, metavar="RUN")
    _even_if_ended(command)


def add_options(check: argparse.ArgumentParser) -> None:
    """Let the command ``check`` take a decision."""
    check.add_argument(
        "--decision",
        type=Path,
        metavar="FILE",
        help="check that the goal of this decision still holds on the run: ends with 0 when it "
        "does, with 1 when it does not, with 2 when that cannot be checked",
    )
    check.add_argument(
        "--strict",
        action="store_true",
        help="with --decision: concepts that missed the goal at the decision fail as well",
    )
    _even_if_ended(check)


def _even_if_ended(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--even-if-ended",
        action="store_true",
        help="take the decision even if its file says that it was superseded or withdrawn",
    )


def applied_lines(path: Path, evaluation: Evaluation, *, even_if_ended: bool) -> Iterator[str]:
    """Yield what a run counts under the decision of a file.

    Raises
    ------
    DecisionError
        When the file is no decision, or of one that has ended, or the run has none of its concepts.
    """
    applied = _applied(path, evaluation, even_if_ended=even_if_ended)
    yield from _about(applied, evaluation.run)
    thresholds = [applied.rule.threshold_of(name) for name in applied.names]
    yield from _table(applied.names, thresholds, applied.now)
    yield from _strangers(applied)


def check_lines(
    path: Path, evaluation: Evaluation, *, strict: bool, even_if_ended: bool
) -> tuple[list[str], bool]:
    """Say whether the goal of a file's decision still holds on a run.

    Returns
    -------
    tuple
        The lines to print, and whether it holds.

    Raises
    ------
    DecisionError
        When the file is no decision, or of one that has ended, has no goal that counts can meet, or
        the run has none of its concepts.
    """
    applied = _applied(path, evaluation, even_if_ended=even_if_ended)
    if applied.goal is None:
        goal = applied.decision.goal
        got = "no goal" if goal is None else f"the goal {goal.kind}, which sets no limit"
        msg = (
            f"{path.name}: the decision has {got}, so that nothing can be checked. Hint: record it "
            "with a precision, recall or capacity goal."
        )
        raise DecisionError(msg)
    proof = prove_again(applied, evaluation)
    lost = applied.lost(strict=strict) if proof is None else _unproven(applied, proof)
    lines = [*_about(applied, evaluation.run), *_rates(applied, lost, proof), *_strangers(applied)]
    return [*lines, _verdict(applied, lost, proof, strict=strict)], not lost


def _verdict(
    applied: Applied, lost: tuple[str, ...], proof: tuple[str, ...] | None, *, strict: bool
) -> str:
    whom = f"for {len(lost):,}: {names_in_words(lost)}"
    if proof is not None:
        sure = f"with {percent(applied.decision.confidence or 0)} confidence"
        return f"FAILED    not proven {sure} {whom}" if lost else f"HOLDS     it is proven {sure}"
    if lost:
        return f"FAILED    the goal {'is not met' if strict else 'no longer holds'} {whom}"
    return "HOLDS     the goal holds"


def _unproven(applied: Applied, proof: tuple[str, ...]) -> tuple[str, ...]:
    """Return the concepts without a proof: a goal with confidence is met only if it is proven."""
    chosen = applied.decision.goal_concept
    wanted = [name for name in applied.decision.names if chosen in (None, name)]
    return tuple(name for name in wanted if name not in set(proof))


def _applied(path: Path, evaluation: Evaluation, *, even_if_ended: bool) -> Applied:
    return apply(read_json(path) if even_if_ended else read_in_force(path), evaluation)


def _about(applied: Applied, run: EvalRun) -> Iterator[str]:
    decision = applied.decision
    yield f"decision  {decision.title} ({decision.id})"
    yield f"by        {decision.author}, {decision.time:%Y-%m-%d %H:%M} UTC"
    yield f"rule      {words.rule_in_words(decision)}"
    goal = words.goal_in_words(decision)
    if goal:
        yield f"goal      {goal}"
    yield f"made on   {words.run_in_words(decision)}"
    yield f"run       {run.name}: {run.n_inputs:,} inputs"
    if decision.truth is not None:
        yield "labels    those of this run. Hint: Ground truth gives out the run as agreed"


def _table(names: tuple[str, ...], thresholds: list[float], counts: Counts) -> Iterator[str]:
    precision, recall = METRICS["precision"](counts), METRICS["recall"](counts)
    rows = [
        (
            shorten(name, width=WIDEST) if len(name) > WIDEST else name,
            number(thresholds[j]),
            *(f"{int(getattr(counts, part)[j]):,}" for part in ("tp", "fp", "fn", "tn")),
            rate(float(precision[j])),
            rate(float(recall[j])),
        )
        for j, name in enumerate(names)
    ]
    return _aligned([HEAD, *rows])


def _rates(applied: Applied, lost: tuple[str, ...], proof: tuple[str, ...] | None) -> Iterator[str]:
    """Yield what the goal is about, then and now, for every concept it is for."""
    goal = applied.goal
    assert goal is not None, "checked by the caller"  # noqa: S101
    then, now = applied.rates()
    failed, held, holds = set(lost), applied.held_before(), applied.holds_now()
    head = ("then", "now") if proof is None else ("observed then", "observed now", "proven now")
    rows: list[tuple[str, ...]] = [("concept", *head, "")]
    for j in np.flatnonzero(applied.concerned).tolist():
        name = applied.names[j]
        if name in failed:
            verdict = "FAILED"
        elif holds[j]:
            verdict = "holds" if held[j] else "holds now"
        else:
            verdict = "missed already"
        short = shorten(name, width=WIDEST) if len(name) > WIDEST else name
        rates = [rate(float(value), beside=goal.level) for value in (then[j], now[j])]
        if proof is not None:
            rates.append("yes" if name in set(proof) else "no")
            verdict = "FAILED" if name in failed else "holds"
        rows.append((short, *rates, verdict))
    return _aligned(rows)


def _strangers(applied: Applied) -> Iterator[str]:
    if applied.missing:
        yield f"missing   {len(applied.missing):,}: {names_in_words(applied.missing)}"
    if applied.new:
        bar = number(applied.rule.default)
        yield f"new       {len(applied.new):,} at {bar}: {names_in_words(applied.new)}"


def _aligned(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        cells = [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells]).rstrip()
