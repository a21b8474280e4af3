"""The numbers of the strip: run ROC AUC and the averages, each against the pinned rule."""

from __future__ import annotations

import math

import evalcore as ec
from pages._ui import wording
from pages._ui.components.threshold_slider.data import DialNumbers, Highlight

__all__ = ["dial_numbers", "strip", "unchanged"]


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
) -> DialNumbers:
    """Return what the dial shows beside its handle; for ``against`` see :func:`strip`."""
    touching = evaluation.n_on_threshold(rule)
    verb = "lies" if touching == 1 else "lie"
    return {
        "value": rule.default,
        "text": wording.number(rule.default),
        "at_pin": rule == pinned,
        "pinned_text": f"pinned: {wording.short_rule(pinned, beside=rule)}",
        "touching": f"{wording.plural(touching, 'input')} {verb} exactly on "
        f"{'it' if rule.is_common else wording.place_of(rule)}",
        "highlights": strip(evaluation, rule=rule, pinned=pinned, against=against),
    }


def strip(
    evaluation: ec.Evaluation,
    *,
    rule: ec.Rule,
    pinned: ec.Rule,
    against: ec.Evaluation | None = None,
) -> list[Highlight]:
    """Return what stands under the threshold.

    Parameters
    ----------
    against
        The same inputs by other labels: changes are then told at the rule that is set, and not
        from the pinned one.
    """
    before = evaluation if against is None else against
    pinned = pinned if against is None else rule
    now, then = evaluation.counts(rule), before.counts(pinned)
    auc = ec.mean_of(evaluation.roc_auc())
    auc_before = None if against is None else ec.mean_of(against.roc_auc())
    items = [_item("run ROC AUC", auc, auc_before, hint=_MEANS["AUC"])]
    for averaging in ("macro", "micro"):
        for metric, name in (("precision", "precision"), ("recall", "recall"), ("f1", "F1")):
            items.append(
                _item(
                    f"{averaging} {name}",
                    ec.average(metric, now, averaging=averaging),
                    ec.average(metric, then, averaging=averaging),
                    hint=f"{_MEANS[name]} {_MEANS[averaging]}",
                )
            )
    single = evaluation.run.task == "single_label"
    items.append(
        _item(
            "accuracy" if single else "exact match",
            evaluation.accuracy(rule),
            before.accuracy(pinned),
            unit="inputs",
            hint="Share of inputs whose predicted concepts are exactly their labels.",
        )
    )
    items.append(_nothing(evaluation, rule, pinned))
    return unchanged(items) if rule == pinned and against is None else items


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
        "press": "nothing",
    }
