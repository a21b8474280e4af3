"""The numbers of the strip: run ROC AUC and the averages, each against the pinned rule."""

from __future__ import annotations

import math

import evalcore as ec
from evalcore.truth.disputes import OpenDisputes, Span, band
from pages._ui import wording
from pages._ui.components.threshold_slider.data import DialNumbers, Highlight
from pages._ui.shell.agreed_truth import while_open

__all__ = ["dial_numbers", "strip", "told_of", "unchanged", "with_band"]


_MEANS = {
    "AUC": "How well the scores order the inputs. Does not depend on the threshold.",
    "precision": "Of what is predicted, the share that is right.",
    "recall": "Of what is labelled, the share that is found.",
    "F1": "Precision and recall in one number: high only if both are.",
    "macro": "Macro: the mean over the concepts, each counts alike.",
    "micro": "Micro: of all counts together, frequent concepts count more.",
}


def dial_numbers(
    evaluation: ec.Evaluation,
    *,
    rule: ec.Rule,
    pinned: ec.Rule,
    against: ec.Evaluation | None = None,
    disputes: OpenDisputes | None = None,
) -> DialNumbers:
    """Return what the dial shows beside its handle; for the other truth see :func:`strip`."""
    touching = evaluation.n_on_threshold(rule)
    verb = "lies" if touching == 1 else "lie"
    return {
        "value": rule.default,
        "text": wording.number(rule.default),
        "at_pin": rule == pinned,
        "pinned_text": f"pinned: {wording.short_rule(pinned, beside=rule)}",
        "touching": f"{wording.plural(touching, 'input')} {verb} exactly on "
        f"{'it' if rule.is_common else wording.place_of(rule)}",
        "highlights": strip(
            evaluation, rule=rule, pinned=pinned, against=against, disputes=disputes
        ),
        "disputes": told_of(disputes),
    }


def strip(
    evaluation: ec.Evaluation,
    *,
    rule: ec.Rule,
    pinned: ec.Rule,
    against: ec.Evaluation | None = None,
    disputes: OpenDisputes | None = None,
) -> list[Highlight]:
    """Return what stands under the threshold.

    Parameters
    ----------
    against
        The same inputs by other labels: changes are then told at the rule that is set, and not
        from the pinned one.
    disputes
        What can still change of the labels: every number gets its band.
    """
    before = evaluation if against is None else against
    pinned = pinned if against is None else rule
    now, then = evaluation.counts(rule), before.counts(pinned)
    ends = None if disputes is None else band(disputes, evaluation, rule)
    auc = ec.mean_of(evaluation.roc_auc())
    auc_before = None if against is None else ec.mean_of(against.roc_auc())
    item = _item("run ROC AUC", auc, auc_before, hint=_MEANS["AUC"])
    items = [with_band(item, disputes.roc_auc if disputes else None, disputes)]
    for averaging in ("macro", "micro"):
        for metric, name in (("precision", "precision"), ("recall", "recall"), ("f1", "F1")):
            item = _item(
                f"{averaging} {name}",
                ec.average(metric, now, averaging=averaging),
                ec.average(metric, then, averaging=averaging),
                hint=f"{_MEANS[name]} {_MEANS[averaging]}",
            )
            span = ends.average(metric, averaging=averaging) if ends else None
            items.append(with_band(item, span, disputes))
    single, matched = evaluation.run.task == "single_label", evaluation.accuracy(rule)
    item = _item(
        "accuracy" if single else "exact match",
        matched,
        before.accuracy(pinned),
        unit="inputs",
        hint="Share of inputs whose predicted concepts are exactly their labels.",
    )
    items.append(with_band(item, ends.accuracy(matched) if ends else None, disputes))
    items.append(_nothing(evaluation, rule, pinned))
    return unchanged(items) if rule == pinned and against is None else items


def with_band(item: Highlight, span: Span | None, disputes: OpenDisputes | None) -> Highlight:
    """Return a highlight with how far it can go; as it is without a dispute."""
    if span is None or disputes is None:
        return item
    told = f"{span.in_words()} {while_open(disputes)}."
    bound = "" if span.exact else " No outcome lies outside; whether one comes so far is not known."
    hint = f"{item['hint']} {told}{bound}"
    return {**item, "band": span.in_words(), "hint": hint.strip()}


def told_of(disputes: OpenDisputes | None) -> str:
    """Return what the bands are, for the strip; empty without a dispute."""
    if disputes is None:
        return ""
    return f"From the worst to the best outcome {while_open(disputes)}."


def unchanged(items: list[Highlight]) -> list[Highlight]:
    """Return highlights at the pinned rule: that nothing has changed need not be told of each."""
    return [{**item, "delta": ""} for item in items]


def _item(
    label: str,
    now: ec.Average,
    then: ec.Average | None,
    *,
    unit: str = "concepts",
    hint: str = "",
) -> Highlight:
    before = then.value if then else math.nan
    over = f"Over {now.n_defined:,} of {now.n_concepts:,} {unit}, where it is defined."
    return {
        "label": label,
        "value": wording.rate(now.value),
        "delta": wording.change(before, now.value),
        "tone": wording.tone_of(now.value - before),
        "hint": f"{hint} {over}".strip(),
        "band": "",
        "press": None,
    }


def _nothing(evaluation: ec.Evaluation, rule: ec.Rule, pinned: ec.Rule) -> Highlight:
    now = evaluation.n_nothing_predicted(rule)
    change = now - evaluation.n_nothing_predicted(pinned)
    return {
        "label": "nothing predicted",
        "value": wording.count(now),
        "delta": wording.signed_count(change),
        "tone": "same",
        "hint": "Inputs for which no concept is predicted.",
        "band": "",
        "press": "nothing",
    }
