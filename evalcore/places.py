"""Where the workshop keeps what it writes: uploads, prepared runs, the store."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["HOME_VARIABLE", "home"]

HOME_VARIABLE = "THRESHOLD_WORKSHOP_HOME"
"""Names the folder; without it the system's own place for an application's data is used."""

_FOLDER = "threshold-workshop"


def home() -> Path:
    """Return the folder for everything that the workshop writes; it need not exist yet.

    Runs as delivered are never written to, so nothing of ours lies beside them.
    """
    chosen = os.environ.get(HOME_VARIABLE, "").strip()
    return Path(chosen) if chosen else _system_folder() / _FOLDER


def _system_folder() -> Path:
    user = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or user / "AppData" / "Local")
    if sys.platform == "darwin":
        return user / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or user / ".local" / "share")
