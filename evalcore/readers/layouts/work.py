"""A table and its reading while they are being understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from evalcore.errors import listing, shorten
from evalcore.readers.layouts.profile import Profile
from evalcore.readers.layouts.score_groups import find_groups
from evalcore.readers.reading.column_roles import SCORE, concept_of, role_of
from evalcore.readers.reading.manifest import Manifest
from evalcore.readers.reading.proposal import Proposal, ask
from evalcore.readers.reading.reading import Reading
from evalcore.readers.reading.words import (
    CONFIDENCE_COLUMNS,
    SURE_TRUTH_COLUMNS,
    TRUTH_COLUMNS,
    folded,
)
from evalcore.readers.tables.table import Cell, Table
from evalcore.runs.format_words import ALIASES, SCORE_PREFIX
from evalcore.runs.load_report import Notice

__all__ = ["Work", "find_labels"]


@dataclass(slots=True, kw_only=True, eq=False)
class Work:
    """The table and its reading while they are being understood."""

    table: Table
    profile: Profile
    manifest: Manifest
    reading: Reading
    asking: bool
    found_again: frozenset[str] = frozenset()
    """Columns whose roles follow from their names: a line for run.json need not list them."""

    def tell(self, text: str, *, level: str = "mended", count: int = 1, left_out: str = "") -> None:
        """Say in the load report what was understood."""
        notice = Notice(
            level=level, text=f"{self.table.file}: {text}", count=count, left_out=left_out
        )
        self.manifest = replace(self.manifest, notices=(*self.manifest.notices, notice))

    def give(self, roles: dict[str, str]) -> None:
        """Give columns roles; those that a person chose stay."""
        self.reading = replace(self.reading, columns={**roles, **self.reading.columns})

    def column_of(self, role: str) -> str | None:
        """Return the column that was given a role."""
        return next((c for c, r in self.reading.columns.items() if role_of(r) == role), None)

    def made(self, what: str) -> bool:
        """Say that the table was brought into another shape, and look at it anew."""
        self.profile = Profile(table=self.table)
        self.tell(f"read as {what}.", level="info")
        return True

    def with_scores(self, scores: Mapping[str, str]) -> Reading:
        """Return the reading in which columns are the scores of concepts, in the fewest entries."""
        reading, label = self.reading, self.label_column()
        others = [
            column
            for column in self.open_columns()
            if column not in scores and column != label and self.table.kind(column) == "number"
        ]
        if all(column == concept for column, concept in scores.items()) and len(others) < len(
            scores
        ):
            every = {**reading.columns, **dict.fromkeys(others, "metadata")}
            return replace(reading, scores="*", columns=every)
        roles = {column: f"{SCORE_PREFIX}{concept}" for column, concept in scores.items()}
        return replace(reading, columns={**reading.columns, **roles})

    def open_columns(self) -> list[str]:
        """Return the columns that have no role, neither chosen nor by their name."""
        taken = {*self.reading.columns, *self.named().values()}
        return [column for column in self.table.columns if column not in taken]

    def named(self) -> dict[str, str]:
        """Return role to column, of the roles that names give."""
        owners = {role_of(choice) for choice in self.reading.columns.values()}
        folded_names: dict[str, str] = {}
        for column in self.table.columns:
            if column not in self.reading.columns:
                folded_names.setdefault(column.strip().casefold(), column)
        found = {}
        for role, aliases in ALIASES.items():
            mine = next((folded_names[a] for a in aliases if a in folded_names), None)
            if mine is not None and role not in owners:
                found[role] = mine
        return found

    def label_column(self) -> str | None:
        """Return the column of the labels, chosen or by its name."""
        return self.column_of("labels") or self.named().get("labels")

    def cells(self, column: str) -> Sequence[Cell]:
        """Return all cells of a column."""
        return self.table.load(texts=[column], scores=[]).cells[column]

    def separator(self) -> str:
        """Return what stands between the labels of a cell."""
        return self.reading.separator or self.manifest.label_separator or "|"

    def is_truth(self, column: str) -> bool:
        """Tell whether a column may hold labels: texts or whole numbers."""
        return not self.profile.is_numeric(column) or self.profile.is_whole(column)

    def has_score_columns(self, label: str) -> bool:
        """Tell whether there are score columns by their names, run.json, or the labels."""
        if any(c.lstrip().startswith(SCORE_PREFIX) for c in self.table.columns):
            return True
        if self.manifest.concepts is not None or self.reading.scores:
            return True
        chosen = [(c, r) for c, r in self.reading.columns.items() if role_of(r) == SCORE]
        if any(concept_of(c, r) != c or folded(c) not in CONFIDENCE_COLUMNS for c, r in chosen):
            return True
        names = self.profile.values(label)
        columns = [c for c in self.open_columns() if c != label]
        groups, _ = find_groups(self.profile, names, columns)
        return bool(groups)


def find_labels(work: Work) -> str | None:
    """Return the column of the labels where none is called so, or ask which it is."""
    free = work.open_columns()
    sure = [c for word in SURE_TRUTH_COLUMNS for c in free if folded(c) == folded(word)]
    if sure:
        work.give({sure[0]: "label"})
        return sure[0]
    likely = [
        c
        for c in work.profile.named(TRUTH_COLUMNS)
        if c in free and work.is_truth(c) and work.table.kind(c) in {"text", "list", "number"}
    ]
    if not likely:
        return None
    question = (
        f"{work.table.file}: no column 'label' or 'labels' with the ground truth. The columns "
        f"are {listing(work.table.columns)}. Hint: name it so, or say which it is by 'columns' "
        "in run.json."
    )
    proposals = [
        Proposal(
            title=f"The ground truth stands in {shorten(column)}",
            reason="by its name",
            reading=replace(work.reading, columns={**work.reading.columns, column: "label"}),
        )
        for column in likely
    ]
    chosen = ask(question, proposals, asking=work.asking)
    work.reading = chosen
    return work.column_of("labels")
