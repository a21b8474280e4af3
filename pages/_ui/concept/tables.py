"""The numbers behind a concept's charts as tables, for those who read numbers rather than lines."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

import evalcore as ec
from pages._ui import wording
from pages._ui.charts.metric_lines import NAMES
from pages._ui.concept.curves import Curves, curves_of, point_of
from pages._ui.concept.numbers import moved
from pages._ui.session.view import View

__all__ = ["chart_numbers", "chart_tables"]

N_THRESHOLDS = 21


def chart_tables(evaluation: ec.Evaluation, view: View, concept: str) -> None:
    """Offer the numbers of the charts."""
    rule = view.rule
    mode = rule.mode_for(evaluation.run.task)
    curves = curves_of(evaluation, concept, mode=mode, operator=rule.operator)
    with st.expander("The charts as numbers"):
        st.dataframe(
            chart_numbers(evaluation, rule, concept),
            hide_index=True,
            placeholder=wording.UNDEFINED,
            alt="Precision, recall, F1 and predicted share with 95 % intervals by threshold",
        )
        scores, reliability = st.columns(2)
        scores.dataframe(
            _distribution(curves),
            hide_index=True,
            alt="Scores by truth: labelled and not labelled inputs in each bin",
        )
        if curves.reliability is not None:
            reliability.dataframe(
                _reliability(curves),
                hide_index=True,
                alt="Reliability: mean score and share labelled in each bin",
            )


def chart_numbers(evaluation: ec.Evaluation, rule: ec.Rule, concept: str) -> pd.DataFrame:
    """Return the metrics of a concept at thresholds from one end of the scores to the other."""
    rows = []
    for threshold in np.linspace(*evaluation.score_range, N_THRESHOLDS).tolist():
        at = float(f"{threshold:.6g}")
        point = point_of(evaluation, moved(rule, concept, at), concept)
        row: dict[str, float] = {"threshold": at}
        for metric, name in NAMES.items():
            low, high = point.interval(metric)
            row |= {name: point.value(metric), f"{name} from": low, f"{name} to": high}
        rows.append(row | {"false positive rate": point.value("false_positive_rate")})
    return pd.DataFrame(rows)


def _reliability(curves: Curves) -> pd.DataFrame:
    numbers = curves.bins[[name for name in curves.bins if not str(name).endswith("text")]]
    return numbers.rename(columns={"mean": "mean score", "observed": "share labelled"})


def _distribution(curves: Curves) -> pd.DataFrame:
    shape = curves.histogram
    return pd.DataFrame(
        {
            "score from": shape.edges[:-1].astype(float),
            "to": shape.edges[1:].astype(float),
            "labelled": shape.labelled,
            "not labelled": shape.others,
        }
    )
