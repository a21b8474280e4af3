"""How to run a threshold workshop in an hour: agenda, roles, and what is decided."""

from __future__ import annotations

from dataclasses import dataclass

from evalcore.guide.facts import Facts, Paragraph
from evalcore.wording import names_in_words, plural

__all__ = ["AGENDA_HEADS", "Step", "agenda", "workshop"]

MOST_NAMED = 4
AGENDA_HEADS = ("minutes", "what", "on which page", "what is decided")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A part of the hour."""

    minutes: str
    what: str
    page: str
    decided: str


def workshop(facts: Facts) -> tuple[Paragraph, ...]:
    """Say who is in the room, and what an hour is for."""
    return (
        Paragraph(
            anchor="workshop",
            title="A threshold workshop in an hour",
            said=(
                (
                    "One person shares the screen and moves the threshold. Whoever lives with the "
                    "mistakes decides. Somebody who knows the model answers questions, and "
                    "somebody writes down reasons. Five people are enough."
                ),
                (
                    f"Before: open the run ({plural(facts.n, 'input')}, "
                    f"{plural(facts.evaluation.run.n_concepts, 'concept')}), look at Improve, and "
                    "settle the labels that are plainly wrong: they cost the room's time."
                ),
            ),
        ),
        Paragraph(
            anchor="roles",
            title="Who does what",
            said=(
                (
                    "The owner of the mistakes says which one costs more. The data scientist moves "
                    "the threshold and says what is chance. The keeper of the record writes down "
                    "why. Nobody defends the model: it is the model that is looked at."
                ),
            ),
        ),
    )


def agenda(facts: Facts) -> tuple[Step, ...]:
    """Return the hour, with the concepts of the run that need it most."""
    worst = [facts.evaluation.run.concepts[j] for j in facts.most_wrong[:MOST_NAMED]]
    mistakes = sum(int(facts.wrong[j]) for j in facts.most_wrong[:MOST_NAMED])
    whole = int(facts.wrong.sum())
    whom = names_in_words(worst) if worst else "no concept: there is no mistake at this rule"
    share = f" ({mistakes:,} of {whole:,} mistakes)" if worst else ""
    return (
        Step(
            minutes="0-10",
            what="What the run is, and what one input is. Click a number, look at its inputs.",
            page="Evaluate",
            decided="what counts as a mistake",
        ),
        Step(
            minutes="10-20",
            what="Which mistake costs more, a false alarm or a miss, and how much.",
            page="Thresholds",
            decided="the goal: a precision, a recall, a cost or a volume",
        ),
        Step(
            minutes="20-40",
            what=f"The concepts with the most mistakes: {whom}{share}. Drag, look at what flips.",
            page="Concept",
            decided="a threshold for each, or one for all",
        ),
        Step(
            minutes="40-50",
            what="What it comes to per day in use, and what people look at by hand.",
            page="Thresholds",
            decided="volumes, and the review band",
        ),
        Step(
            minutes="50-60",
            what="Write it down with its reasons and three images; take the report away.",
            page="Thresholds, Report",
            decided="the decision on record, and when it is looked at again",
        ),
    )
