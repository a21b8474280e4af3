"""From the files of a run to its parts: open, understand, read; or ask how they are meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from evalcore.arrays import IntArray
from evalcore.base.jobs import progress_section
from evalcore.errors import AmbiguousReading, Cases, MissingScores, RunError, shorten
from evalcore.readers.folder.assemble import DEFAULT_SEPARATOR, SCORES_READ, Parts, assemble
from evalcore.readers.folder.files import RunFiles
from evalcore.readers.folder.inputs import identify
from evalcore.readers.folder.kept_columns import manifest_of
from evalcore.readers.folder.roles import Roles, find_roles
from evalcore.readers.folder.score_questions import (
    ask_about_missing,
    settle_missing,
    settle_numbers,
    with_numbers,
)
from evalcore.readers.folder.sparse import COLUMNS, is_sparse_table, sparse_columns, spread
from evalcore.readers.folder.totals import without_totals
from evalcore.readers.layouts.join import has_labels, joined
from evalcore.readers.layouts.understand import understand
from evalcore.readers.reading.manifest import Manifest
from evalcore.readers.reading.proposal import (
    consequences,
    scores_in_words,
    with_consequences,
)
from evalcore.readers.reading.reading import Reading
from evalcore.readers.tables.formats import open_table
from evalcore.readers.tables.table import (
    Cell,
    Content,
    Table,
    missing_scores_kept,
    shown_texts,
)
from evalcore.runs.load_report import ColumnRole
from evalcore.runs.run import EvalRun

__all__ = ["build_run", "open_tables"]

LARGE = 64 * 2**20
"""Of files with more bytes the consequences of proposals are not counted: they are read again."""
ROLES_FOUND, INPUTS_READ = 0.05, 0.15
"""How much of the time is over after each step, as measured on a million inputs."""


def build_run(
    files: RunFiles,
    *,
    columns: Mapping[str, str] | None = None,
    reading: Reading | None = None,
) -> EvalRun:
    """Read the files of a run, whole.

    Parameters
    ----------
    columns
        What columns are, instead of what run.json says or was kept for the table.
    reading
        How the files are to be understood, instead of what run.json says or was kept.

    Raises
    ------
    AmbiguousReading
        When they can be understood in more than one way; with the proposals.
    RunError
        When they cannot be read or contradict each other.
    """
    manifest = manifest_of(files, columns=columns, reading=reading)
    try:
        return _build(files, manifest, asking=True)
    except AmbiguousReading as question:
        raise _with_consequences(files, manifest, question) from None


def _with_consequences(
    files: RunFiles, manifest: Manifest, question: AmbiguousReading
) -> AmbiguousReading:
    """Return the question with what would follow from each proposal, as far as they can be read."""
    is_large = sum(path.stat().st_size for path in files.every) > LARGE
    told = [
        ("", "") if is_large else _told(files, manifest.under(p.reading))
        for p in question.proposals
    ]
    # what follows from two readings alike may lie in the scores alone
    sentences = [labels for labels, _ in told]
    found = [
        (proposal, f"{labels}, {scores}" if scores and sentences.count(labels) > 1 else labels)
        for proposal, (labels, scores) in zip(question.proposals, told, strict=True)
    ]
    return with_consequences(question, found)


def _told(files: RunFiles, manifest: Manifest) -> tuple[str, str]:
    """Return what follows from a reading for the labels, and for the scores."""
    try:
        run = _build(files, manifest, asking=False)
    except RunError as error:
        return f"cannot be read so: {error}", ""
    return consequences(run), scores_in_words(run)


def _build(files: RunFiles, manifest: Manifest, *, asking: bool) -> EvalRun:
    try:
        with missing_scores_kept(kept=bool(manifest.reading.missing)):
            return _read(files, manifest, asking=asking)
    except MissingScores as error:
        if files.scores is not None and is_sparse_table(open_table(files.scores)):
            raise
        reading = ask_about_missing(error, manifest.whole_reading, asking=asking)
        with missing_scores_kept(kept=True):
            return _read(files, manifest.under(reading), asking=asking)


def _read(files: RunFiles, manifest: Manifest, *, asking: bool) -> EvalRun:
    with progress_section(0, ROLES_FOUND):
        table, is_dense = open_tables(files)
        table = with_numbers(table, manifest.reading.numbers)
        understood = understand(table, manifest, dense=is_dense, asking=asking)
        table, manifest, reading = understood.table, understood.manifest, understood.reading
        roles = find_roles(table, manifest, with_scores=is_dense)
    score_columns = [column for column, _ in roles.scores]
    table = settle_numbers(table, score_columns, reading, asking=asking)
    with progress_section(ROLES_FOUND, SCORES_READ if is_dense else INPUTS_READ):
        content = table.load(texts=[*roles.named.values(), *roles.metadata], scores=score_columns)
    content = without_totals(table.file, content, roles.named)
    content, reading = settle_missing(table.file, content, reading, asking=asking)
    _check_images(table.file, content, roles, manifest)
    parts = Parts(
        files=files,
        manifest=manifest,
        table=table,
        roles=roles,
        content=content,
        concepts=tuple(concept for _, concept in roles.scores),
        scores=content.scores,
        ids=identify(table.file, content, roles),
        notices=(*manifest.notices, *table.notices, *roles.notices, *content.notices),
        reading=reading,
        asking=asking,
    )
    return assemble(parts if is_dense else _with_sparse_scores(parts))


def open_tables(files: RunFiles) -> tuple[Table, bool]:
    """Open the table of a run, joined with that of its labels where these stand apart.

    Returns
    -------
    tuple
        The table, and whether it holds the scores.
    """
    table = open_table(files.table)
    if files.scores is not None:
        scores = open_table(files.scores)
        is_wide = not is_sparse_table(scores)
        return (joined(scores, table), True) if is_wide else (table, False)
    if files.truth is not None and not has_labels(table):
        return joined(table, open_table(files.truth)), True
    return table, True


def _with_sparse_scores(parts: Parts) -> Parts:
    path = parts.files.scores
    if path is None or "id" not in parts.roles.named:
        msg = (
            f"{parts.table.file}: no column 'id', by which the scores table names the inputs. "
            "Hint: add one."
        )
        raise RunError(msg)
    table = open_table(path)
    used = set(sparse_columns(table) or COLUMNS)
    with progress_section(INPUTS_READ, SCORES_READ):
        sparse = spread(table, path=path, ids=parts.ids, manifest=parts.manifest)
    return replace(
        parts,
        concepts=sparse.concepts,
        scores=sparse.scores,
        ids=parts.ids,
        notices=(*parts.notices, *sparse.notices),
        extra_columns=tuple(
            ColumnRole(
                column=column,
                role="score" if column in used else "ignored",
                detail=f"of {table.file}",
            )
            for column in table.columns
        ),
    )


def _check_images(file: str, content: Content, roles: Roles, manifest: Manifest) -> None:
    column = roles.named.get("image")
    if column is not None and column not in content.payloads:
        _refuse_contradicting_images(
            file,
            rows=content.rows,
            images=shown_texts(content.cells[column]),
            cells=content.cells[roles.named["labels"]],
            separator=manifest.label_separator or DEFAULT_SEPARATOR,
        )


def _refuse_contradicting_images(
    file: str, *, rows: IntArray, images: Sequence[str], cells: Sequence[Cell], separator: str
) -> None:
    """Refuse an image that is labelled twice, differently.

    Raises
    ------
    RunError
        When two rows name one image and other labels.
    """
    first: dict[str, tuple[int, frozenset[str]]] = {}
    cases = Cases()
    for row, image, cell in zip(rows.tolist(), images, cells, strict=True):
        if not image:
            continue
        parts = cell.split(separator) if isinstance(cell, str) else cell
        labels = frozenset(part.strip() for part in parts if part.strip())
        before, earlier = first.setdefault(image, (row, labels))
        if earlier != labels:
            cases.add(
                f"{shorten(image)} is {shorten(', '.join(sorted(earlier)))} in row {before} "
                f"and {shorten(', '.join(sorted(labels)))} in row {row}"
            )
    if cases.count:
        msg = (
            f"{file}: {cases.count:,} image(s) are labelled twice, differently: {cases}. "
            "Hint: keep one row per image."
        )
        raise RunError(msg)
