"""Readers: from a folder or a file on disk to an :class:`~evalcore.runs.run.EvalRun`.

A run is read whole, checked, and only then returned; nothing is half-loaded. Each format is a
:class:`~evalcore.readers.registry.Reader`, asked in order whether it recognises the path. The
steps of the product's own format, one module each::

    files ─► manifest ─► formats ─► roles ─► (sparse) ─► truth ─► inputs ─► checks ─► build
             run.json    csv_table
                         parquet_table, arrow_table (columnar)
                         jsonl_table

Exports of other tools are listed in :data:`evalcore.readers.registry.EXPORT_READERS`; each has a
room of its own, and all of them end in the last two steps.

To add a format, see :mod:`evalcore.readers.registry`. To add a table format to the folder format,
write a class with the methods of :class:`evalcore.readers.tables.table.Table` and list it in
:data:`evalcore.readers.tables.formats.TABLE_FORMATS`.
"""

from __future__ import annotations

import os
from pathlib import Path

from evalcore.readers.registry import read_run
from evalcore.runs.run import EvalRun

__all__ = ["load_run"]


def load_run(path: str | os.PathLike[str]) -> EvalRun:
    r"""Load an evaluation run.

    Parameters
    ----------
    path
        A folder with ``predictions.*`` or with ``inputs.*`` and ``scores.*``, optionally a
        ``run.json`` and images; or one bare table (CSV, Parquet, JSONL, Arrow/Feather); or a
        file or folder of another format of :data:`evalcore.readers.registry.READERS`.

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
    return read_run(Path(path))
