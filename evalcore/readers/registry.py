"""The formats that can be read; each is a small :class:`Reader`.

To add a format::

    class MyReader:
        name = "my tool (JSON)"

        def recognises(self, path: Path) -> bool:
            return b'"my_tool_version"' in read_head(path)

        def read(self, path: Path) -> EvalRun:
            ...
            return EvalRun.from_arrays(scores, labels, concepts=concepts)

    register(MyReader())
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from evalcore.errors import RunError
from evalcore.readers.clarifai.reader import ClarifaiReader
from evalcore.readers.fiftyone.reader import FiftyOneReader
from evalcore.readers.folder.build import build_run
from evalcore.readers.folder.files import find_files, is_run_folder, require_path
from evalcore.readers.huggingface.reader import HuggingFaceReader
from evalcore.readers.npz.reader import NpzReader
from evalcore.readers.openimages.reader import OpenImagesReader
from evalcore.readers.tables.content import read_head, refuse_non_text
from evalcore.readers.tables.formats import is_table
from evalcore.readers.vertex.reader import VertexReader
from evalcore.runs.run import EvalRun

__all__ = [
    "EXPORT_READERS",
    "READERS",
    "FolderReader",
    "Reader",
    "is_foreign_run",
    "is_table_run",
    "read_run",
    "register",
]


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


EXPORT_READERS: tuple[Reader, ...] = (
    ClarifaiReader(),
    FiftyOneReader(),
    VertexReader(),
    OpenImagesReader(),
    HuggingFaceReader(),
)
"""The narrowest marks first; no two of them recognise the same file."""

READERS: list[Reader] = [
    NpzReader(),
    *EXPORT_READERS,
    FolderReader(),
]
"""Asked in order. The folder format stands last, for it takes any text for a table."""


def register(reader: Reader) -> None:
    """Add a format; it is asked before the folder format and after those already there."""
    READERS.insert(len(READERS) - 1, reader)


def read_run(path: Path) -> EvalRun:
    """Read a run with the first reader that recognises it.

    Raises
    ------
    RunError
        When there is nothing at the path, no reader recognises it, or the run is malformed.
    """
    require_path(path)
    try:
        reader = next((reader for reader in READERS if reader.recognises(path)), None)
        if reader is None:
            raise _unrecognised(path)
        return reader.read(path)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        msg = (
            f"{path.name}: cannot be read: {reason}. "
            "Hint: see that the file is still there, whole, and may be read."
        )
        raise RunError(msg) from None
    except MemoryError:
        msg = (
            f"{path.name}: this run needs more memory than this machine has to offer. "
            "Hint: evaluate a sample, or store the scores as float16 or float32."
        )
        raise RunError(msg) from None


def is_foreign_run(path: Path) -> bool:
    """Tell whether a reader other than the folder format's recognises a path."""
    return any(reader.recognises(path) for reader in READERS[:-1])


def is_table_run(path: Path) -> bool:
    """Tell whether a path is read as tables with columns, which people may give roles."""
    return not is_foreign_run(path) and READERS[-1].recognises(path)


def _unrecognised(path: Path) -> RunError:
    known = "Formats: " + "; ".join(reader.name for reader in READERS) + "."
    try:
        if path.is_dir():
            find_files(path)
        else:
            refuse_non_text(path.name, read_head(path))
    except RunError as error:
        return RunError(f"{error} {known}")
    return RunError(f"{path.name}: this is no evaluation run that can be read. {known}")
