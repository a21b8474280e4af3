"""A reading that a person may choose, why it is plausible, and what would follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from evalcore.errors import AmbiguousReading, listing, name_list, shorten
from evalcore.readers.reading.reading import Reading
from evalcore.runs.run import UNSCORED, EvalRun
from evalcore.wording import shortest

__all__ = ["Proposal", "ask", "consequences", "scores_in_words", "with_consequences"]

N_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One plausible way to understand a file.

    Parameters
    ----------
    title
        What it says, in a few words.
    reason
        Why it is plausible.
    consequences
        What would follow, in numbers; empty when the run cannot be read in this way either.
    """

    title: str
    reading: Reading
    reason: str = ""
    consequences: str = ""

    @property
    def line(self) -> str:
        """The line for run.json that chooses it."""
        return self.reading.line

    @property
    def text(self) -> str:
        """All of it, for a terminal."""
        why = f" ({self.reason})" if self.reason else ""
        then = f": {self.consequences}" if self.consequences else ""
        return f"{self.title}{why}{then}"


def ask(question: str, proposals: Sequence[Proposal], *, asking: bool) -> Reading:
    """Return the reading of the only proposal, or of the first when nobody is to be asked.

    Raises
    ------
    AmbiguousReading
        When there are several and a person has to choose.
    """
    different = [
        p for k, p in enumerate(proposals) if p.reading not in [o.reading for o in proposals[:k]]
    ]
    if asking:
        raise AmbiguousReading(question, proposals=tuple(different))
    return different[0].reading


def consequences(run: EvalRun) -> str:
    """Return what a run holds in one sentence: inputs, labels per concept, none, unknown.

    Examples
    --------
    >>> run = EvalRun.from_arrays([[0.9], [0.2], [0.4]], [[0], [], []], concepts=["dog"])
    >>> consequences(run)
    "3 inputs, 1 labelled 'dog', 2 none"
    """
    labels = run.labels
    order = np.argsort(-labels.total, kind="stable").tolist()
    named = name_list(
        (f"{labels.total[j]:,} labelled {shorten(run.concepts[j])}" for j in order), limit=N_NAMED
    )
    is_known = labels.fully_known
    n_none = int(is_known[labels.unlabelled].sum())
    n_unknown = int((~is_known).sum())
    told = [f"{run.n_inputs:,} inputs", named]
    told += [f"{n_none:,} none"] if n_none else []
    told += [f"{n_unknown:,} with unknown labels"] if n_unknown else []
    if run.folds is not None:
        told.append(f"{len(run.fold_names):,} splits ({listing(run.fold_names, limit=3)})")
    return ", ".join(told)


def scores_in_words(run: EvalRun) -> str:
    """Return from where to where the scores of a run go, and how many there are not.

    Examples
    --------
    >>> run = EvalRun.from_arrays([[0.9], [0.2]], [[0], []], concepts=["dog"])
    >>> scores_in_words(run)
    'scores from 0.2 to 0.9'
    """
    scored = run.scores != UNSCORED
    ends = (run.scores.min(where=scored, initial=np.inf), run.scores.max(initial=-np.inf))
    n_missing = int(scored.size - np.count_nonzero(scored))
    missing = f", {n_missing:,} of them missing" if n_missing else ""
    return f"scores from {shortest(ends[0])} to {shortest(ends[1])}{missing}"


def with_consequences(
    error: AmbiguousReading, found: Sequence[tuple[Proposal, str]]
) -> AmbiguousReading:
    """Return the question with what follows from each proposal, and the lines for run.json."""
    proposals = [replace(proposal, consequences=text) for proposal, text in found]
    lines = [
        f"\n  {k}. {proposal.text}\n     {proposal.line}"
        for k, proposal in enumerate(proposals, start=1)
    ]
    text = f"{error} Choose one on the page Runs, or by its line in run.json:{''.join(lines)}"
    return AmbiguousReading(text, proposals=tuple(proposals))
