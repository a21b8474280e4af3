"""Audits: inputs of one concept are drawn and looked at; so many of its labels are wrong."""

from __future__ import annotations

import secrets
import uuid

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore import wording as core_wording
from evalcore.truth import entries
from evalcore.truth.agreed import Verdict
from evalcore.truth.audit import (
    Audit,
    AuditEstimate,
    draw_simple,
    draw_stratified,
    estimate,
    rough_chance,
)
from evalcore.truth.votes import Pair
from pages._ui import wording
from pages._ui.inputs.suspicion import ranking, suspicion_of
from pages._ui.numbers.number_field import kept_number
from pages._ui.numbers.typed_number import RefusedNumber, TypedRange, read_number
from pages._ui.session import state
from pages._ui.session.choosing import one_concept
from pages._ui.session.keys import Key, of_each
from pages._ui.session.view import View
from pages._ui.shell import frame
from pages._ui.shell.agreed_truth import log_of, stream_for, verdicts_of
from pages._ui.shell.frame import OpenRun
from pages._ui.shell.people import name_of_voter, say_role
from pages._ui.shell.record import open_store

__all__ = ["audit_panel"]

AUDITED = of_each(Key.QUEUE_CONCEPT, "audited")
SIZE = TypedRange(name="A sample", low=1, high=10_000, example="50", whole=True)
KIND_WORDS = {
    "stratified": "suspicious ones more often (narrower interval)",
    "simple": "every input with one chance",
}


def audit_panel(opened: OpenRun, view: View) -> None:
    """Draw the form, and what each audit has found so far."""
    run = opened.as_labelled.run
    st.markdown("## How many labels of a concept are wrong?")
    suspicion = suspicion_of(run)
    if suspicion is not None and say_role("facilitator"):
        _form(run, view)
    with frame.errors_as_messages():
        log = log_of(opened.run)
        verdicts = verdicts_of(opened.run, log)
    if not log.audits:
        st.info(
            "No sample is drawn yet. Draw one, answer it, and read here how many labels are wrong."
        )
        return
    found = [(audit, estimate(audit, _wrong(run, audit, verdicts))) for audit in log.audits[::-1]]
    st.markdown(_in_words(*found[0]))
    st.button(
        "Answer the latest sample",
        key=Key.LOOK_AT_AUDIT,
        icon=":material/task_alt:",
        on_click=_look,
    )
    frame.table(
        {
            "concept": [audit.concept for audit, _ in found],
            "drawn": [KIND_WORDS[audit.kind] for audit, _ in found],
            "inputs drawn": [len(audit.inputs) for audit, _ in found],
            "answered": [one.n_looked_at for _, one in found],
            "wrong among them": [one.n_wrong for _, one in found],
            "wrong in all": [_number(one) for _, one in found],
            "seed": [audit.seed for audit, _ in found],
        },
        alt="Audits and their estimates",
    )


def _form(run: ec.EvalRun, view: View) -> None:
    with frame.row():
        one_concept(run, view.concept, key=AUDITED, named=True, width=220)
        is_whole = kept_number("Inputs", Key.AUDIT_SIZE, 50, within=SIZE, width=140)
        st.selectbox(
            "Drawn", list(KIND_WORDS), format_func=KIND_WORDS.__getitem__, key=Key.AUDIT_KIND,
            width=state.wide(380),
        )  # fmt: skip
        st.button(
            "Draw a sample",
            key=Key.DRAW_AUDIT,
            on_click=_draw,
            args=(str(uuid.uuid4()),),
            disabled=not (name_of_voter() and is_whole),
        )
    if not name_of_voter():
        st.caption("Type your name above to draw a sample.")


def _draw(event_id: str) -> None:
    opened = frame.opened()
    run, concept = opened.as_labelled.run, st.session_state[AUDITED]
    seed = secrets.randbelow(2**31)
    rng = np.random.default_rng(seed)
    ids = [str(name) for name in run.ids.tolist()]
    try:
        size = int(read_number(st.session_state[Key.AUDIT_SIZE], SIZE))
        if st.session_state[Key.AUDIT_KIND] == "simple":
            audit = draw_simple(ids, concept=concept, size=size, rng=rng, seed=seed)
        else:
            suspicion = ranking(run).result()  # it is there: the form waited for it
            guess = rough_chance(suspicion.of_concept(run.labels, run.position_of(concept)))
            audit = draw_stratified(ids, guess, concept=concept, size=size, rng=rng, seed=seed)
        entries.keep_audit(
            open_store(), stream_for(opened.run), audit, author=name_of_voter(), event_id=event_id
        )
    except (ec.WorkshopError, RefusedNumber) as error:
        state.complain(f"Not drawn: {error}")


def _look() -> None:
    state.change(truth_section="vote", queue="audit", concept=None)


def _wrong(run: ec.EvalRun, audit: Audit, verdicts: dict[Pair, Verdict]) -> dict[str, bool]:
    """Return for each judged input whether its label as delivered is wrong."""
    position = {name: i for i, name in enumerate(run.ids.tolist())}
    labelled = set(run.labels.inputs_of(run.position_of(audit.concept)).tolist())
    found = {}
    for name in audit.inputs:
        verdict = verdicts.get(Pair(name, audit.concept))
        if name in position and verdict is not None and verdict.outcome in {"yes", "no"}:
            found[name] = (verdict.outcome == "yes") != (position[name] in labelled)
    return found


def _in_words(audit: Audit, found: AuditEstimate) -> str:
    concept = wording.escape(audit.concept)
    if not found.n_looked_at:
        return f"{len(audit.inputs):,} inputs are drawn for *{concept}*; nobody has answered them."
    share = core_wording.between(found.low / found.n_inputs, found.high / found.n_inputs)
    return (
        f"Of {core_wording.plural(found.n_looked_at, 'answered input')}, {found.n_wrong:,} have a "
        f"wrong label for *{concept}*. With 95 % confidence the share of wrong labels among all "
        f"{found.n_inputs:,} is {share}."
    )


def _number(found: AuditEstimate) -> str:
    if not found.n_looked_at:
        return core_wording.rate(np.nan)
    return f"{found.number:,.0f} ({found.low:,.0f} to {found.high:,.0f}) of {found.n_inputs:,}"
