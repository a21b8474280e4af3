"""What the words mean, each with a number of the run."""

from __future__ import annotations

import numpy as np

from evalcore.guide.facts import Facts, Paragraph
from evalcore.measures.intervals import INTERVALS
from evalcore.measures.metrics import average
from evalcore.wording import between, plural, rate

__all__ = ["glossary"]


def glossary(facts: Facts) -> tuple[Paragraph, ...]:
    """Return what the words mean."""
    return (
        _outcomes(facts),
        _recall(facts),
        _precision(facts),
        _f1(facts),
        _averages(facts),
        _specificity(facts),
        _exact_match(facts),
        _prevalence(facts),
        _nothing(facts),
        _interval(facts),
        *_PLAIN,
    )


def _outcomes(facts: Facts) -> Paragraph:
    j = int(facts.counts.labelled.argmax())
    tp, fp, fn, tn = (int(getattr(facts.counts, of)[j]) for of in ("tp", "fp", "fn", "tn"))
    return Paragraph(
        anchor="outcomes",
        title="TP, FP, FN, TN; labelled and predicted",
        said=(
            (
                "A true positive is labelled and predicted, a false positive predicted only, a "
                "false negative labelled only, a true negative neither. Labelled = TP + FN; "
                "predicted = TP + FP."
            ),
            (
                f"{facts.name(j)} at {facts.threshold(j)}: TP {tp:,}, FP {fp:,}, FN {fn:,}, TN "
                f"{tn:,}; so {tp + fn:,} labelled and {tp + fp:,} predicted."
            ),
        ),
    )


def _recall(facts: Facts) -> Paragraph:
    j = int(facts.counts.labelled.argmax())
    tp, labelled = int(facts.counts.tp[j]), int(facts.counts.labelled[j])
    return Paragraph(
        anchor="recall",
        title="Recall",
        said=(
            (
                "Of what is labelled, the share that is found: TP / (TP + FN). A lower threshold "
                "never lowers it."
            ),
            f"{facts.name(j)}: {tp:,} of {labelled:,} found, {rate(facts.rate('recall')[j])}.",
        ),
    )


def _precision(facts: Facts) -> Paragraph:
    j = int(facts.counts.predicted.argmax())
    tp, predicted = int(facts.counts.tp[j]), int(facts.counts.predicted[j])
    return Paragraph(
        anchor="precision",
        title="Precision",
        said=(
            (
                "Of what is predicted, the share that is right: TP / (TP + FP). It depends on how "
                "frequent the concept is: in use, where it may be rarer, precision is lower."
            ),
            f"{facts.name(j)}: {tp:,} of {predicted:,} right, {rate(facts.rate('precision')[j])}.",
        ),
    )


def _f1(facts: Facts) -> Paragraph:
    f1 = facts.rate("f1")
    said = [
        (
            "The harmonic mean of precision and recall, 2TP / (2TP + FP + FN). It takes both "
            "mistakes as equally bad, which they seldom are: choose by what mistakes cost."
        )
    ]
    if not np.isnan(f1).all():
        j, k = int(np.nanargmax(f1)), int(np.nanargmin(f1))
        said.append(
            f"From {rate(f1[k])} for {facts.name(k)} to {rate(f1[j])} for {facts.name(j)} here."
        )
    return Paragraph(anchor="f1", title="F1", said=tuple(said))


def _averages(facts: Facts) -> Paragraph:
    macro = average("recall", facts.counts, averaging="macro")
    micro = average("recall", facts.counts, averaging="micro")
    return Paragraph(
        anchor="averages",
        title="Macro and micro",
        said=(
            (
                "Macro is the plain mean over concepts: a rare one counts as much as a frequent "
                "one. Micro counts every prediction alike, so frequent concepts rule it."
            ),
            (
                f"Recall here: macro {rate(macro.value)} over {macro.n_defined:,} of "
                f"{plural(macro.n_concepts, 'concept')}, micro {rate(micro.value)}."
            ),
        ),
    )


def _specificity(facts: Facts) -> Paragraph:
    j = int(facts.counts.fp.argmax())
    return Paragraph(
        anchor="specificity",
        title="Specificity and false positive rate",
        said=(
            (
                "Of what is not labelled, the share that is left alone: TN / (TN + FP). The false "
                "positive rate is the rest of it."
            ),
            (
                f"{facts.name(j)} has the most false positives, {int(facts.counts.fp[j]):,}: a "
                f"false positive rate of {rate(facts.rate('false_positive_rate')[j])}."
            ),
        ),
    )


