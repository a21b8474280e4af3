"""What people have said of the open run's inputs, and the labels that follow from it.

It is read from the store and shared by all sessions; what was read before is only carried on.
"""

from __future__ import annotations

import threading

import streamlit as st

import evalcore as ec
from evalcore import wording
from evalcore.arrays import IntArray
from evalcore.decisions.digests import digest_of_inputs
from evalcore.runs.packed_texts import digest_of_ids
from evalcore.truth.agreed import Verdict, agree
from evalcore.truth.disputes import OpenDisputes, band, with_roc_auc
from evalcore.truth.log import Log, read, stream_of
from evalcore.truth.overlay import AgreedTruth, lay_over
from evalcore.truth.relabelled import relabelled
from evalcore.truth.votes import Pair
from pages._ui.session.answer_key import AnswerKey
from pages._ui.shell.meetings import attending
from pages._ui.shell.record import open_store, store_place

__all__ = [
    "band_in_words",
    "disputes_of",
    "evaluation_of",
    "in_words",
    "inputs_digest",
    "laid_over",
    "log_of",
    "said_of",
    "stream_for",
    "tell_said",
    "verdicts_of",
    "while_open",
]

MANY = 500_000
"""Inputs of a run in parts from which on their ids are not read one by one."""

_logs: dict[tuple[str, str], Log] = {}
_lock = threading.Lock()


def stream_for(run: ec.EvalRun) -> str:
    """Return the stream of a run's inputs; runs of other models on them share it."""
    return stream_of(inputs_digest(run))


def inputs_digest(run: ec.EvalRun) -> str:
    """Return the hash of a run's inputs, by which runs on the same data set are told."""
    return _digest(AnswerKey.of("digest of inputs", run), run)


def said_of(run: ec.EvalRun) -> str:
    """Return a text that changes with what is said of a run's inputs, and begins with whose."""
    return f"{stream_for(run)} {log_of(run).head}"


def tell_said(run: ec.EvalRun) -> None:
    """Tell the workshop that something was said of a run's inputs; for callbacks that save."""
    here = attending()
    if here is not None:
        here.channel().tell(said=said_of(run))


def log_of(run: ec.EvalRun) -> Log:
    """Return what people have said up to now of the inputs of a run.

    Parameters
    ----------
    run
        The whole run, whatever part of it is looked at.

    Raises
    ------
    StoreError
        When the store cannot be read.
    """
    stream = stream_for(run)
    place = (store_place(), stream)
    log = read(open_store(), stream, known=_logs.get(place))
    with _lock:
        if log.version >= _logs.get(place, log).version:
            _logs[place] = log
    return log


def verdicts_of(run: ec.EvalRun, log: Log) -> dict[Pair, Verdict]:
    """Return what the votes come to under the group's rule."""
    return _verdicts(AnswerKey.of("verdicts", run, log.head), log)


def laid_over(part: ec.EvalRun, run: ec.EvalRun, log: Log) -> AgreedTruth:
    """Return the agreed truth on a part of a run."""
    return _laid_over(AnswerKey.of("agreed truth", part, log.head), part, verdicts_of(run, log))


def evaluation_of(as_labelled: ec.Evaluation, run: ec.EvalRun, log: Log) -> ec.Evaluation:
    """Return the evaluation of a part of a run by the agreed labels."""
    truth = laid_over(as_labelled.run, run, log)
    if not truth.changes:
        return as_labelled
    key = AnswerKey.of("relabelled", as_labelled.run, truth.digest)
    return _relabelled(key, as_labelled, truth)


def in_words(truth: AgreedTruth) -> str:
    """Return how the agreed labels differ from those as delivered."""
    words = f"as agreed: {wording.plural(len(truth.changes), 'label')} changed"
    if len(truth.disputed):
        words += f", {len(truth.disputed):,} disputed"
    return words


def disputes_of(
    as_labelled: ec.Evaluation, run: ec.EvalRun, log: Log, *, agreed: bool
) -> OpenDisputes | None:
    """Return what open disputes of a part of a run can still change; None without a dispute.

    Parameters
    ----------
    agreed
        Whether it changes the agreed labels, and not those as delivered.
    """
    if not log.pairs or not len((truth := laid_over(as_labelled.run, run, log)).disputed):
        return None
    evaluation = evaluation_of(as_labelled, run, log) if agreed else as_labelled
    # as labelled nobody's agreement keeps a label from being replaced
    settled = truth.settled if agreed else truth.settled[:0]
    key = AnswerKey.of("open disputes", as_labelled.run, log.head, agreed)
    return _disputes(key, evaluation, truth.disputed, settled)


def while_open(disputes: OpenDisputes) -> str:
    """Return how many disputes are open, as the end of a sentence."""
    verb = "is" if disputes.n == 1 else "are"
    return f"while {wording.plural(disputes.n, 'dispute')} {verb} open"


def band_in_words(evaluation: ec.Evaluation, rule: ec.Rule, disputes: OpenDisputes) -> str:
    """Return from where to where macro precision and recall can still go."""
    found = band(disputes, evaluation, rule)
    rates = [f"macro {name} {found.average(name).in_words()}" for name in ("precision", "recall")]
    return f"{' and '.join(rates)} {while_open(disputes)}"


@st.cache_resource(max_entries=32, show_spinner=False)
def _digest(key: AnswerKey, _run: ec.EvalRun) -> str:  # noqa: ARG001 - the key
    is_large = _run.parts and _run.n_inputs > MANY
    return digest_of_ids(_run) if is_large else digest_of_inputs(_run)


@st.cache_resource(max_entries=16, show_spinner=False)
def _verdicts(key: AnswerKey, _log: Log) -> dict[Pair, Verdict]:  # noqa: ARG001 - the key
    return agree(_log)


@st.cache_resource(max_entries=16, show_spinner=False)
def _laid_over(
    key: AnswerKey,  # noqa: ARG001 - the key
    _part: ec.EvalRun,
    _verdicts: dict[Pair, Verdict],
) -> AgreedTruth:
    return lay_over(_part, _verdicts)


@st.cache_resource(max_entries=6, show_spinner="Counting by the agreed labels …")
def _relabelled(
    key: AnswerKey,  # noqa: ARG001 - the key
    _evaluation: ec.Evaluation,
    _truth: AgreedTruth,
) -> ec.Evaluation:
    return relabelled(_evaluation, _truth.labels)


@st.cache_resource(max_entries=8, show_spinner=False)
def _disputes(
    key: AnswerKey,  # noqa: ARG001 - the key
    _evaluation: ec.Evaluation,
    _disputed: IntArray,
    _settled: IntArray,
) -> OpenDisputes:
    return with_roc_auc(_evaluation, OpenDisputes.of(_evaluation, _disputed, settled=_settled))
