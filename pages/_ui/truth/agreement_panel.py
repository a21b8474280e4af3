"""How far people agree, by which rule their votes count, and what they could not answer."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore import wording as core_wording
from evalcore.truth import entries
from evalcore.truth.agreed import agree, answer_table
from evalcore.truth.agreement import (
    Agreement,
    Estimated,
    ModelAndPeople,
    Pairing,
    agreement,
    model_and_people,
    pairings,
    strength,
)
from evalcore.truth.log import Log
from evalcore.truth.overlay import lay_over
from evalcore.truth.votes import (
    LONGEST_REMARK,
    RULE_KINDS,
    AgreementRule,
    Answer,
    Pair,
    RuleKind,
)
from pages._ui import wording
from pages._ui.inputs.definition import show_definition
from pages._ui.numbers.number_field import kept_number
from pages._ui.numbers.typed_number import RefusedNumber, TypedRange, read_number
from pages._ui.session import state
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.choosing import one_concept, told_apart
from pages._ui.session.keys import Key, of_each
from pages._ui.session.view import View
from pages._ui.shell import frame
from pages._ui.shell.agreed_truth import log_of, stream_for, tell_said
from pages._ui.shell.frame import OpenRun
from pages._ui.shell.people import may, name_of_voter
from pages._ui.shell.record import open_store

__all__ = [
    "agreement_panel",
    "definitions",
    "measured_agreement",
]


def definitions(run: ec.EvalRun, log: Log, *, voted: list[Pair]) -> None:
    """Say which definitions were called unclear, and let people write them."""
    st.markdown("## What the concepts mean")
    unclear: dict[str, int] = {}
    for pair in voted:
        n = sum(vote.answer == "definition_unclear" for vote in log.answers(pair).values())
        if n:
            unclear[pair.concept] = unclear.get(pair.concept, 0) + n
    if unclear:
        named = ", ".join(
            f"{wording.escape(name)} ({core_wording.plural(n, 'answer')})"
            for name, n in sorted(unclear.items(), key=lambda one: -one[1])
        )
        st.warning(f"The definition was called unclear: {named}. That is about the concepts.")
    key = of_each(Key.QUEUE_CONCEPT, "defined")
    proposed = state.current().concept or max(unclear, key=unclear.__getitem__, default=None)
    concept = one_concept(run, proposed, key=key, named=True, width=220)
    latest = log.definition(concept)
    key = of_each(Key.DEFINITION, (concept, log.version_of(concept)))
    st.text_area(
        "What it means, what counts and what does not",
        latest.text,
        key=key,
        height=110,
        max_chars=LONGEST_REMARK,
    )
    st.button(
        "Save as a new version",
        key=Key.DEFINE,
        on_click=_define,
        args=(concept, key, str(uuid.uuid4())),
        disabled=not (name_of_voter() and may("facilitator")),
    )
    if latest.version:
        st.caption(f"Version {latest.version}, by {wording.escape(latest.author)}")
    show_definition(replace(latest, text=""), place="agreement")
    st.caption(
        "Examples, for or against, are chosen where inputs are shown: by ⋯ on a card of Evaluate "
        "or Concept, or in the viewer."
    )


def _define(concept: str, key: str, event_id: str) -> None:
    try:
        entries.define(
            open_store(),
            stream_for(frame.opened().run),
            concept=concept,
            text=st.session_state[key],
            author=name_of_voter(),
            event_id=event_id,
        )
    except ec.WorkshopError as error:
        state.complain(f"Not saved: {error}")


RULE_WORDS: dict[RuleKind, str] = {
    "majority": "more than half",
    "k_of_n": "two people say the same",
    "unanimous": "all say the same",
    "adjudicator": "only what is settled",
    "weighted": "weighted by reliability",
}
_CODES: dict[Answer, int] = {"no": 0, "yes": 1, "unclear": 2, "definition_unclear": 2}
LEAST = TypedRange(name="This number", low=1, high=100, example="2", whole=True)
N_CATEGORIES = 3
DRAWS = 500


def agreement_panel(opened: OpenRun) -> None:
    """Draw the rule with its effect, the agreement in words, and the findings about concepts."""
    with frame.errors_as_messages():
        log = log_of(opened.run)
    run = opened.as_labelled.run
    rule, people = st.columns([2, 3], gap="large")
    with rule:
        _rule_choice(run, log)
        definitions(run, log, voted=_here(run, log))
    with people:
        _agreement(run, log)


# ------------------------------------------------------------------------------- how votes count


def _rule_choice(run: ec.EvalRun, log: Log) -> None:
    st.markdown("## By which rule votes count")
    with frame.row():
        st.selectbox(
            "Counts as agreed", list(RULE_KINDS), format_func=RULE_WORDS.__getitem__,
            index=RULE_KINDS.index(log.rule.kind), key=of_each(Key.AGREEMENT_RULE, log.rule),
        )  # fmt: skip
        key = of_each(Key.LEAST_VOTES, log.rule)
        is_whole = kept_number("Answers at least", key, log.rule.least, within=LEAST, width=150)
        st.button(
            "Count this way",
            key=Key.CHOOSE_RULE,
            on_click=_choose,
            args=(log.rule,),
            disabled=not (name_of_voter() and is_whole and may("facilitator")),
        )
    st.caption("What each rule would do to this run:")
    effects = _effects(AnswerKey.of("rules of agreement", run, log.head), run, log)
    frame.table(
        {
            "rule": [RULE_WORDS[kind] for kind in effects],
            "labels changed": [one[0] for one in effects.values()],
            "disputed": [one[1] for one in effects.values()],
            "open": [one[2] for one in effects.values()],
        },
        alt="The effect of each rule of agreement",
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _effects(
    key: AnswerKey,  # noqa: ARG001 - the key
    _run: ec.EvalRun,
    _log: Log,
) -> dict[RuleKind, tuple[int, int, int]]:
    found = {}
    for kind in RULE_KINDS:
        truth = lay_over(_run, agree(_log, rule=replace(_log.rule, kind=kind)))
        found[kind] = (len(truth.changes), len(truth.disputed), truth.n_open)
    return found


def _choose(before: AgreementRule) -> None:
    run = frame.opened().run
    try:
        rule = replace(
            before,
            kind=st.session_state[of_each(Key.AGREEMENT_RULE, before)],
            least=int(read_number(st.session_state[of_each(Key.LEAST_VOTES, before)], LEAST)),
        )
        entries.choose_rule(open_store(), stream_for(run), rule, author=name_of_voter())
    except (ec.WorkshopError, RefusedNumber) as error:
        state.complain(f"Not saved: {error}")
    else:
        tell_said(run)


# ------------------------------------------------------------------------------ how far they agree


def _agreement(run: ec.EvalRun, log: Log) -> None:
    st.markdown("## How far people agree")
    voted = [pair for pair in _here(run, log) if len(log.answers(pair)) >= 2]
    if not voted:
        st.info("Nobody has answered what somebody else has answered, too. Vote, then look again.")
        return
    rows = _measured(AnswerKey.of("agreement", run, log.head), log, voted)
    st.markdown(_in_words(rows[None]))
    frame.table(
        {
            "concept": list(_named(rows)),
            "inputs": [one.n_inputs for one in rows.values()],
            "agree": [_with_interval(one.percent) for one in rows.values()],
            "alpha": [_with_interval(one.alpha) for one in rows.values()],
            "in words": [strength(one.alpha.value) for one in rows.values()],
            "AC1": [_with_interval(one.ac1) for one in rows.values()],
            "rare": ["rare: trust AC1" if one.is_rare else "" for one in rows.values()],
        },
        alt="Agreement per concept with 95 % intervals",
    )
    st.caption(
        "Intervals: 95 %, inputs drawn again; none where all inputs say the same. Answers: yes, "
        "no, unclear. Where one of them is rare, alpha is low although people agree; then look at "
        "AC1 and the plain share."
    )
    _people(log, voted)
    _model(run, log, voted, state.current())


def _model(run: ec.EvalRun, log: Log, voted: list[Pair], view: View) -> None:
    """Say whether the model differs from people more than they differ from each other."""
    key = AnswerKey.of("model and people", run, log.head, view.rule)
    found = _held_against(key, frame.opened().as_labelled, log, voted, view.rule)
    if not found.n_inputs:
        return
    st.markdown("## The model against people")
    said = {
        True: "**The model differs from people less than they differ from each other.**",
        False: "**The model differs from people more than they differ from each other.**",
        None: "**The model's error lies within the range in which people differ**, as far as "
        "these answers can tell.",
    }[found.is_within]
    st.markdown(
        f"{said} Two people differ in {_with_interval(found.people)} of the answers, the model at "
        f"the rule that is set and a person in {_with_interval(found.model)}; the difference is "
        f"{_with_interval(found.difference)}, over "
        f"{core_wording.plural(found.n_inputs, 'question')}."
    )
    st.caption(
        "Yes and no only. The questions are those that people answered: where these were chosen "
        "because they are hard, so is the model's task."
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _held_against(
    key: AnswerKey,  # noqa: ARG001 - the key
    _evaluation: ec.Evaluation,
    _log: Log,
    _pairs: list[Pair],
    _rule: ec.Rule,
) -> ModelAndPeople:
    run = _evaluation.run
    place = {str(name): k for k, name in enumerate(run.ids.tolist())}
    rows = np.array([place[pair.input] for pair in _pairs])
    columns = np.array([run.position_of(pair.concept) for pair in _pairs])
    predictions = _evaluation.predictions(_rule)
    said = np.zeros(len(_pairs), dtype=np.int64)
    for j in set(columns.tolist()):
        said[columns == j] = predictions.has(rows[columns == j], j)
    answers = answer_table(_log, _pairs, _log.voters, codes={"no": 0, "yes": 1})
    return model_and_people(answers, said, rng=np.random.default_rng(0), draws=DRAWS)


def measured_agreement(opened: OpenRun) -> dict[str, Agreement]:
    """Return how far people agree over the run's inputs; empty where nobody answered the same."""
    log, run = log_of(opened.run), opened.as_labelled.run
    voted = [pair for pair in _here(run, log) if len(log.answers(pair)) >= 2]
    return _named(_measured(AnswerKey.of("agreement", run, log.head), log, voted)) if voted else {}


