"""The guide: its numbers are the run's, every anchor has its paragraph, and no run breaks it."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pytest

import evalcore as ec
from evalcore import guide
from evalcore.diagnosis.finding import FindingKind
from evalcore.wording import rate
from tests.support.cases import random_case

SAMPLES = Path(__file__).resolve().parents[3] / "sample_runs"


def paragraphs(facts: guide.Facts) -> dict[str, guide.Paragraph]:
    parts = (guide.workshop, guide.questions, guide.pictures, guide.glossary)
    listed = [one for part in parts for one in part(facts)]
    found = {one.anchor: one for one in listed}
    assert len(found) == len(listed), "two paragraphs have one anchor"
    return found


@pytest.fixture(scope="module")
def kitchen() -> guide.Facts:
    return guide.Facts.of(ec.Evaluation(ec.load_run(SAMPLES / "kitchen")), ec.Rule(0.5))


def test_every_link_has_its_paragraph(kitchen: guide.Facts) -> None:
    here = set(paragraphs(kitchen))

    assert set(guide.ANCHORS.values()) <= here
    assert set(guide.FINDING_ANCHORS.values()) <= here
    assert set(guide.FINDING_ANCHORS) == set(get_args(FindingKind))


def test_sentences_hold_the_numbers_of_the_run(kitchen: guide.Facts) -> None:
    found = {anchor: " ".join(one.said) for anchor, one in paragraphs(kitchen).items()}
    counts = kitchen.counts
    whisk = kitchen.evaluation.run.position_of("whisk")
    plate, knife = (kitchen.evaluation.run.position_of(name) for name in ("plate", "knife"))
    members = kitchen.evaluation.members(kitchen.rule, ec.Cell("plate", "knife"))
    also = kitchen.evaluation.run.labels.has(members, knife)

    assert f"labelled on {counts.labelled[whisk]:,} of 1,600" in found["why-not-accuracy"]
    assert rate(kitchen.roc_auc[whisk]) in found["why-not-accuracy"]
    assert (
        f"{members.size:,} inputs labelled plate and predicted knife"
        in (found["not-a-confusion-matrix"])
    )
    assert f"{also.sum():,} of them are also labelled" in found["not-a-confusion-matrix"]
    assert f"{(~also).sum():,} are not" in found["not-a-confusion-matrix"]
    assert f"{counts.tp[plate]:,} of {counts.labelled[plate]:,} found" in found["recall"]
    nothing = kitchen.evaluation.n_nothing_predicted(kitchen.rule)
    assert f"Here {nothing:,} of 1,600 inputs" in found["nothing-predicted"]


def test_the_hour_names_the_concepts_with_the_most_mistakes(kitchen: guide.Facts) -> None:
    said = " ".join(step.what for step in guide.agenda(kitchen))
    wrong = kitchen.counts.fp + kitchen.counts.fn
    worst = np.argsort(-wrong, kind="stable")[:4]

    assert all(kitchen.evaluation.run.concepts[j] in said for j in worst)
    assert f"{wrong[worst].sum():,} of {wrong.sum():,} mistakes" in said


@pytest.mark.parametrize("seed", range(12))
def test_any_run_can_be_spoken_of(seed: int) -> None:
    case = random_case(np.random.default_rng(seed))
    facts = guide.Facts.of(case.evaluation, ec.Rule(0.5))

    for one in paragraphs(facts).values():
        assert one.said
        assert "nan" not in " ".join(one.said).split()
    assert guide.agenda(facts)


def test_a_run_without_labels_or_mistakes_can_be_spoken_of() -> None:
    for labels in ([[], []], [[0], [0]], [[0], []]):
        run = ec.EvalRun.from_arrays([[0.9], [0.1]], labels, concepts=["dog"])
        facts = guide.Facts.of(ec.Evaluation(run), ec.Rule(0.5))
        assert all("nan" not in " ".join(one.said).split() for one in paragraphs(facts).values())
        assert guide.agenda(facts)
