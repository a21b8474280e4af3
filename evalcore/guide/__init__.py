"""How to read an evaluation and run a workshop, in sentences with the run's own numbers."""

from evalcore.guide.anchors import ANCHORS, FINDING_ANCHORS
from evalcore.guide.facts import Facts, Paragraph
from evalcore.guide.glossary import glossary
from evalcore.guide.pictures import pictures
from evalcore.guide.questions import questions, reading
from evalcore.guide.workshop import AGENDA_HEADS, Step, agenda, workshop

__all__ = [
    "AGENDA_HEADS",
    "ANCHORS",
    "FINDING_ANCHORS",
    "Facts",
    "Paragraph",
    "Step",
    "agenda",
    "glossary",
    "pictures",
    "questions",
    "reading",
    "workshop",
]