def _named(rows: Mapping[str | None, Agreement]) -> dict[str, Agreement]:
    names = told_apart({name: name or "all concepts" for name in rows})
    return {names[name]: one for name, one in rows.items()}


@st.cache_resource(max_entries=16, show_spinner="Measuring agreement …")
def _measured(
    key: AnswerKey,  # noqa: ARG001 - the key
    _log: Log,
    _pairs: list[Pair],
) -> dict[str | None, Agreement]:
    groups: dict[str | None, list[Pair]] = {None: _pairs}
    for pair in _pairs:
        groups.setdefault(pair.concept, []).append(pair)
    return {
        name: agreement(
            answer_table(_log, pairs, _log.voters, codes=_CODES),
            n_categories=N_CATEGORIES,
            rng=np.random.default_rng(0),
            draws=DRAWS,
        )
        for name, pairs in groups.items()
    }


def _in_words(overall: Agreement) -> str:
    alpha = overall.alpha
    share = core_wording.percent(round(overall.percent.value, 2))
    over = core_wording.plural(overall.n_inputs, "question")
    words = f"Of two people who answered the same question, {share} said the same, over {over}."
    if np.isnan(alpha.value):
        return f"{words} All gave one and the same answer, which alpha cannot judge."
    return f"{words} Alpha {core_wording.rate(alpha.value)}: **{strength(alpha.value)}**."


def _with_interval(one: Estimated) -> str:
    if np.isnan(one.value):
        return core_wording.rate(one.value)
    if np.isnan(one.low):
        return core_wording.rate(one.value)
    value, low, high = map(core_wording.rate, (one.value, one.low, one.high))
    return f"{value} ({low} to {high})"


def _people(log: Log, pairs: list[Pair]) -> None:
    found = pairings(answer_table(log, pairs, log.voters, codes=_CODES), n_categories=N_CATEGORIES)

    def names(one: Pairing) -> str:
        return f"{log.voters[one.first]} and {log.voters[one.second]}"

    frame.table(
        {
            "two people": [names(one) for one in found],
            "both answered": [one.n_both for one in found],
            "same answer": [core_wording.percent(round(one.percent, 2)) for one in found],
            "Cohen's kappa": [core_wording.rate(one.kappa) for one in found],
        },
        alt="Agreement of every two people",
    )


def _here(run: ec.EvalRun, log: Log) -> list[Pair]:
    """Return the pairs of this run on which somebody has voted."""
    ids, concepts = set(run.ids.tolist()), set(run.concepts)
    return [pair for pair in log.votes if pair.input in ids and pair.concept in concepts]
