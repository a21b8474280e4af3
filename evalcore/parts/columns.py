"""What the columns of a run in parts are: told by their names alone, so that all parts agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pyarrow as pa

from evalcore.errors import RunError, did_you_mean, listing
from evalcore.parts.pairs.decoding import HINT, is_bytes, is_list, list_columns, pair_columns
from evalcore.readers.reading.manifest import Manifest
from evalcore.runs.format_words import ALIASES, METADATA_PREFIX, SCORE_PREFIX
from evalcore.runs.run import Task

__all__ = ["Columns", "columns_of", "difference"]

DTYPES: Mapping[pa.DataType, str] = {
    pa.float16(): "float16",
    pa.float32(): "float32",
    pa.float64(): "float64",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the columns of the files are; None where there is none.

    Parameters
    ----------
    scores
        Score column of each concept; none where few pairs are scored.
    lists
        The two columns that list, of each input, the concepts that are scored and their scores.
    pair
        The columns of id, concept and score where each row is one scored pair.
    apart
        Whether what the inputs are stands in files of their own, beside those of the pairs.
    metadata
        Column to the name that people see.
    dtype
        Of all scores.
    """

    concepts: tuple[str, ...]
    scores: tuple[str, ...]
    lists: tuple[str, ...]
    dtype: str
    task: Task
    separator: str | None
    id: str | None
    image: str | None
    text: str | None
    labels: str
    not_labelled: str | None
    unknown: str | None
    split: str | None
    metadata: Mapping[str, str]
    pair: tuple[str, ...] = ()
    apart: bool = False

    @property
    def are_few(self) -> bool:
        """Whether few of all pairs are scored, so that they are kept as pairs."""
        return bool(self.lists or self.pair)

    @property
    def roles(self) -> dict[str, str]:
        """Role of every column that is read, scores left out."""
        named = {
            "id": self.id,
            "image": self.image,
            "text": self.text,
            "labels": self.labels,
            "not labelled": self.not_labelled,
            "unknown": self.unknown,
            "split": self.split,
        }
        single = {column: role for role, column in named.items() if column is not None}
        return single | dict.fromkeys(self.metadata, "metadata")


def columns_of(
    schema: pa.Schema,
    manifest: Manifest,
    *,
    path: str,
    keys: Mapping[str, str],
    beside: tuple[str, pa.Schema] | None = None,
) -> Columns:
    """Return what the columns of a file are.

    Parameters
    ----------
    keys
        Columns that stand in the names of its folders.
    beside
        Another file, which holds the scores, a row for each pair; None where they stand in this.

    Raises
    ------
    RunError
        When no column holds labels or scores, or scores are no numbers.
    """
    names = [*schema.names, *(key for key in keys if key not in schema.names)]
    if manifest.whole_reading.columns:
        msg = "run.json: a run in parts is read by the names of its columns. Hint: rename them."
        raise RunError(msg)
    where, scored = beside or (path, schema)
    pair = pair_columns(scored, path=where, are_surely=beside is not None)
    lists = () if pair else list_columns(schema)
    scores = {} if lists or pair else _score_columns(schema.names, manifest, path)
    taken = {*scores.values(), *lists, *(pair[1:] if beside is None else ())}
    roles = {role: _first(names, role, taken) for role in ALIASES}
    if roles["labels"] is None or (pair and roles["id"] is None):
        raise _without(roles, names, path, are_pairs=bool(pair))
    in_lists = roles["labels"] in schema.names and is_list(schema.field(roles["labels"]).type)
    several = in_lists or roles["labels"] == "labels" or manifest.label_separator is not None
    used = taken | {column for column in roles.values() if column is not None}
    # lists, structs and bytes are no values to slice by
    used |= {one.name for one in schema if pa.types.is_nested(one.type) or is_bytes(one.type)}
    return Columns(
        concepts=_named_concepts(manifest, where, lists or pair[1:]) or tuple(scores),
        scores=tuple(scores.values()),
        lists=lists,
        pair=pair,
        apart=beside is not None,
        dtype=_dtype(_types(scored, [*scores.values(), *pair[2:]], lists=lists[1:]), where),
        task=manifest.task or ("multi_label" if several else "single_label"),
        separator=None if in_lists or not several else manifest.label_separator or "|",
        id=roles["id"],
        image=roles["image"],
        text=roles["text"],
        labels=str(roles["labels"]),
        not_labelled=roles["not labelled"],
        unknown=roles["unknown"],
        split=roles["split"],
        metadata={
            name: name.removeprefix(METADATA_PREFIX)
            for name in names
            if name not in used and not name.startswith("__index_level_")
        },
    )


