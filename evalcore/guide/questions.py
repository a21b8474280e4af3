"""The questions that people ask about an evaluation, answered with the run's own numbers."""

from __future__ import annotations

import numpy as np

from evalcore.counting.evaluation import Evaluation
from evalcore.counting.matrix import NO_LABEL
from evalcore.counting.rules import Rule
from evalcore.diagnosis.amounts import ENOUGH_LABELLED, labelled_needed
from evalcore.guide.facts import Facts, Paragraph
from evalcore.measures.intervals import INTERVALS
from evalcore.measures.metrics import average, mean_of
from evalcore.wording import between, names_in_words, plural, rate

__all__ = ["questions", "reading"]

MOST_NAMED = 3


def questions(facts: Facts) -> tuple[Paragraph, ...]:
    """Return the questions and their answers."""
    return (
        _why_not_accuracy(facts),
        _not_a_confusion_matrix(facts),
        _precision_or_recall(facts),
        _open_sets(facts),
        _bias_and_variance(facts),
        _good_test_data(facts),
        _how_many(facts),
    )


def reading(evaluation: Evaluation, rule: Rule) -> tuple[Paragraph, ...]:
    """Return what a reader of a report needs to know."""
    facts = Facts.of(evaluation, rule)
    return (
        _why_not_accuracy(facts),
        _not_a_confusion_matrix(facts),
        _precision_or_recall(facts),
        _how_many(facts),
    )


def _why_not_accuracy(facts: Facts) -> Paragraph:
    run_auc = mean_of(facts.roc_auc)
    said = [
        (
            "ROC AUC is the chance that an input with a concept gets a higher score than one "
            "without it: 1 is perfect order, 0.5 is guessing. It follows no threshold. This run's "
            f"is {rate(run_auc.value)}, the mean over {plural(run_auc.n_defined, 'concept')}."
        )
    ]
    j = facts.rarest
    if j is not None:
        n, labelled = int(facts.counts.n[j]), int(facts.counts.labelled[j])
        said.append(
            f"Accuracy is no substitute. {facts.name(j)} is labelled on {labelled:,} of {n:,} "
            f"inputs: a model that never predicts it is right {rate((n - labelled) / n)} of the "
            f"time and has found nothing. Here its accuracy is {rate(facts.rate('accuracy')[j])}, "
            f"its recall {rate(facts.rate('recall')[j])} and its ROC AUC {rate(facts.roc_auc[j])}."
        )
    return Paragraph(
        anchor="why-not-accuracy", title="What is ROC AUC, and why is it not accuracy?",
        said=tuple(said),
    )  # fmt: skip


def _not_a_confusion_matrix(facts: Facts) -> Paragraph:
    title = "Why is the matrix not a confusion matrix?"
    if not facts.is_multi_label:
        said = [
            (
                "In this run an input has one label at the most, so that each stands in one cell "
                "and the matrix is a confusion matrix, with a column for nothing predicted and a "
                f"row for {NO_LABEL} besides."
            )
        ]
        cell = facts.worst_cell
        if cell is not None:
            i, j = cell
            said.append(
                f"Its largest confusion: {plural(int(facts.matrix[i, j]), 'input')} labelled "
                f"{facts.name(i)} and predicted {facts.name(j)}."
            )
        return Paragraph(anchor="not-a-confusion-matrix", title=title, said=tuple(said))
    said = [
        (
            "An input with several labels stands in the row of each, and in the column of each "
            "concept predicted for it. So a cell off the diagonal need not be a mistake."
        )
    ]
    cell = facts.fullest_cell
    if cell is not None:
        i, j = cell
        also = int(facts.evaluation.also_labelled(facts.rule)[i, j])
        said.append(
            f"{plural(int(facts.matrix[i, j]), 'input')} labelled {facts.name(i)} and predicted "
            f"{facts.name(j)}: {also:,} of them are also labelled {facts.name(j)}, which is right; "
            f"{int(facts.mistakes[i, j]):,} are not. The colours of the cell say the same."
        )
    return Paragraph(anchor="not-a-confusion-matrix", title=title, said=tuple(said))


