"""The identity of each input, the image that belongs to it, and its cross-validation split."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np

from evalcore.arrays import IntArray
from evalcore.errors import Cases, RunError, shorten
from evalcore.readers.folder.image_paths import ImageFinder
from evalcore.readers.folder.roles import Roles
from evalcore.readers.tables.table import Content, as_texts, shown_texts
from evalcore.runs.images import EmbeddedImages, FileImages, Images, path_problem
from evalcore.runs.load_report import Notice
from evalcore.runs.run import encode_folds

__all__ = ["identify", "open_images", "read_folds"]

NO_FOLD = "(none)"


def identify(file: str, content: Content, roles: Roles) -> list[str]:
    """Return one unique text per input: its id, else its image path, else its row number.

    Raises
    ------
    RunError
        When an id is empty or occurs twice.
    """
    rows = content.rows.tolist()
    if "id" in roles.named:
        ids = shown_texts(content.cells[roles.named["id"]])
        _refuse_blank(file, rows, ids, unit=content.unit)
        what = "ids"
    elif "image" in roles.named and any(content.cells[roles.named["image"]]):
        images = shown_texts(content.cells[roles.named["image"]])
        ids = [image or f"row {row}" for row, image in zip(rows, images, strict=True)]
        what = "image paths (they serve as ids, for there is no column 'id')"
    else:
        return [str(row) for row in rows]
    _refuse_duplicates(file, rows, ids, what=what, unit=content.unit)
    return ids


def open_images(
    file: str, root: Path, content: Content, roles: Roles, *, is_own: bool = True
) -> tuple[Images | None, list[Notice]]:
    """Return the images of a run, and warnings for those that are not there.

    Parameters
    ----------
    is_own
        Whether the root is the run's own folder.

    Raises
    ------
    RunError
        When a link leads out of the run's folder, or a path names no regular file.
    """
    column = roles.named.get("image")
    if column is None:
        return None, []
    names = shown_texts(content.cells[column])
    if column in content.payloads:
        payloads = content.payloads[column]
        n_missing = payloads.null_count
        text = f"{file}: {n_missing:,} input(s) have no image in column {shorten(column)}."
        notices = [Notice(level="warning", text=text, count=n_missing)] if n_missing else []
        return EmbeddedImages(payloads, names), notices
    if not any(names):
        return None, []
    finder = ImageFinder(root=root, least=1 if is_own else 2)
    paths, notices = _look(file, finder, content.rows, names, unit=content.unit)
    return FileImages(root, as_texts(paths)), notices


def _look(
    file: str, finder: ImageFinder, rows: IntArray, names: Sequence[str], *, unit: str
) -> tuple[list[str], list[Notice]]:
    """Look for every image without opening it: one listing per folder, not one call per file."""
    folders: dict[str, dict[str, str]] = {}
    refused, outside, missing, blank, elsewhere = (Cases() for _ in range(5))
    paths = []
    for row, name in zip(rows.tolist(), names, strict=True):
        leads_out = path_problem(name) if name else ""
        problem = leads_out or (name and _entry(finder.root, name, folders))
        path = finder.find(name) if leads_out or problem == "missing" else None
        paths.append(path or ("" if leads_out else name))
        if not name:
            blank.add(f"{unit} {row}")
        elif path is not None:
            elsewhere.add(f"{shorten(name)} in {unit} {row} is {shorten(path)}")
        elif problem == "missing":
            missing.add(f"{shorten(name)} in {unit} {row}")
        elif leads_out:
            outside.add(f"{unit} {row}: {leads_out}")
        elif problem:
            refused.add(f"{unit} {row}: {problem}")
    if refused.count:
        msg = (
            f"{file}: {refused.count:,} image path(s) may not be opened: {refused}. Only files "
            "inside the run's folder are. Hint: put the images into the run's folder and write "
            "their paths relative to it, such as 'images/dog.jpg'."
        )
        raise RunError(msg)
    told = (
        (
            "mended",
            elsewhere,
            f"{elsewhere.count:,} image(s) were found by the ends of their paths",
        ),
        ("warning", missing, f"{missing.count:,} image(s) are missing on disk"),
        ("warning", outside, f"{outside.count:,} image path(s) are not opened, for they lead out"),
        ("warning", blank, f"{blank.count:,} input(s) name no image"),
    )
    return paths, [
        Notice(level=level, text=f"{file}: {text}: {case}.", count=case.count)
        for level, case, text in told
        if case.count
    ]


def _entry(root: Path, name: str, folders: dict[str, dict[str, str]]) -> str:
    path = PurePosixPath(name)
    folder = str(path.parent)
    if folder not in folders:
        folders[folder] = _kinds(root, folder)
    kinds = folders[folder]
    if "" in kinds:
        return f"{shorten(name)} {kinds['']}"
    kind = kinds.get(path.name)
    if kind is None:
        # A file system that ignores case finds what an exact listing does not.
        return "" if os.path.lexists(root / name) else "missing"
    return f"{shorten(name)} {kind}" if kind else ""


def _kinds(root: Path, folder: str) -> dict[str, str]:
    """Return what is wrong with each entry of a folder, ``""`` for nothing.

    The entry ``""`` says what is wrong with the folder itself.
    """
    inside = root.resolve()
    try:
        place = (root / folder).resolve()
        if not place.is_relative_to(inside):
            return {"": "is in a folder that is a link out of the run's folder"}
        with os.scandir(place) as entries:
            return {entry.name: _kind(entry, inside) for entry in entries}
    except (OSError, RuntimeError, ValueError):
        return {}


def _kind(entry: os.DirEntry[str], root: Path) -> str:
    if entry.is_symlink():
        try:
            target = Path(entry.path).resolve()
        except (OSError, RuntimeError):
            return "is a link that leads nowhere"
        if not target.is_relative_to(root):
            return "is a link out of the run's folder"
        regular = not target.exists() or stat.S_ISREG(target.stat().st_mode)
    else:
        regular = entry.is_file(follow_symlinks=False)
    return "" if regular else "is no regular file"


def _refuse_blank(file: str, rows: Sequence[int], ids: Sequence[str], *, unit: str) -> None:
    blank = Cases()
    for row, text in zip(rows, ids, strict=True):
        if not text:
            blank.add(f"{unit} {row}")
    if blank.count:
        msg = (
            f"{file}: {blank.count:,} id(s) are empty: {blank}. Every input needs an id. "
            "Hint: fill them, or delete the column 'id' to use the image paths or row numbers."
        )
        raise RunError(msg)


def _refuse_duplicates(
    file: str, rows: Sequence[int], ids: Sequence[str], *, what: str, unit: str
) -> None:
    first: dict[str, int] = {}
    twice = Cases()
    for row, text in zip(rows, ids, strict=True):
        before = first.setdefault(text, row)
        if before != row:
            twice.add(f"{shorten(text)} in {unit}s {before} and {row}")
    if twice.count:
        msg = (
            f"{file}: {twice.count:,} {what} occur more than once: {twice}. "
            f"Hint: give every input its own id, or delete the repeated {unit}s."
        )
        raise RunError(msg)


def read_folds(
    file: str, content: Content, roles: Roles, order: tuple[str, ...] | None
) -> tuple[IntArray | None, tuple[str, ...], list[Notice]]:
    """Return the split of each input, the names of the splits, and what to say about them.

    Parameters
    ----------
    order
        The names that run.json gives, in its order.

    Raises
    ------
    RunError
        When an input is in a split that run.json does not name.
    """
    if "split" not in roles.named:
        return None, (), []
    texts = shown_texts(content.cells[roles.named["split"]])
    if order is not None:
        return _ordered_folds(file, content, texts, order), order, []
    blank = sum(not text.strip() for text in texts)
    names, folds = encode_folds([text.strip() or NO_FOLD for text in texts])
    if not blank:
        return folds, names, []
    text = f"{file}: {blank:,} inputs are in no split; they form one named {NO_FOLD!r}."
    return folds, names, [Notice(level="warning", text=text, count=blank)]


def _ordered_folds(
    file: str, content: Content, texts: Sequence[str], order: tuple[str, ...]
) -> IntArray:
    code = {name: k for k, name in enumerate(order)}
    strange = Cases()
    for row, text in zip(content.rows.tolist(), texts, strict=True):
        if text not in code:
            strange.add(f"{shorten(text)} in {content.unit} {row}")
    if strange.count:
        msg = (
            f"{file}: {strange.count:,} row(s) name a split that run.json does not: {strange}. "
            "Hint: correct 'folds' in run.json, or delete it."
        )
        raise RunError(msg)
    return np.array([code[text] for text in texts], dtype=np.int64)
