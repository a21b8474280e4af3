"""Where the workshop keeps what it writes: uploads, prepared runs, the store."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

__all__ = ["HOME_VARIABLE", "home", "home_of_prepared"]

HOME_VARIABLE = "THRESHOLD_WORKSHOP_HOME"
"""Names the folder; without it the system's own place for an application's data is used."""

_FOLDER = "threshold-workshop"


def home() -> Path:
    """Return the folder for everything that the workshop writes; it need not exist yet.

    Runs as delivered are never written to, so nothing of ours lies beside them.
    """
    chosen = os.environ.get(HOME_VARIABLE, "").strip()
    # without an author and not roaming: where homes have been made since the first version
    return Path(chosen) if chosen else platformdirs.user_data_path(_FOLDER, appauthor=False)


def home_of_prepared() -> Path:
    """Return the folder of prepared runs, and of what took long to find out about runs."""
    return home() / "prepared"
