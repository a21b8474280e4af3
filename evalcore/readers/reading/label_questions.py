"""What labels mean that are no concept, where more than one meaning is plausible.

A handful of them is left unknown; more is a question, and so is a blank label beside a word for
none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from evalcore.errors import did_you_mean, listing, shorten
from evalcore.readers.reading.cells import is_blank, separator_inside
from evalcore.readers.reading.notation import BLANK, Notation, Strangers, infer_notation
from evalcore.readers.reading.proposal import Proposal, ask
from evalcore.readers.reading.reading import Reading
from evalcore.readers.reading.words import folded, is_place
from evalcore.readers.tables.table import Cell

__all__ = ["settle_labels"]

FEW = 5
"""So many inputs with strange labels are a handful, if they are few among all."""


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
        When more than a handful of inputs have a label that has no meaning, and when some have
        none although others say in words that they show none of the concepts.
    """
    notation, strangers = infer_notation(cells, concepts, separator=separator, reading=reading)
    if asking:
        _ask_about_blanks(file, [c for c in cells if c not in concepts], notation, reading)
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


def _ask_about_blanks(
    file: str, cells: Sequence[Cell], notation: Notation, reading: Reading
) -> None:
    n = sum(map(is_blank, cells))
    words = sorted(notation.none - {BLANK})
    said = sum(isinstance(cell, str) and cell.strip() in words for cell in cells)
    if not (n and said) or BLANK in (*reading.none, *reading.unknown):
        return
    ask(
        f"{file}: the label of {n:,} inputs is blank, and {said:,} are labelled "
        f"{listing(words, limit=3)}, which says that they show none of the concepts.",
        [
            Proposal(
                title="A blank label: nobody knows which concepts these inputs show",
                reason="none of the concepts is written out elsewhere",
                reading=replace(reading, unknown=(*reading.unknown, BLANK)),
            ),
            Proposal(
                title="A blank label: none of the concepts",
                reason="as in files that write nothing for it",
                reading=replace(reading, none=(*reading.none, BLANK)),
            ),
        ],
        asking=True,
    )


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
    numbers = [int(text) for text in ids.values()]
    orders = {"": "in the order of the columns"}
    if sorted(concepts) != list(concepts):
        orders[", sorted"] = "in alphabetical order"
    if len(concepts) == 2:
        orders[", reversed"] = "from the last column on"
    found = []
    for first, (order, how) in product((0, 1), orders.items()):
        inside = all(first <= n < first + len(concepts) for n in numbers)
        if not inside or (first == 0 and all(name in concepts for name in ids)):
            continue
        chosen = replace(reading, numbered=f"from {first}{order}")
        places = chosen.places(concepts)
        shown = [(name, places[ids[name]]) for name in sorted(ids, key=lambda one: int(ids[one]))]
        found.append(
            Proposal(
                title=f"They number the concepts from {first}, {how}: "
                + listing((f"{a} = {b}" for a, b in shown), limit=3),
                reason=f"{min(numbers)} to {max(numbers)}",
                reading=chosen,
            )
        )
    return found