def _without(
    roles: Mapping[str, str | None], names: Sequence[str], path: str, *, are_pairs: bool
) -> RunError:
    """Say that there are no labels, or no ids by which scores are found."""
    what = "'label' or 'labels'" if roles["labels"] is None else "'id'"
    hint = " Hint: write one row for each input, with id and label, into inputs.parquet."
    msg = f"{path}: there is no column {what}. It has {listing(names)}."
    return RunError(msg + (hint if are_pairs else ""))


def _named_concepts(manifest: Manifest, path: str, few: Sequence[str]) -> tuple[str, ...]:
    if not few:
        return ()
    if manifest.concepts is None:
        msg = (
            f"{path}: column '{few[0]}' tells the concepts that each input is scored for, and "
            "run.json does not name all of them. Hint: name every concept of the model in "
            "run.json's 'concepts', also those that are never among the best."
        )
        raise RunError(msg)
    return manifest.concepts


def _types(
    schema: pa.Schema, names: Sequence[str], *, lists: Sequence[str]
) -> dict[pa.DataType, str]:
    plain = {schema.field(name).type: name for name in names}
    return plain | {schema.field(name).type.value_type: name for name in lists}


def _first(names: Sequence[str], role: str, taken: set[str]) -> str | None:
    return next((alias for alias in ALIASES[role] if alias in names and alias not in taken), None)


def _score_columns(names: Sequence[str], manifest: Manifest, path: str) -> dict[str, str]:
    prefixed = {
        name.removeprefix(SCORE_PREFIX): name for name in names if name.startswith(SCORE_PREFIX)
    }
    if manifest.concepts is None:
        if not prefixed:
            msg = (
                f"{path}: no column is known to hold scores. It has {listing(names)}. Hint: call "
                f"them '{SCORE_PREFIX}<concept>', or name the concepts in run.json; {HINT}"
            )
            raise RunError(msg)
        return prefixed
    found = {name: prefixed.get(name, name) for name in manifest.concepts}
    missing = [name for name, column in found.items() if column not in names]
    if missing:
        msg = (
            f"{path}: there is no score column for {listing(missing)} of run.json's concepts."
            f"{did_you_mean(missing[0], names)} Hint: call it '{SCORE_PREFIX}<concept>'; {HINT}"
        )
        raise RunError(msg)
    return found


def _dtype(kinds: Mapping[pa.DataType, str], path: str) -> str:
    for kind, name in kinds.items():
        if kind not in DTYPES and not pa.types.is_integer(kind):
            msg = (
                f"{path}: column '{name}' holds {kind}, and scores are numbers. "
                "Hint: write them as float32."
            )
            raise RunError(msg)
    return str(np.result_type(*(np.dtype(DTYPES.get(kind, "float64")) for kind in kinds)))


def difference(found: Columns, columns: Columns, *, path: str, first: str) -> str:
    """Say in what the columns of a file differ from those of the first one."""
    mine, theirs = asdict(found), asdict(columns)
    for name in ("concepts", "dtype"):
        if mine[name] != theirs[name]:
            what = {"concepts": "other score columns", "dtype": "scores of another type"}[name]
            one, other = (
                _shown(each[name], but=both)
                for each, both in ((mine, theirs[name]), (theirs, mine[name]))
            )
            return (
                f"{path}: it has {what} than {first}: {one} instead of {other}. "
                "Hint: write all files of a run with the same columns."
            )
    names = [name for name in mine if mine[name] != theirs[name]]
    return (
        f"{path}: it has other columns than {first}: {listing(names)} differ. "
        "Hint: write all files of a run with the same columns."
    )


def _shown(value: str | Sequence[str], *, but: str | Sequence[str]) -> str:
    if isinstance(value, str):
        return value
    only = [name for name in value if name not in but]
    return listing(only, limit=3) if only else f"{len(value):,} columns"
