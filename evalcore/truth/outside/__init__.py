"""Answers that people gave elsewhere: read from files, checked, and taken over as votes."""

from evalcore.truth.outside.answers import OutsideAnswer, OutsideAnswers
from evalcore.truth.outside.reading import read_answers, take_over

__all__ = ["OutsideAnswer", "OutsideAnswers", "read_answers", "take_over"]