def _exact_match(facts: Facts) -> Paragraph:
    found = facts.evaluation.accuracy(facts.rule)
    return Paragraph(
        anchor="exact-match",
        title="Exact match, and accuracy of a run",
        said=(
            (
                "The share of inputs whose predicted concepts are exactly their labels. One "
                "concept too many or too few is wrong: with many concepts it is low even for good "
                "models."
            ),
            f"Here {rate(found.value)}, over {plural(found.n_defined, 'input')}.",
        ),
    )


def _prevalence(facts: Facts) -> Paragraph:
    j = int(facts.counts.labelled.argmax())
    return Paragraph(
        anchor="prevalence",
        title="Prevalence",
        said=(
            (
                "The share of inputs that are labelled with a concept. If it is lower in use than "
                "here, precision falls with it: Thresholds, In production, says how far."
            ),
            f"The most frequent here: {facts.name(j)}, {rate(facts.rate('prevalence')[j])}.",
        ),
    )


def _nothing(facts: Facts) -> Paragraph:
    n = facts.evaluation.n_nothing_predicted(facts.rule)
    return Paragraph(
        anchor="nothing-predicted",
        title="Nothing predicted",
        said=(
            (
                "Inputs for which no concept passes its threshold. They are right where nothing is "
                "labelled, and missed elsewhere; a concept that is never predicted has no "
                "precision."
            ),
            f"Here {n:,} of {plural(facts.n, 'input')}.",
        ),
    )


def _interval(facts: Facts) -> Paragraph:
    said = [
        (
            "Where the true rate may lie, given that so few or so many inputs were counted: 95 of "
            "100 such intervals hold it. It holds for a threshold that was not chosen on these "
            "inputs."
        )
    ]
    j = facts.rarest
    if j is not None:
        ends = INTERVALS["recall"](facts.counts)
        said.append(
            f"Recall of {facts.name(j)}: {rate(facts.rate('recall')[j])}, interval "
            f"{between(float(ends.low[j]), float(ends.high[j]))}, on "
            f"{plural(int(facts.counts.labelled[j]), 'labelled input')}."
        )
    return Paragraph(anchor="interval", title="95 % interval", said=tuple(said))


_PLAIN = (
    Paragraph(
        anchor="promise",
        title="Observed and proven",
        said=(
            (
                "Observed is what these inputs show. Proven with 95 % confidence is what a "
                "procedure guarantees for inputs like them: its threshold is stricter, and where "
                "there are too few inputs nothing can be proven."
            ),
        ),
    ),
    Paragraph(
        anchor="comparison",
        title="Left, right, and the difference",
        said=(
            (
                "Two models' 0.50 mean different things, so compare them at matched thresholds: "
                "the same recall, the same precision, as many predicted, the same cost. The "
                "difference is right minus left."
            ),
        ),
    ),
    Paragraph(
        anchor="by-chance",
        title="By chance?",
        said=(
            (
                "Would two equal models differ as much on inputs like these? “No” is said with a "
                "false discovery rate of 5 % over all concepts: of the concepts called different, "
                "one in twenty is expected not to be. “May be” does not say that they are equal."
            ),
        ),
    ),
    Paragraph(
        anchor="mended",
        title="Mended and broken",
        said=(
            (
                "Mended: inputs that only the right side gets right. Broken: inputs that only the "
                "left side got right. Look at the broken ones before you deploy."
            ),
        ),
    ),
    Paragraph(
        anchor="suspected-labels",
        title="Suspected labels",
        said=(
            (
                "Labels that the scores contradict strongly. A suspicion orders what people look "
                "at first, and changes nothing by itself. Vote on them on the page Ground truth."
            ),
        ),
    ),
    Paragraph(
        anchor="cues",
        title="Cues and companions",
        said=(
            (
                "A concept goes by a cue when its mistakes follow something that is not the "
                "concept: a background, a camera, another concept beside it. Train and test it "
                "without the cue."
            ),
        ),
    ),
    Paragraph(
        anchor="confused",
        title="Confused concepts",
        said=(
            (
                "Two concepts that are taken for each other far more often than others are. Define "
                "them apart with examples of either, or merge them."
            ),
        ),
    ),
    Paragraph(
        anchor="slices",
        title="Slices",
        said=(
            (
                "The inputs with one value of a column, of a split, or of a property measured from "
                "the images: dark, small, long. Worse means more mistakes than elsewhere by more "
                "than chance, at a false discovery rate of 1 % over everything that was looked at."
            ),
        ),
    ),
    Paragraph(
        anchor="duplicates",
        title="Duplicates",
        said=(
            (
                "Inputs that are the same or nearly so. With different labels one of them is "
                "wrong; in different splits the model has seen its test, and scores look better "
                "than they are."
            ),
        ),
    ),
)
