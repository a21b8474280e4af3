"""The product's own format: a folder with tables, or one bare table."""

from __future__ import annotations

from pathlib import Path

from evalcore.errors import RunError
from evalcore.readers.folder.build import build_run
from evalcore.readers.folder.files import find_files, is_run_folder
from evalcore.readers.tables.content import read_head, refuse_non_text
from evalcore.readers.tables.formats import is_table
from evalcore.runs.run import EvalRun

__all__ = ["FolderReader"]


class FolderReader:
    """Reads ``predictions.*``, or ``inputs.*`` with ``scores.*``, or one bare table."""

    name = "run folder, or one table (CSV, Parquet, JSONL, Arrow/Feather)"

    def recognises(self, path: Path) -> bool:
        """Tell whether a folder holds the tables of a run, or a file is a table or plain text."""
        try:
            if path.is_dir():
                return is_run_folder(path)
            head = read_head(path)
            if not is_table(path, head):
                refuse_non_text(path.name, head)
        except (RunError, OSError, ValueError):
            return False
        return True

    def read(self, path: Path) -> EvalRun:
        """Read the run, whole.

        Raises
        ------
        RunError
            When it cannot be read or contradicts itself.
        """
        return build_run(find_files(path))