def _precision_or_recall(facts: Facts) -> Paragraph:
    macro = {of: rate(average(of, facts.counts).value) for of in ("precision", "recall")}
    said = [
        (
            "Ask which mistake costs more. Where a false alarm is a nuisance and a miss is harm, "
            "recall comes first: lower the threshold. Where people act on every prediction, "
            "precision comes first: raise it."
        ),
        f"At this rule macro precision is {macro['precision']} and macro recall {macro['recall']}.",
    ]
    for j in facts.most_wrong[:1]:
        fp, fn = int(facts.counts.fp[j]), int(facts.counts.fn[j])
        kinds = ("misses", "false alarms") if fn > fp else ("false alarms", "misses")
        hint = "as many of either" if fn == fp else f"more {kinds[0]} than {kinds[1]}"
        said.append(
            f"{facts.name(j)} has the most mistakes: {plural(fp, 'false positive')} and "
            f"{plural(fn, 'false negative')} at {facts.threshold(j)}, {hint}."
        )
    return Paragraph(
        anchor="precision-or-recall", title="Precision or recall first?", said=tuple(said)
    )


def _open_sets(facts: Facts) -> Paragraph:
    n, wrong = facts.n_unlabelled, facts.n_unlabelled_predicted
    said = [
        (
            "In a closed set every input shows one of the concepts; in use most things show none. "
            "Only inputs without a label tell how often the model then stays silent."
        )
    ]
    if n:
        said.append(
            f"This run has {plural(n, 'input')} without a label. For {wrong:,} of them something "
            f"is predicted at this rule, a share of {rate(wrong / n)}."
        )
    else:
        said.append(
            "Every input of this run has a label: it is a closed set, and false alarms on anything "
            "else cannot be judged."
        )
    return Paragraph(anchor="open-sets", title="Closed and open sets", said=tuple(said))


def _bias_and_variance(facts: Facts) -> Paragraph:
    said = [
        (
            "Bias is being wrong in the same way whatever the model was trained on, such as taking "
            "the background for the thing. Variance is being wrong in another way each time: more "
            "data helps. Splits tell the two apart."
        )
    ]
    by_split = facts.evaluation.ranking.roc_auc
    deviation = facts.evaluation.roc_auc_deviation()
    if facts.evaluation.run.folds is None or np.isnan(deviation).all():
        said.append("This run has no splits, so that its variance cannot be seen.")
    else:
        j = int(np.nanargmax(deviation))
        low, high = float(np.nanmin(by_split[:, j])), float(np.nanmax(by_split[:, j]))
        said.append(
            f"Over the {plural(by_split.shape[0], 'split')} of this run ROC AUC varies most for "
            f"{facts.name(j)}: from {rate(low)} to {rate(high)}, standard deviation "
            f"{rate(float(deviation[j]))}. The page Improve says whether that is more than chance, "
            "and which cues concepts go by."
        )
    return Paragraph(anchor="bias-and-variance", title="Bias and variance", said=tuple(said))


def _good_test_data(facts: Facts) -> Paragraph:
    few = np.flatnonzero(facts.counts.labelled < ENOUGH_LABELLED)
    names = [facts.evaluation.run.concepts[j] for j in few.tolist()]
    said = [
        (
            "Good test data are like what is met in use: the same cameras, seasons and rare cases "
            "in the same shares; no input that the model was trained on, nor a near copy of one; "
            "labels that two people would agree on; and inputs that show none of the concepts."
        )
    ]
    n_concepts = plural(facts.evaluation.run.n_concepts, "concept")
    if names:
        said.append(
            f"{len(names):,} of {n_concepts} here have fewer than {ENOUGH_LABELLED} labelled "
            f"inputs: {names_in_words(names, most=MOST_NAMED)}."
        )
    else:
        least = int(facts.counts.labelled.min())
        said.append(f"Each of the {n_concepts} here is labelled on {least:,} inputs at least.")
    unknown = facts.evaluation.run.labels.n_with_unknown
    if unknown:
        said.append(f"{plural(unknown, 'input')} have a label that is not known for some concept.")
    return Paragraph(anchor="good-test-data", title="What are good test data?", said=tuple(said))


def _how_many(facts: Facts) -> Paragraph:
    said = [
        (
            "A rate is only as sure as the inputs it was counted on. The 95 % interval says where "
            "the true rate may lie; it shrinks with the root of their number, so half the width "
            "takes four times as many."
        )
    ]
    j = facts.rarest
    if j is not None:
        labelled, recall = int(facts.counts.labelled[j]), float(facts.rate("recall")[j])
        ends = INTERVALS["recall"](facts.counts)
        said.append(
            f"{facts.name(j)} is labelled on {plural(labelled, 'input')}: its recall of "
            f"{rate(recall)} may truly be {between(float(ends.low[j]), float(ends.high[j]))}. To "
            f"know it to ± 0.05 takes about {labelled_needed(recall):,} labelled inputs."
        )
    return Paragraph(anchor="how-many", title="How many images are enough?", said=tuple(said))
