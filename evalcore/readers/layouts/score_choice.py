"""Which columns hold the labels and the scores where their names do not say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evalcore.errors import listing, shorten
from evalcore.readers.layouts.profile import matching
from evalcore.readers.layouts.score_groups import Group, absent_classes, find_groups
from evalcore.readers.layouts.work import Work, find_labels
from evalcore.readers.reading.cells import names_in
from evalcore.readers.reading.column_roles import SCORE, concept_of, role_of
from evalcore.readers.reading.proposal import Proposal, ask
from evalcore.readers.reading.words import (
    PREDICTION_COLUMNS,
    SCORE_COLUMNS,
    folded,
    is_none_word,
    is_place,
    is_unknown_word,
)
from evalcore.runs.format_words import SCORE_PREFIX

__all__ = ["find_scores"]

_NO_WORDS = frozenset({"0", "false", "no", "n", "f"})


def find_scores(work: Work) -> None:
    """Find the labels and the columns of scores where their names do not say it."""
    label = work.label_column()
    if label is None:
        label = find_labels(work)
    if label is None or _is_settled(work):
        return
    separator = work.separator()
    names = names_in(work.cells(label), separator=separator)
    roles = work.reading.columns
    given = {folded(concept_of(c, r)) for c, r in roles.items() if role_of(r) == SCORE}
    names = {name for name in names if folded(name) not in given}
    columns = [column for column in work.open_columns() if column != label]
    groups, truth = find_groups(work.profile, names, columns)
    if not groups:
        _without_groups(work, label, names, columns)
        return
    group = groups[0] if len(groups) == 1 else _which_group(work, groups)
    if truth is not None:
        work.tell(
            f"columns {listing(truth.columns, limit=5)} are named as the labels are, but hold "
            f"no scores: those stand in {group.pattern!r}."
        )
    _take_group(work, group, names, columns)


def _is_settled(work: Work) -> bool:
    """Tell whether names, run.json or a person say which columns hold the scores."""
    if work.reading.scores:
        found = matching(work.reading.scores, work.open_columns())
        found = {c: name for c, name in found.items() if work.table.kind(c) == "number"}
        work.give({column: f"{SCORE_PREFIX}{name}" for column, name in found.items()})
        return bool(found)
    if work.manifest.concepts is not None:
        return True
    return any(column.lstrip().startswith(SCORE_PREFIX) for column in work.open_columns())


def _which_group(work: Work, groups: Sequence[Group]) -> Group:
    question = f"{work.table.file}: more than one group of columns may hold the scores."
    proposals = []
    for group in groups:
        named = listing(group.columns, limit=4)
        reading = (
            replace(work.reading, scores=group.pattern)
            if group.pattern
            else work.with_scores(group.columns)
        )
        proposals.append(Proposal(title=f"The scores stand in {named}", reading=reading))
    chosen = ask(question, proposals, asking=work.asking)
    return next(g for g, p in zip(groups, proposals, strict=True) if p.reading is chosen)


def _take_group(work: Work, group: Group, names: set[str], columns: Sequence[str]) -> None:
    roles = {c: f"{SCORE_PREFIX}{name}" for c, name in group.columns.items()}
    if group.pattern:
        work.reading = replace(work.reading, scores=group.pattern)
        work.tell(f"the scores stand in the columns {group.pattern!r}.")
        near = {folded(name) for name in names}
        absent = [name for name in group.columns.values() if folded(name) not in near]
    else:
        mine = [c for c, r in work.reading.columns.items() if role_of(r) == SCORE]
        rest = [c for c in columns if c not in group.columns]
        more = absent_classes(work.profile, [*group.columns, *mine], rest)
        chosen = list(more.sure)
        if more.possible:
            chosen += _possible(work, more.possible)
        roles |= {column: f"{SCORE_PREFIX}{column.strip()}" for column in chosen}
        absent = [column.strip() for column in chosen]
    if absent:
        shown = listing((SCORE_PREFIX + name for name in absent), limit=5)
        work.tell(
            f"no input is labelled with {len(absent):,} of the classes; they are kept as "
            f"concepts, as if their columns were named {shown}, so that what is predicted for "
            "them counts.",
            level="warning",
            count=len(absent),
        )
    work.found_again = frozenset(roles).difference(work.reading.columns)
    work.give(roles)


def _possible(work: Work, columns: Sequence[str]) -> list[str]:
    if work.reading.others:
        return list(columns) if work.reading.others == "scores" else []
    named = listing(columns, limit=5)
    question = (
        f"{work.table.file}: column(s) {named} stand beside the scores and look like them, but "
        "no input has such a label. 'score:<concept>' as a name would say what they are."
    )
    proposals = [
        Proposal(
            title=f"{named}: scores of classes that no input is labelled with",
            reason="numbers of the same kind, beside the scores",
            reading=replace(work.reading, others="scores"),
        ),
        Proposal(
            title=f"{named}: metadata",
            reason="no label names them",
            reading=replace(work.reading, others="metadata"),
        ),
    ]
    chosen = ask(question, proposals, asking=work.asking)
    return list(columns) if chosen is proposals[0].reading else []


def _without_groups(work: Work, label: str, names: set[str], columns: Sequence[str]) -> None:
    if any(role_of(r) == SCORE for r in work.reading.columns.values()):
        return
    known = {name for name in names if not is_unknown_word(name)}
    real = [c for c in columns if work.profile.is_numeric(c) and not work.profile.is_whole(c)]
    if _named_elsewhere(work, label, real):
        return
    if len({folded(name) for name in known}) == 2 and _binary(work, sorted(known), real):
        return
    _ids_in_order(work, known, real)


def _named_elsewhere(work: Work, label: str, real: Sequence[str]) -> bool:
    """Take another column for the labels whose texts are what the score columns are named."""
    scores = {folded(column) for column in real}
    for column in work.open_columns():
        values = {folded(value) for value in work.profile.values(column)}
        is_text = not work.profile.is_numeric(column)
        is_other = column == label or folded(column) in PREDICTION_COLUMNS
        if is_text and not is_other and len(values & scores) > 1 and values <= scores:
            work.give({column: "label", label: "metadata"})
            work.tell(
                f"the labels were taken from {shorten(column)}, whose texts are the names of "
                f"columns; {shorten(label)} holds others."
            )
            find_scores(work)
            return True
    return False


def _binary(work: Work, known: list[str], real: Sequence[str]) -> bool:
    wide = [c for c in work.profile.named(SCORE_COLUMNS) if c in real]
    naming = [c for c in real if any(folded(n) in folded(c).split() for n in known)]
    found = naming or wide or list(real)
    if len(found) != 1:
        return False
    column = found[0]
    positive = _positive(column, known)
    if positive is None:
        question = (
            f"{work.table.file}: {shorten(column)} holds one score per input and the labels are "
            f"{listing(known)}, but nothing says whose score it is."
        )
        proposals = [
            Proposal(
                title=f"{shorten(column)} is the score of {shorten(one)}",
                reading=replace(
                    work.reading,
                    columns={**work.reading.columns, column: f"{SCORE_PREFIX}{one}"},
                    none=(other,),
                ),
            )
            for one, other in (known, known[::-1])
        ]
        work.reading = ask(question, proposals, asking=work.asking)
        return True
    negative = next(name for name in known if name != positive)
    work.give({column: f"{SCORE_PREFIX}{positive}"})
    work.reading = replace(work.reading, none=(*work.reading.none, negative))
    work.tell(
        f"{shorten(column)} was taken for the score of {shorten(positive)}; {shorten(negative)} "
        "means that an input does not show it."
    )
    return True


def _positive(column: str, known: Sequence[str]) -> str | None:
    words = folded(column).split()
    named = [name for name in known if folded(name) in words]
    if len(named) == 1:
        return named[0]
    rest = [n for n in known if not is_none_word(n) and folded(n) not in _NO_WORDS]
    return rest[0] if len(rest) == 1 else None


def _ids_in_order(work: Work, known: set[str], real: Sequence[str]) -> None:
    """Ask whether labels that are numbers name the score columns by their order."""
    ids = {folded(name) for name in known}
    if not ids or not all(map(is_place, ids)):
        return
    values = {int(name) for name in ids}
    columns = [c for c in real if folded(c) not in SCORE_COLUMNS]
    if len(columns) < 2 or max(values) > len(columns):
        return
    as_named = work.with_scores({column: column.strip() for column in columns})
    proposals = [
        Proposal(
            title=f"Class {first} is {shorten(order[0])}, class {first + 1} {shorten(order[1])}"
            + (" and so on" if len(order) > 2 else ""),
            reason=how,
            reading=replace(as_named, numbered=f"from {first}{numbered}"),
        )
        for first, numbered, order, how in (
            (0, "", columns, "numbered from 0 in the order of the columns"),
            (0, ", reversed", columns[::-1], "numbered from 0 from the last column on"),
            (1, "", columns, "numbered from 1 in the order of the columns"),
        )
        if min(values) >= first and max(values) < first + len(columns)
    ]
    if not proposals:
        return
    question = (
        f"{work.table.file}: no score columns are named as the labels {listing(sorted(known))} "
        f"are; the labels may number the columns {listing(columns, limit=5)}."
    )
    work.reading = ask(question, proposals, asking=work.asking)
