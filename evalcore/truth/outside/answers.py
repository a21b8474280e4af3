"""What several people said outside of the workshop: their answers, or the labels that they gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evalcore.errors import TruthError, listing, shorten
from evalcore.readers.reading.notation import Notation, infer_notation
from evalcore.readers.reading.reading import Reading
from evalcore.readers.tables.table import Cell
from evalcore.runs.run import EvalRun
from evalcore.truth.votes import Answer, Pair, checked_name
from evalcore.wording import plural

__all__ = [
    "Inputs",
    "OutsideAnswer",
    "OutsideAnswers",
    "answers_from_labels",
    "are_labels",
    "not_found",
    "refuse_strangers",
]

MOST_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideAnswer:
    """What one person said of one pair in a file."""

    voter: str
    pair: Pair
    answer: Answer
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideAnswers:
    """The answers of a file that are about the inputs and concepts of a run.

    Parameters
    ----------
    file, digest
        Its name, and the hash of its bytes; of corrections, of what they say.
    form
        How it was read, in words.
    answers
        In the order of the file.
    told
        What a person should know before they are taken over.
    settled
        Whether they are corrections, which stand above votes.
    """

    file: str
    digest: str
    form: str
    answers: tuple[OutsideAnswer, ...]
    told: tuple[str, ...] = ()
    settled: bool = False

    @property
    def voters(self) -> tuple[str, ...]:
        """Names of the people, in the order of the alphabet."""
        return tuple(sorted({one.voter for one in self.answers}))

    @property
    def n_inputs(self) -> int:
        """Inputs with at least one answer."""
        return len({one.pair.input for one in self.answers})


class Inputs:
    """The inputs of a run, by their ids, else by the end of a path that only one of them has.

    Attributes
    ----------
    run
    positions
        Id to position in the run.
    concepts
        Names of the concepts, in their order.
    """

    def __init__(self, run: EvalRun) -> None:
        self.run = run
        self.concepts = dict.fromkeys(run.concepts)
        self.positions = {name: k for k, name in enumerate(run.ids.tolist())}
        ends = Counter(map(_end, self.positions))
        self._by_end = {_end(one): one for one in self.positions if ends[_end(one)] == 1}

    def find(self, name: str) -> str | None:
        """Return the id that a name in a file means."""
        text = name.strip()
        return text if text in self.positions else self._by_end.get(_end(text))


def answers_from_labels(
    given: Sequence[tuple[str, str, Cell]], known: Inputs, name: str, *, form: str
) -> OutsideAnswers:
    """Turn the labels that people gave into answers on the pairs that are in question."""
    notation, strangers = infer_notation(
        [cell for _, _, cell in given], known.run.concepts, separator=None, reading=Reading()
    )
    refuse_strangers(strangers.counts, name)
    tally = Counter[str]()
    said: dict[str, dict[str, frozenset[str] | None]] = {}
    for one, voter, cell in given:
        if not cell or (isinstance(cell, str) and not cell.strip()):
            continue  # who left a cell blank has not answered
        place = known.find(one)
        if place is None:
            tally[one] += 1
            continue
        person = checked_name(voter)
        if person in said.setdefault(place, {}):
            msg = f"{name}: {shorten(person)} labels {shorten(one)} twice."
            raise TruthError(msg)
        said[place][person] = _meant(cell, notation, known)
    answers = [
        OutsideAnswer(voter=voter, pair=Pair(place, concept), answer=_answer(named, concept))
        for place, people in said.items()
        for concept in _in_question(place, people, known)
        for voter, named in people.items()
    ]
    return OutsideAnswers(
        file=name,
        digest="",
        form=form,
        answers=tuple(answers),
        told=(*notation.told, *not_found(tally)),
    )


def _meant(cell: Cell, notation: Notation, known: Inputs) -> frozenset[str] | None:
    """Return the concepts that a cell names; None for "nobody knows"."""
    parts = [part.strip() for part in notation.parts(cell, known.concepts)]
    if any(part in notation.unknown for part in parts):
        return None
    named = {notation.names.get(part, part) for part in parts if part not in notation.none}
    return frozenset(named & known.concepts.keys())


def _answer(named: frozenset[str] | None, concept: str) -> Answer:
    if named is None:
        return "unclear"
    return "yes" if concept in named else "no"


def _in_question(
    place: str, people: Mapping[str, frozenset[str] | None], known: Inputs
) -> list[str]:
    """Return what an input is labelled with, and what anybody named, in the run's order."""
    run = known.run
    asked = {run.concepts[j] for j in run.labels.of_input(known.positions[place])}
    asked.update(*(named for named in people.values() if named))
    return [concept for concept in run.concepts if concept in asked]


def _end(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].partition("?")[0]


def refuse_strangers(strange: Mapping[str, int], name: str) -> None:
    """Raise TruthError where a file names what is no concept of the run."""
    if strange:
        shown = "; ".join(
            f"{shorten(label)} ({n:,} x)" for label, n in [*strange.items()][:MOST_SHOWN]
        )
        msg = (
            f"{name}: no concept of this run is called {shown}. Nothing was taken over. Hint: name "
            "it as the run does, or take it out of the file."
        )
        raise TruthError(msg)


def not_found(unmatched: Counter[str]) -> tuple[str, ...]:
    """Return what to say of answers on inputs that the run has not."""
    if not unmatched:
        return ()
    answers = plural(unmatched.total(), "answer")
    on = plural(len(unmatched), "input")
    return (f"{answers} on {on} that this run has not: {listing(unmatched)}.",)


def are_labels(values: Sequence[Cell], run: EvalRun) -> bool:
    """Tell whether most of what stands in a column are labels of the run."""
    given = [value for value in values if value and str(value).strip()]
    if not given:
        return False
    _, strangers = infer_notation(given, run.concepts, separator=None, reading=Reading())
    return strangers.n_inputs * 2 < len(given)
