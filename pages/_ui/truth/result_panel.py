"""What the agreement does to the numbers, as labelled against as agreed; and the files to take."""

from __future__ import annotations

import numpy as np
import streamlit as st

import evalcore as ec
from evalcore import wording as core_wording
from evalcore.truth.corrections import corrected_run, corrections, write_csv, write_json
from evalcore.truth.disputes import Band, OpenDisputes, band
from evalcore.truth.overlay import AgreedTruth
from pages._ui.session.keys import Key, of_each
from pages._ui.session.view import View
from pages._ui.shell import agreed_truth, frame
from pages._ui.shell.frame import OpenRun

__all__ = ["result_panel"]

RATES = ("precision", "recall", "f1")


def result_panel(opened: OpenRun, view: View) -> None:
    """Draw the numbers both ways for every concept that is touched, and offer the corrections."""
    with frame.errors_as_messages():
        log = agreed_truth.log_of(opened.run)
    before = opened.as_labelled
    truth = agreed_truth.laid_over(before.run, opened.run, log)
    after = agreed_truth.evaluation_of(before, opened.run, log)
    disputes = agreed_truth.disputes_of(before, opened.run, log, agreed=True)
    ends = None if disputes is None else band(disputes, after, view.rule)
    st.markdown(_in_words(truth, after, view.rule, disputes))
    touched = sorted({*(c.concept for c in truth.changes), *truth.disputed[:, 1].tolist()})
    if not touched:
        st.info("Nothing differs from the labels as delivered. Vote, and look again.")
        return
    frame.table(
        _table(before, after, view.rule, ends, np.array(touched)),
        alt="Numbers as labelled and as agreed, per concept",
    )
    bands = (
        ""
        if ends is None
        else " The band: what the rate is if every open dispute ends as badly, or as well, for the "
        "model as it can."
    )
    st.caption(f"At the rule that is set.{bands} The labels as delivered are never changed.")
    _files(opened, truth)


def _in_words(
    truth: AgreedTruth, after: ec.Evaluation, rule: ec.Rule, disputes: OpenDisputes | None
) -> str:
    words = [f"**{core_wording.plural(len(truth.changes), 'label')} changed**"]
    words.append(f"{truth.n_open:,} with answers missing")
    if truth.n_elsewhere:
        words.append(f"{truth.n_elsewhere:,} on inputs that are not looked at now")
    line = ", ".join(words) + "."
    if disputes is not None:
        open_band = agreed_truth.band_in_words(after, rule, disputes)
        return f"{line} At the rule that is set: {open_band}."
    macro = ec.average("precision", after.counts(rule)).value
    return f"{line} Macro precision as agreed: {core_wording.rate(macro)}; no dispute is open."


def _table(
    before: ec.Evaluation,
    after: ec.Evaluation,
    rule: ec.Rule,
    ends: Band | None,
    touched: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
) -> dict[str, list[str | int]]:
    old, new = before.counts(rule), after.counts(rule)
    columns: dict[str, list[str | int]] = {
        "concept": [before.run.concepts[j] for j in touched],
        "labelled": old.labelled[touched].tolist(),
        "agreed": new.labelled[touched].tolist(),
    }
    for name in RATES:
        metric = ec.METRICS[name]
        was, now = (metric(c)[touched] for c in (old, new))
        columns[f"{name} as labelled"] = [core_wording.rate(value) for value in was]
        columns[f"{name} as agreed"] = [core_wording.rate(value) for value in now]
        if ends is not None:
            spans = [ends.concept(name, int(j)) for j in touched]
            columns[f"{name} band"] = [span.in_words() for span in spans]
    return columns


def _files(opened: OpenRun, truth: AgreedTruth) -> None:
    run = opened.as_labelled.run
    verdicts = agreed_truth.verdicts_of(opened.run, agreed_truth.log_of(opened.run))
    rows = corrections(truth, verdicts)
    name = f"{truth.digest[:8]}"
    kinds = (
        ("Corrections (CSV)", f"corrections-{name}.csv", "text/csv", lambda: write_csv(rows)),
        (
            "Corrections (JSON)",
            f"corrections-{name}.json",
            "application/json",
            lambda: write_json(rows),
        ),
        (
            "Run with the agreed labels (ZIP)",
            f"corrected-{name}.zip",
            "application/zip",
            lambda: corrected_run(run, truth),
        ),
    )
    with frame.row():
        for label, file, mime, make in kinds:
            st.download_button(
                label,
                make,
                file_name=file,
                mime=mime,
                key=of_each(Key.TAKE_AWAY, file.partition("-")[0] + mime),
                on_click="ignore",
            )
