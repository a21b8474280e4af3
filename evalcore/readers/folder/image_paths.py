"""Images that a table names by paths of another machine, found below the run's folder.

Absolute, Windows and backslash paths, addresses, other cases, other Unicode forms and missing
endings: the file is looked for by the tail of its path. Nothing outside the folder is looked at.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

__all__ = ["ImageFinder"]

MAX_ENTRIES = 200_000
MAX_DEPTH = 8
ENDINGS = frozenset(
    (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".jp2", ".svg", ".dcm")
)


@dataclass(slots=True, kw_only=True, eq=False)
class ImageFinder:
    """Finds files below a folder by the tails of paths; the folder is listed once, when asked.

    Parameters
    ----------
    least
        How many parts of a path must agree; 2 where the folder is not the run's own.
    """

    root: Path
    least: int = 1
    names: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    """Folded name of a file, with and without its ending, to the paths of such files."""
    is_listed: bool = False

    def find(self, name: str) -> str | None:
        """Return the path below the root that a table's path means; None for none or several."""
        if not self.is_listed:
            self._list()
        wanted = _parts(name)
        if not wanted:
            return None
        found = self.names.get(_folded(wanted[-1]), [])
        found = found or self.names.get(_stem(wanted[-1]), [])
        depths = [_agreeing(wanted, path) for path in found]
        best = max(depths, default=0)
        paths = [path for path, depth in zip(found, depths, strict=True) if depth == best]
        if len(paths) > 1:
            paths = [path for path in paths if path[-1] == wanted[-1]]
        return "/".join(paths[0]) if best >= self.least and len(paths) == 1 else None

    def _list(self) -> None:
        self.is_listed = True
        for path in _files(self.root):
            self.names.setdefault(_folded(path[-1]), []).append(path)
            stem = _stem(path[-1])
            if stem != _folded(path[-1]):
                self.names.setdefault(stem, []).append(path)


def _files(root: Path) -> Iterator[tuple[str, ...]]:
    """Yield the files below a folder, parts by parts; links are passed over."""
    folders: list[tuple[str, ...]] = [()]
    n_seen = 0
    while folders and n_seen < MAX_ENTRIES:
        folder = folders.pop()
        try:
            with os.scandir(root.joinpath(*folder)) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue
        n_seen += len(found)
        for entry in found:
            if entry.is_symlink() or entry.name.startswith("."):
                continue
            if entry.is_dir() and len(folder) < MAX_DEPTH:
                folders.append((*folder, entry.name))
            elif entry.is_file():
                yield (*folder, entry.name)


def _parts(name: str) -> list[str]:
    """Return the parts of a path of any system or of an address, without what leads there."""
    text = name.replace("\\", "/").partition("?")[0] if "://" in name else name.replace("\\", "/")
    return [part for part in text.split("/") if part not in ("", ".", "..")]


def _agreeing(wanted: Sequence[str], path: Sequence[str]) -> int:
    """Return how many parts agree from the end; the file's name does."""
    depth = 1
    for mine, theirs in zip(wanted[-2::-1], path[-2::-1], strict=False):
        if _folded(mine) != _folded(theirs):
            break
        depth += 1
    return depth


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _stem(name: str) -> str:
    ending = PurePosixPath(name).suffix.casefold()
    return _folded(name[: len(name) - len(ending)] if ending in ENDINGS else name)
