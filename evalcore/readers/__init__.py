"""Readers: from a folder or a file on disk to an :class:`~evalcore.run.EvalRun`.

A run is read whole, checked, and only then returned; nothing is half-loaded. The steps, one
module each::

    files ─► manifest ─► formats ─► roles ─► (sparse) ─► truth ─► inputs ─► checks ─► build
             run.json    csv_table
                         parquet_table

Exports of other tools (Clarifai, Hugging Face, FiftyOne, Vertex AI, Open Images) have a module
each; :mod:`evalcore.readers.exports` registers them, and all of them end in the last two steps.
To add one, write a class with the methods of :class:`evalcore.readers.registry.Reader`.

To add a table format, write a class with the methods of :class:`evalcore.readers.table.Table`
and list it in :data:`evalcore.readers.formats.TABLE_READERS`.
"""

from __future__ import annotations

import os
from pathlib import Path

from evalcore.readers.build import build_run
from evalcore.readers.exports import register_exports
from evalcore.readers.files import find_files
from evalcore.readers.registry import READERS
from evalcore.run import EvalRun

__all__ = ["load_run"]


def load_run(path: str | os.PathLike[str]) -> EvalRun:
    r"""Load an evaluation run.

    Parameters
    ----------
    path
        A folder with ``predictions.*`` or with ``inputs.*`` and ``scores.*``, optionally a
        ``run.json`` and images; or one bare CSV or Parquet file; or the export of another tool.

    Returns
    -------
    EvalRun
        Its ``report`` says what each column was taken for, what was mended and what to look at.

    Raises
    ------
    RunError
        When the run cannot be read or contradicts itself. The text names the file, the row, the
        column, the value found, what is allowed and how to mend it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table = Path(folder) / "pets.csv"
    ...     _ = table.write_text("id,label,dog,cat\n1,dog,0.9,0.1\n2,cat,0.2,0.8\n")
    ...     run = load_run(table)
    >>> run.name, run.concepts, run.task
    ('pets', ('dog', 'cat'), 'single_label')
    """
    place = Path(path)
    reader = next((reader for reader in READERS if reader.recognises(place)), None)
    return reader.read(place) if reader else build_run(find_files(place))


register_exports()
