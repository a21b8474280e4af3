"""Runs of any size: a folder of Parquet files, prepared part by part and opened at once.

A run in parts is a folder with ``run.json`` and ``predictions/``. :mod:`evalcore.parts.preparing`
plans parts from the row groups of the files and builds each of them beside the data: sorted scores,
positives, ranked inputs, labels. What is finished is kept when it is killed; a file that changed
has its own parts built anew. :mod:`evalcore.parts.opening` maps what was prepared, and one
:class:`~evalcore.counting.evaluation.Evaluation` adds up the parts.
"""

from __future__ import annotations

from evalcore.parts.opening import is_in_parts, is_prepared, open_parts
from evalcore.parts.preparing import Progress, Summary, prepare
from evalcore.parts.verifying import verify
from evalcore.parts.workers import LOCAL

__all__ = [
    "LOCAL",
    "Progress",
    "Summary",
    "is_in_parts",
    "is_prepared",
    "open_parts",
    "prepare",
    "verify",
]
