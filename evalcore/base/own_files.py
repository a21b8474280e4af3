"""A run reads nothing outside its own folder: its files are regular ones that lie in it."""

from __future__ import annotations

from pathlib import Path

from evalcore.errors import RunError

__all__ = ["require_regular"]


def require_regular(path: Path, folder: Path) -> None:
    """Refuse what is no file of a run's folder: a run reads nothing outside its own one.

    Raises
    ------
    RunError
        When it is a link that leads out of the folder or nowhere, or no regular file.
    """
    name = path.relative_to(folder)
    try:
        target = path.resolve(strict=True)
        regular = target.is_file()
    except (OSError, RuntimeError):
        msg = f"{name}: this is a link that leads nowhere. Hint: put the file itself there."
        raise RunError(msg) from None
    if not target.is_relative_to(folder.resolve()):
        msg = (
            f"{name}: this is a link out of the run's folder, and a run reads nothing outside "
            "its own folder. Hint: put the file itself there."
        )
        raise RunError(msg)
    if not regular:
        msg = f"{name}: this is no regular file. Hint: put the table or run.json itself there."
        raise RunError(msg)
