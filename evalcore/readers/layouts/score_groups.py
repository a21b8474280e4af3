"""Which columns hold the scores when no name says so: groups, and what speaks for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evalcore.readers.layouts.profile import Pattern, Profile
from evalcore.readers.reading.words import folded

__all__ = ["Absent", "Group", "absent_classes", "find_groups"]

METADATA_WORDS = frozenset(
    [
        "year",
        "month",
        "day",
        "hour",
        "age",
        "width",
        "height",
        "brightness",
        "contrast",
        "sharpness",
        "blur",
        "entropy",
        "loss",
        "weight",
        "lat",
        "lon",
        "latitude",
        "longitude",
        "time",
        "duration",
        "size",
        "area",
        "index",
        "count",
        "length",
        "confidence",
        "score",
        "threshold",
        "uncertainty",
        "temperature",
        "distance",
        "quality",
        "fold",
        "split",
        "seed",
        "mtry",
        "rowindex",
        "n",
        "nr",
        "rank",
        "fps",
        "aspect ratio",
        "margin",
        "max prob",
    ]
)
"""Numeric columns that are called so are no classes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Columns that may be the scores.

    Parameters
    ----------
    columns
        Column to concept.
    pattern
        What they share; empty when they are named as the labels are.
    """

    columns: Mapping[str, str]
    pattern: str = ""


def find_groups(
    profile: Profile, names: Iterable[str], columns: Sequence[str]
) -> tuple[list[Group], Group | None]:
    """Return the groups of columns that may hold the scores, and the one of ground truth.

    Parameters
    ----------
    names
        What occurs as labels.
    columns
        The columns that are nothing else.

    Returns
    -------
    tuple
        Groups with real scores, and the columns named as labels when they hold 0 and 1 alone
        beside such a group (or None).
    """
    wanted = set(names)
    near = {folded(name) for name in wanted}
    numeric = [c for c in columns if profile.table.kind(c) == "number"]
    exact = {
        c: c if c in wanted else c.strip()
        for c in numeric
        if c in wanted or c.strip() in wanted or folded(c) in near
    }
    plain = Group(columns=exact)
    rest = [c for c in numeric if c not in exact and profile.is_numeric(c)]
    is_real = any(not profile.is_zero_one(c) for c in exact)
    shared = _patterned(profile, wanted, rest) if len(rest) >= len(exact) else []
    groups = [plain, *shared] if is_real else shared
    if not groups and exact:
        return [plain], None
    if len(groups) > 1:
        sums = [group for group in groups if profile.sums_to_one(list(group.columns))]
        groups = sums if len(sums) == 1 else groups
    return groups, plain if exact and plain not in groups else None


def _patterned(profile: Profile, names: set[str], columns: Sequence[str]) -> list[Group]:
    enough = min(len(names), 64)
    ordered = sorted(names)
    found = {
        pattern: n
        for pattern, n in profile.patterns(ordered, columns).items()
        if n >= 2 and 2 * n >= enough
    }
    most = max(found.values(), default=0)
    groups = []
    for pattern, n in found.items():
        if n < most or not (pattern.prefix or pattern.suffix):
            continue
        members = _members(pattern, names, columns)
        if any(not profile.is_zero_one(column) for column in members):
            groups.append(Group(columns=members, pattern=pattern.text))
    return groups


def _members(pattern: Pattern, names: set[str], columns: Sequence[str]) -> dict[str, str]:
    known = {name.casefold() for name in names}
    is_cut = not (pattern.prefix[-1:].isalnum() or pattern.suffix[:1].isalnum())
    digits = all(name.isdigit() for name in names)
    found = {}
    for column in columns:
        concept = pattern.concept(column)
        if concept is None:
            continue
        if concept.casefold() in known or is_cut or (digits and concept.isdigit()):
            found[column] = concept
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """Columns that look like scores of classes which no input is labelled with."""

    sure: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()


def absent_classes(profile: Profile, found: Sequence[str], columns: Sequence[str]) -> Absent:
    """Find the columns that are classes although no label names them.

    Parameters
    ----------
    found
        The columns of the classes that occur as labels.
    columns
        The columns that are nothing else.
    """
    order = {column: k for k, column in enumerate(profile.table.columns)}
    places = sorted(order[column] for column in found)
    is_whole = all(profile.is_whole(column) for column in found)
    low, high = _range(profile, found)
    slack = max(high - low, 1e-9)
    alike = {}
    for column in columns:
        values = profile.numbers(column)
        if values is None or folded(column) in METADATA_WORDS or profile.is_zero_one(column):
            continue
        bottom, top = float(np.nanmin(values)), float(np.nanmax(values))
        fits = low - slack <= bottom and top <= high + slack
        if fits and (is_whole or not profile.is_whole(column)):
            alike[order[column]] = column
    inside = [alike[k] for k in sorted(alike) if places[0] < k < places[-1]]
    edge = [alike[k] for k in _touching(places, alike)]
    if profile.sums_to_one(found):
        return Absent()
    if edge or inside:
        every = [*found, *inside, *edge]
        if profile.sums_to_one(every):
            return Absent(sure=(*inside, *edge))
    return Absent(sure=tuple(inside), possible=tuple(edge))


def _touching(places: Sequence[int], alike: Mapping[int, str]) -> list[int]:
    found = []
    for start, step in ((places[0], -1), (places[-1], 1)):
        k = start + step
        while k in alike:
            found.append(k)
            k += step
    return found


def _range(profile: Profile, columns: Sequence[str]) -> tuple[float, float]:
    values = [v for v in map(profile.numbers, columns) if v is not None]
    if not values:
        return 0.0, 1.0
    return float(np.nanmin(values)), float(np.nanmax(values))
