"""What a kept answer depends on, in full: no cache is asked by less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import evalcore as ec

__all__ = ["AnswerKey"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerKey:
    """The key of an answer in every cache of the pages.

    Parameters
    ----------
    question
        What is asked, so that two caches never answer for each other.
    inputs
        The fingerprint of exactly the inputs that were counted: scores, labels, ids, splits,
        metadata and texts of those that split and slice leave.
    asked
        Everything else: operator, mode, thresholds, goal, as the answer needs them.
    """

    question: str
    inputs: str
    asked: str

    @classmethod
    def of(cls, question: str, run: ec.EvalRun, *asked: object) -> Self:
        """Return the key of a question about a run, or about the part of it that is looked at."""
        return cls(question=question, inputs=run.fingerprint, asked=repr(asked))
