"""Where the workshop keeps what it writes: uploads, prepared runs, the store."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

from evalcore.errors import RunError

__all__ = ["HOME_VARIABLE", "home", "write_whole"]

HOME_VARIABLE = "THRESHOLD_WORKSHOP_HOME"
"""Names the folder; without it the system's own place for an application's data is used."""

_FOLDER = "threshold-workshop"


def home() -> Path:
    """Return the folder for everything that the workshop writes; it need not exist yet.

    Runs as delivered are never written to, so nothing of ours lies beside them.
    """
    chosen = os.environ.get(HOME_VARIABLE, "").strip()
    return Path(chosen) if chosen else _system_folder() / _FOLDER


def write_whole(target: Path, text: str) -> None:
    """Write a file so that a reader finds the old one or the new one, never a part.

    Raises
    ------
    RunError
        When it cannot be written; then nothing has changed.
    """
    written = target.parent / f".writing-{secrets.token_hex(8)}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with written.open("x", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            written.replace(target)
        finally:
            written.unlink(missing_ok=True)
    except OSError as error:
        msg = f"{target.name}: cannot be written: {error.strerror}. Nothing was changed."
        raise RunError(msg) from None


def _system_folder() -> Path:
    user = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or user / "AppData" / "Local")
    if sys.platform == "darwin":
        return user / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or user / ".local" / "share")
