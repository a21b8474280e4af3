"""How to read each picture, with what the run shows in it."""

from __future__ import annotations

import numpy as np

from evalcore.counting.matrix import NO_LABEL
from evalcore.guide.facts import Facts, Paragraph
from evalcore.wording import plural, rate

__all__ = ["pictures"]


def pictures(facts: Facts) -> tuple[Paragraph, ...]:
    """Return one paragraph for each kind of picture."""
    return (
        _slider(facts),
        _matrix(facts),
        _precision_recall(facts),
        _roc(facts),
        _distribution(),
        _reliability(),
        _gallery(),
        _flips(),
    )


def _slider(facts: Facts) -> Paragraph:
    touching = facts.evaluation.n_on_threshold(facts.rule)
    verb = "lies" if touching == 1 else "lie"
    return Paragraph(
        anchor="threshold",
        title="The threshold",
        said=(
            (
                "Drag it, or press the arrow keys: every number, the matrix and the images follow. "
                "The dotted mark is the pinned rule, which changes are told against. Undo takes "
                "back any change."
            ),
            (
                f"{plural(touching, 'input')} {verb} exactly on the threshold here; the rule says "
                "whether these pass."
            ),
        ),
    )


def _matrix(facts: Facts) -> Paragraph:
    said = [
        (
            "Rows are labels, columns predictions. Blue is right or also labelled, orange is not "
            "labelled with the column, grey is nothing predicted, purple is unknown. A click on a "
            "cell shows its inputs."
        )
    ]
    j = int(facts.counts.tp.argmax())
    missed = int(facts.matrix[j, -1])
    said.append(
        f"On the diagonal of {facts.name(j)}: {int(facts.matrix[j, j]):,} inputs labelled and "
        f"predicted. In its last column: {missed:,} for which nothing at all was predicted. In the "
        f"row {NO_LABEL}: {int(facts.matrix[-1, j]):,} false alarms where none of the concepts is "
        "to be seen."
    )
    return Paragraph(anchor="matrix", title="The matrix", said=tuple(said))


def _precision_recall(facts: Facts) -> Paragraph:
    said = [
        (
            "Each point is a threshold: recall to the right, precision upwards. Further up and "
            "right is better; the dot is the live threshold. Where the line falls early, more "
            "recall costs much precision."
        )
    ]
    average = facts.evaluation.average_precision()
    if not np.isnan(average).all():
        j, k = int(np.nanargmax(average)), int(np.nanargmin(average))
        said.append(
            f"The area below is the average precision: highest here for {facts.name(j)} "
            f"({rate(average[j])}), lowest for {facts.name(k)} ({rate(average[k])}). Guessing "
            f"would come to the share of labelled inputs: {rate(facts.rate('prevalence')[k])} for "
            f"{facts.name(k)}."
        )
    return Paragraph(
        anchor="precision-recall-curve", title="Precision-recall curve", said=tuple(said)
    )


def _roc(facts: Facts) -> Paragraph:
    said = [
        (
            "Recall upwards, false positive rate to the right. The diagonal is guessing. For a "
            "rare concept it flatters: look at the precision-recall curve beside it."
        )
    ]
    if not np.isnan(facts.roc_auc).all():
        k = int(np.nanargmin(facts.roc_auc))
        said.append(f"The lowest area here: {facts.name(k)}, {rate(facts.roc_auc[k])}.")
    return Paragraph(anchor="roc-curve", title="ROC curve", said=tuple(said))


def _distribution() -> Paragraph:
    return Paragraph(
        anchor="score-distribution",
        title="Scores by truth",
        said=(
            (
                "How many inputs have which score: blue labelled, orange not. What is blue left of "
                "the threshold is missed, what is orange right of it is a false alarm. Where both "
                "overlap no threshold tells them apart."
            ),
        ),
    )


def _reliability() -> Paragraph:
    return Paragraph(
        anchor="reliability",
        title="Are the scores probabilities?",
        said=(
            (
                "Of the inputs with scores around 0.8, are 80 % labelled? Points on the diagonal "
                "say yes; below it scores promise too much. Thresholds work either way; only "
                "sentences such as “90 % sure” do not."
            ),
        ),
    )


def _gallery() -> Paragraph:
    return Paragraph(
        anchor="gallery",
        title="The inputs behind a number",
        said=(
            (
                "Exactly the inputs that were counted, as many as the number says. Beside a score "
                "a blue dot is labelled, a red one is not. Click one to see it large, with every "
                "score; the arrow keys turn to the next."
            ),
        ),
    )


def _flips() -> Paragraph:
    return Paragraph(
        anchor="flips",
        title="What flips",
        said=(
            (
                "Between the pinned rule and this one: which inputs leave a concept and which "
                "enter it, and how many of these were right. That is the price of moving the "
                "threshold."
            ),
        ),
    )
