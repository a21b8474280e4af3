"""The formats of other tools that can be read, one reader each."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from evalcore.run import EvalRun

__all__ = ["READERS", "Reader", "register"]


class Reader(Protocol):
    """Reads one format."""

    name: str
    """Shown in the load report as the format."""

    def recognises(self, path: Path) -> bool:
        """Tell by its content whether a file or folder has this format; never raises."""

    def read(self, path: Path) -> EvalRun:
        """Read the run.

        Raises
        ------
        RunError
            When it cannot be read or contradicts itself.
        """


READERS: list[Reader] = []


def register(reader: Reader) -> None:
    """Add a reader."""
    READERS.append(reader)
