"""What every format of evaluation runs offers."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from evalcore.runs.run import EvalRun

__all__ = ["Reader"]


class Reader(Protocol):
    """One format of evaluation runs."""

    @property
    def name(self) -> str:
        """Name of the format, shown in the load report: ``Clarifai evaluation (JSON)``."""

    def recognises(self, path: Path) -> bool:
        """Tell by a look at the content, a few kB, whether the path is of this format.

        Never by the name alone; never raises.
        """

    def read(self, path: Path) -> EvalRun:
        """Read the run, whole.

        Raises
        ------
        RunError
            When it cannot be read; the text names the file, the place, the value, the rule and
            the fix.
        """
