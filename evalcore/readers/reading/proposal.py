"""A reading that a person may choose, why it is plausible, and what would follow from it.

A handful of labels that are no concept is left unknown; more of them is a question, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from evalcore.errors import AmbiguousReading, did_you_mean, listing, name_list, shorten
from evalcore.readers.reading.cells import separator_inside
from evalcore.readers.reading.notation import Notation, Strangers, infer_notation
from evalcore.readers.reading.reading import Reading
from evalcore.readers.reading.words import folded, is_place
from evalcore.readers.tables.table import Cell
from evalcore.runs.run import EvalRun

__all__ = ["Proposal", "ask", "consequences", "settle_labels", "with_consequences"]

N_NAMED = 5
FEW = 5
"""So many inputs with strange labels are a handful, if they are few among all."""


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


def settle_labels(
    file: str,
    cells: Sequence[Cell],
    concepts: Sequence[str],
    *,
    separator: str | None,
    reading: Reading,
    asking: bool,
) -> Notation:
    """Return how the labels are written, or ask what those mean that are no concept.

    Raises
    ------
    AmbiguousReading
        When more than a handful of inputs have a label that has no meaning.
    """
    notation, strangers = infer_notation(cells, concepts, separator=separator, reading=reading)
    if not strangers.n_inputs or not asking or _are_few(strangers.n_inputs, len(cells)):
        return notation
    question = (
        f"{file}: {strangers.n_inputs:,} of {len(cells):,} inputs have a label that no score "
        f"column is named for: {strangers.shown}. The concepts are {listing(concepts, limit=5)}."
    )
    proposals = _by_number(strangers, concepts, reading)
    proposals += _by_separator(strangers, concepts, reading)
    if not proposals or strangers.n_inputs < len(cells):
        proposals += _meanings(strangers, concepts, reading)
    chosen = ask(question, proposals, asking=asking)
    return infer_notation(cells, concepts, separator=separator, reading=chosen)[0]


def _are_few(n: int, total: int) -> bool:
    return n == 1 or (n <= FEW and 5 * n <= total) or 100 * n <= total


def _meanings(strangers: Strangers, concepts: Sequence[str], reading: Reading) -> list[Proposal]:
    labels = tuple(sorted(strangers.counts))
    shown = listing(labels, limit=4)
    near = {name: did_you_mean(name, concepts) for name in labels}
    found = []
    if all(near.values()):
        names = {name: near[name].split("'")[1] for name in labels if near[name].count("'") == 2}
        found.append(
            Proposal(
                title="They are concepts, spelled otherwise: "
                + listing((f"{label} = {name}" for label, name in names.items()), limit=4),
                reason="the nearest names",
                reading=replace(reading, names={**reading.names, **names}),
            )
        )
    return [
        *found,
        Proposal(
            title=f"{shown}: none of the concepts",
            reason="a class of its own that the model has no score for",
            reading=replace(reading, none=(*reading.none, *labels)),
        ),
        Proposal(
            title=f"{shown}: nobody knows which concepts these inputs show",
            reason="they then take no part in any number",
            reading=replace(reading, unknown=(*reading.unknown, *labels)),
        ),
    ]


def _by_separator(
    strangers: Strangers, concepts: Sequence[str], reading: Reading
) -> list[Proposal]:
    """Return the ways to split the strange labels, where a part of them is a concept."""
    inside = [separator_inside(label, concepts) for label in strangers.counts]
    return [
        Proposal(
            title=f"Several labels stand in a cell, with {shorten(separator)} between them",
            reason="a part of them is a concept",
            reading=replace(reading, separator=separator),
        )
        for separator in dict.fromkeys(inside)
        if separator and reading.separator is None
    ]


def _by_number(strangers: Strangers, concepts: Sequence[str], reading: Reading) -> list[Proposal]:
    """Return the ways in which numbers may stand for the concepts in their order."""
    ids = {name: folded(name) for name in strangers.counts}
    if not all(map(is_place, ids.values())):
        return []
    numbers = {name: int(text) for name, text in ids.items()}
    orders = [("in the order of the columns", list(concepts))]
    if sorted(concepts) != list(concepts):
        orders.append(("in alphabetical order", sorted(concepts)))
    if len(concepts) == 2:
        orders.append(("from the last column on", list(concepts)[::-1]))
    found = []
    for first in (0, 1):
        for how, order in orders:
            inside = all(first <= n < first + len(order) for n in numbers.values())
            if not inside or (first == 0 and all(name in concepts for name in ids.values())):
                continue
            if first == 1 and any(text.isdigit() for text in map(folded, concepts)):
                # the concepts are numbers themselves, so all labels are off by one
                names = {str(n): name for n, name in enumerate(order, start=1)}
            else:
                names = {name: order[n - first] for name, n in numbers.items()}
            found.append(
                Proposal(
                    title=f"They number the concepts from {first}, {how}: "
                    + listing((f"{a} = {b}" for a, b in sorted(names.items())), limit=3),
                    reason=f"{shorten(min(numbers.values()))} to {max(numbers.values())}",
                    reading=replace(reading, names={**reading.names, **names}),
                )
            )
    return found
