"""Opening a run by its path: only below folders that were allowed when the app was started."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evalcore.errors import RunError, did_you_mean, shorten

__all__ = ["Roots"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roots:
    """What may be opened by a path.

    Parameters
    ----------
    folders
        Folders below which any run may be opened.
    given
        Single runs that may be opened wherever they lie.
    """

    folders: Sequence[Path]
    given: Sequence[Path] = ()

    def find(self, text: str) -> Path:
        """Return the file or folder of a path, absolute or relative to one of the folders.

        A path outside is refused before anything is looked up, so that an answer never tells what
        else the machine has.

        Raises
        ------
        RunError
            When the path lies outside, leads outside by a link, or there is nothing.
        """
        asked = text.strip()
        if not asked or "\0" in asked:
            msg = f"Type the path of a run folder or file. {self._allowed()}"
            raise RunError(msg)
        for candidate in self._candidates(asked):
            if any(candidate == _absolute(given) for given in self.given):
                return candidate
            if self._is_inside(candidate):
                found = _look_up(candidate)
                if found is not None and not self._is_inside(found, resolved=True):
                    msg = f"{shorten(asked, width=200)}: a link leads out of the folder. "
                    raise RunError(msg + self._allowed())
                if found is not None:
                    return candidate
        raise self._not_found(asked)

    def _candidates(self, asked: str) -> list[Path]:
        if Path(asked).is_absolute():
            return [_absolute(Path(asked))]
        return [_absolute(folder / asked) for folder in self.folders]

    def _is_inside(self, path: Path, *, resolved: bool = False) -> bool:
        tops = [_absolute(folder) for folder in self.folders]
        if resolved:
            tops = [Path(os.path.realpath(top)) for top in tops]
        else:
            tops += [Path(os.path.realpath(top)) for top in tops]
        return any(path.is_relative_to(top) for top in tops)

    def _not_found(self, asked: str) -> RunError:
        inside = [path for path in self._candidates(asked) if self._is_inside(path)]
        shown = shorten(asked, width=200)
        if not inside:
            msg = f"{shown} lies outside the folders that may be opened. {self._allowed()}"
            return RunError(msg)
        near = did_you_mean(inside[0].name, self._siblings(inside[0]))
        return RunError(f"{shown}: there is no such file or folder.{near} {self._allowed()}")

    def _siblings(self, path: Path) -> list[str]:
        parent = _look_up(path.parent)
        if parent is None or not self._is_inside(parent, resolved=True):
            return []
        try:
            return [entry.name for entry in os.scandir(parent)]
        except OSError:
            return []

    def _allowed(self) -> str:
        tops = ", ".join(shorten(str(_absolute(folder)), width=200) for folder in self.folders)
        return f"Folders that may be opened: {tops}. Hint: start the app with `-- --roots DIR`."


def _absolute(path: Path) -> Path:
    """Return the path with ``..`` taken out by letters alone; nothing is looked up."""
    return Path(os.path.normpath(Path.cwd() / path))


def _look_up(path: Path) -> Path | None:
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return None
