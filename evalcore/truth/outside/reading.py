"""Answers from outside: a file in which several people say what the same inputs show.

The forms that people have: a row per answer (input, person, concept, answer); a row per person and
input with the labels they gave; a column per person; Label Studio's JSON; CVAT's XML; and
corrections that this workshop has written. Labels are read as those of runs are: see
:mod:`evalcore.readers.reading`.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from evalcore.arrays import IntArray
from evalcore.base.strict_json import RefusedError, decode
from evalcore.errors import RunError, TruthError, listing, shorten
from evalcore.readers.reading.words import folded
from evalcore.readers.tables.formats import open_table
from evalcore.readers.tables.table import Cell, Table
from evalcore.runs.run import EvalRun
from evalcore.store import Store
from evalcore.truth import corrections
from evalcore.truth.outside.answers import (
    Inputs,
    OutsideAnswer,
    OutsideAnswers,
    answers_from_labels,
    are_labels,
    not_found,
    refuse_strangers,
)
from evalcore.truth.outside.cvat import has_cvat, read_tags
from evalcore.truth.votes import Answer, Pair, checked_name, checked_text

__all__ = ["read_answers", "take_over"]

MOST_BYTES = 64 * 2**20
MOST_ANSWERS = 200_000
INPUT_WORDS = frozenset(
    ["input", "id", "image", "image id", "file", "file name", "filename", "path", "item", "sample"]
)
VOTER_WORDS = frozenset(
    [
        *("voter", "annotator", "reviewer", "rater", "worker", "user", "person", "who", "author"),
        *("labeler", "labeller", "completed by", "expert"),
    ]
)
CONCEPT_WORDS = frozenset(["concept", "class", "category"])
ANSWER_WORDS = frozenset(["answer", "vote", "verdict", "response"])
LABEL_WORDS = frozenset(["label", "labels", "choice", "choices", "annotation", "annotations"])
REMARK_WORDS = frozenset(["remark", "comment", "note", "remarks", "comments", "notes"])
_WRITTEN: Mapping[Answer, tuple[str, ...]] = {
    "yes": ("yes", "y", "1", "true", "right", "correct", "present"),
    "no": ("no", "n", "0", "false", "wrong", "absent"),
    "unclear": ("unclear", "unsure", "unknown", "?", "maybe", "-1"),
    "definition_unclear": ("definition unclear", "the definition is unclear"),
}
SAID = {text: answer for answer, texts in _WRITTEN.items() for text in texts}
"""What people write for an answer, without case and underscores."""
_AGREED: Mapping[str, Answer] = {"yes": "yes", "no": "no", "unknown": "unclear"}


def read_answers(path: Path, run: EvalRun, *, file: str | None = None) -> OutsideAnswers:
    """Read the answers of several people from a file.

    Where people give labels instead of answers, each of them says *yes* to the concepts they named,
    and *no* to what the input is labelled with, or what somebody else named, and they did not.

    Parameters
    ----------
    run
        With the labels as delivered: answers are matched with its ids and concepts.
    file
        The name for messages, where it is another than the path's.

    Raises
    ------
    TruthError
        When the form is not understood, a label is no concept, or no input is the run's.
    """
    name = file or path.name
    data = _bytes(path, name)
    try:
        found = _read(path, data, Inputs(run), name)
    except (RunError, RefusedError) as error:
        msg = f"{name}: {error}"
        raise TruthError(msg.replace(f"{name}: {name}", name)) from None
    found = replace(found, digest=found.digest or hashlib.sha256(data).hexdigest())
    if not found.answers:
        msg = (
            f"{name}: no answer in it is about an input of this run. {' '.join(found.told)} "
            f"This run's ids are written like {shorten(str(run.ids[0]))}."
        )
        raise TruthError(msg)
    if len(found.answers) > MOST_ANSWERS:
        msg = (
            f"{name}: {len(found.answers):,} answers, more than the {MOST_ANSWERS:,} that are "
            "taken over at once. Hint: cut the file."
        )
        raise TruthError(msg)
    return found


def take_over(store: Store, stream: str, found: OutsideAnswers, *, by: str) -> int:
    """Add answers to the log, all or none; return how many are new.

    The ids of the votes follow from the file, so that taking the same file over twice adds nothing;
    nor do the same corrections as CSV and as JSON.

    Raises
    ------
    TruthError
        When the name of who brings them in is missing.
    StoreError
        When they cannot be saved; none was.
    """
    bringer = checked_name(by)
    source = f"from {found.file}, brought in by {bringer}"
    events = []
    for one in found.answers:
        whose = "\0".join([stream, found.digest, one.voter, *one.pair])
        said = {**one.pair._asdict(), "answer": one.answer}
        payload = (
            said | {"reason": source}
            if found.settled
            else said | {"remark": one.remark, "shown": source, "definition": 0}
        )
        events.append(
            {
                "kind": "settled" if found.settled else "vote",
                "payload": payload,
                "author": bringer if found.settled else one.voter,
                "event_id": str(uuid.uuid5(uuid.NAMESPACE_OID, whose)),
            }
        )
    # brought in under another name, or by somebody else, they are the same answers
    there = {event.id for event in store.events(stream)}
    return store.append_all(stream, [one for one in events if one["event_id"] not in there])


# -------------------------------------------------------------------------------------- the forms


def _bytes(path: Path, name: str) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            msg = f"{name}: larger than the {MOST_BYTES >> 20} MB that a file of answers may have."
            raise TruthError(msg)
        return path.read_bytes()
    except OSError as error:
        msg = f"{name}: cannot be read: {error.strerror}."
        raise TruthError(msg) from None


def _read(path: Path, data: bytes, known: Inputs, name: str) -> OutsideAnswers:
    if data.lstrip()[:1] in (b"[", b"{") and path.suffix.casefold() != ".jsonl":
        return _of_json(data, known, name)
    if has_cvat(data, suffix=path.suffix):
        tags = read_tags(data, name)
        found = answers_from_labels(tags.given, known, name, form="CVAT, tags of images")
        return replace(found, told=(*tags.told, *found.told))
    table = open_table(path)
    if table.columns == corrections.COLUMNS:
        text = data.decode("utf-8-sig", "replace")
        return _corrected(corrections.read_csv(text, file=name), known, name)
    return _of_table(table, known, name)


def _of_json(data: bytes, known: Inputs, name: str) -> OutsideAnswers:
    text = data.decode("utf-8-sig", "replace")
    content = decode(text)
    if isinstance(content, dict) and content.get("schema") == corrections.SCHEMA:
        return _corrected(corrections.read_json(text, file=name), known, name)
    if isinstance(content, list) and all(_is_task(entry) for entry in content) and content:
        given = [one for task in content for one in _of_task(task, known)]
        return answers_from_labels(given, known, name, form="Label Studio, tasks with annotations")
    msg = (
        f"{name}: this JSON is no list of Label Studio's tasks and no file of corrections. Hint: "
        "bring a table with the columns input, annotator and label."
    )
    raise TruthError(msg)


def _is_task(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("data"), dict)
        and isinstance(entry.get("annotations"), list)
    )


def _of_task(task: dict[str, Any], known: Inputs) -> Iterable[tuple[str, str, Cell]]:
    texts = [value for value in task["data"].values() if isinstance(value, str)]
    named = next((text for text in texts if known.find(text) is not None), (texts or [""])[0])
    for annotation in task["annotations"]:
        if not isinstance(annotation, dict) or annotation.get("was_cancelled"):
            continue
        who = annotation.get("completed_by")
        if isinstance(who, dict):
            who = who.get("email") or who.get("username") or who.get("id")
        chosen = [
            str(choice)
            for result in annotation.get("result") or []
            if isinstance(result, dict) and isinstance(result.get("value"), dict)
            for choice in result["value"].get("choices") or []
        ]
        yield named, str(who or "unnamed"), tuple(chosen)


def _corrected(rows: Sequence[corrections.Correction], known: Inputs, name: str) -> OutsideAnswers:
    here = [row for row in rows if row.input in known.positions and row.concept in known.concepts]
    told = [f"{len(rows) - len(here):,} are not about this run."] if len(here) < len(rows) else []
    answers = tuple(
        OutsideAnswer(voter="", pair=Pair(row.input, row.concept), answer=_AGREED[row.agreed])
        for row in here
    )
    form = "corrections of this workshop, taken over as settled"
    # of what is corrected and not of the bytes: CSV and JSON of the same corrections are the same
    said = sorted((*row.pair, row.answer) for row in answers)
    return OutsideAnswers(
        file=name,
        digest=hashlib.sha256(repr(said).encode()).hexdigest(),
        form=form,
        answers=answers,
        told=tuple(told),
        settled=True,
    )


def _of_table(table: Table, known: Inputs, name: str) -> OutsideAnswers:
    content = table.load(texts=table.columns, scores=())
    cells = content.cells
    inputs = _column(table, INPUT_WORDS) or _by_ids(cells, known)
    if inputs is None:
        msg = (
            f"{name}: no column names the inputs. The columns are "
            f"{listing(table.columns)}. Hint: call it 'input'."
        )
        raise TruthError(msg)
    voter = _column(table, VOTER_WORDS)
    if voter is None:
        return _of_columns(cells, inputs, known, name)
    concept, answer = _column(table, CONCEPT_WORDS), _column(table, ANSWER_WORDS)
    if concept is not None and answer is not None:
        remark = _column(table, REMARK_WORDS)
        columns = [cells[column] for column in (inputs, voter, concept, answer)]
        columns.append(cells[remark] if remark else [""] * len(columns[0]))
        return _of_answers(content.rows, columns, known, name)
    label = _column(table, LABEL_WORDS) or concept
    if label is None:
        msg = (
            f"{name}: people are named in {voter!r}, but no column says what they answered. Hint: "
            "call it 'label', or bring the columns 'concept' and 'answer'."
        )
        raise TruthError(msg)
    given = zip(map(str, cells[inputs]), map(str, cells[voter]), cells[label], strict=True)
    return answers_from_labels(
        list(given), known, name, form=f"a row per input and person, labels in {label!r}"
    )


def _of_columns(
    cells: Mapping[str, Sequence[Cell]], inputs: str, known: Inputs, name: str
) -> OutsideAnswers:
    """Read a column per person: every column whose cells are labels of the run."""
    people = [
        column
        for column, values in cells.items()
        if column != inputs and are_labels(values, known.run)
    ]
    if not people:
        msg = (
            f"{name}: no column names people, and none but {inputs!r} holds labels of this run. "
            "Hint: bring the columns input, annotator and label; or a column per person."
        )
        raise TruthError(msg)
    given = [
        (str(one), person, cells[person][k])
        for k, one in enumerate(cells[inputs])
        for person in people
    ]
    form = f"a column per person: {listing(people)}"
    return answers_from_labels(given, known, name, form=form)


def _of_answers(
    rows: IntArray, columns: Sequence[Sequence[Cell]], known: Inputs, name: str
) -> OutsideAnswers:
    concepts = {folded(concept): concept for concept in known.concepts}
    strange, tally = Counter[str](), Counter[str]()
    answers: dict[tuple[str, Pair], OutsideAnswer] = {}
    for row, *cells in zip(rows.tolist(), *columns, strict=True):
        one, voter, concept, answer, remark = (str(cell).strip() for cell in cells)
        if not answer:
            continue
        meant = SAID.get(folded(answer) or answer)
        if meant is None:
            msg = (
                f"{name}, row {row}: an answer is yes, no, unclear or definition_unclear, got "
                f"{shorten(answer)}."
            )
            raise TruthError(msg)
        place, column = known.find(one), concepts.get(folded(concept))
        if column is None:
            strange[concept] += 1
        elif place is None:
            tally[one] += 1
        else:
            said = OutsideAnswer(
                voter=checked_name(voter),
                pair=Pair(place, column),
                answer=meant,
                remark=checked_text(remark, "remark"),
            )
            before = answers.setdefault((said.voter, said.pair), said)
            if before.answer != said.answer:
                msg = (
                    f"{name}, row {row}: {shorten(said.voter)} answers twice about {shorten(one)} "
                    f"and {shorten(concept)}: {before.answer}, then {said.answer}."
                )
                raise TruthError(msg)
    refuse_strangers(strange, name)
    form = "a row per answer: input, person, concept, answer"
    return OutsideAnswers(
        file=name, digest="", form=form, answers=tuple(answers.values()), told=not_found(tally)
    )


def _column(table: Table, words: frozenset[str]) -> str | None:
    return next((column for column in table.columns if folded(column) in words), None)


def _by_ids(cells: Mapping[str, Sequence[Cell]], known: Inputs) -> str | None:
    for column, values in cells.items():
        if values and sum(known.find(str(value)) is not None for value in values) * 2 > len(values):
            return column
    return None
