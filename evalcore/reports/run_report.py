"""The report of a run: one self-contained page of what people choose, for screen and paper.

No scripts and no request: styles and drawings stand in the page, pictures are data. Whatever comes
from data is escaped by the template, ``run_report.html``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from evalcore import wording
from evalcore.counting.rules import Rule
from evalcore.guide import reading
from evalcore.reports import evidence_chapters, number_chapters
from evalcore.reports.contents import CHAPTERS, Chapter, Contents
from evalcore.reports.templates import style, template

__all__ = ["to_report"]

MOST_OWN = 12


def to_report(contents: Contents, *, time: datetime | None = None) -> str:
    """Return a report as the text of an HTML file.

    Parameters
    ----------
    time
        When it is made; now when left open.
    """
    evaluation, rule = contents.evaluation, contents.rule
    chosen = {chapter: title for chapter, title in CHAPTERS.items() if chapter in contents.chapters}
    made: dict[Chapter, Callable[[], Any]] = {
        "summary": lambda: number_chapters.summary(evaluation, rule),
        "matrix": lambda: number_chapters.matrix_table(evaluation, rule),
        "concepts": lambda: number_chapters.concept_figures(contents),
        "thresholds": lambda: number_chapters.thresholds(contents),
        "decisions": lambda: evidence_chapters.decisions(contents.decisions),
        "comparison": lambda: (
            None if contents.against is None else evidence_chapters.comparison(contents.against)
        ),
        "findings": lambda: (
            None
            if contents.diagnosis is None
            else evidence_chapters.findings(contents.diagnosis, evaluation.run, contents.handled)
        ),
        "agreement": lambda: evidence_chapters.agreement_table(contents.agreement),
        "minutes": lambda: evidence_chapters.minutes(contents.minutes),
        "reading": lambda: reading(evaluation, rule),
    }
    now = (time or datetime.now(tz=UTC)).astimezone(UTC)
    page: str = template("run_report.html").render(
        style=style(),
        name=evaluation.run.name,
        about=_about(contents),
        made=f"{now:%Y-%m-%d %H:%M} UTC",
        rule=_rule_in_words(rule, evaluation.run.concepts),
        goal="" if contents.goal is None else wording.goal_in_words(contents.goal),
        highlights=number_chapters.highlights(contents),
        changed=number_chapters.changed_by_agreement(contents),
        chapters=chosen,
        made_of={chapter: made[chapter]() for chapter in chosen},
        multi_label=evaluation.run.task == "multi_label",
    )
    return page


def _about(contents: Contents) -> str:
    run = contents.evaluation.run
    model, data = (
        " ".join(filter(None, (wording.isolated(name), wording.isolated(version))))
        for name, version in (
            (run.model, run.model_version),
            (run.dataset, run.dataset_version),
        )
    )
    sizes = f"{wording.plural(run.n_inputs, 'input')}, {wording.plural(run.n_concepts, 'concept')}"
    return " · ".join(
        filter(None, (" on ".join(filter(None, (model, data))), sizes, contents.part))
    )


def _rule_in_words(rule: Rule, concepts: tuple[str, ...]) -> str:
    bar = wording.thresholds_in_words([rule.threshold_of(name) for name in concepts])
    return wording.plain(wording.rule_in_words(operator=rule.operator, mode=rule.mode, bar=bar))
