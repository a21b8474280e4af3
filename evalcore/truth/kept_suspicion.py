"""The ranking of a run's labels, made once and kept beside the prepared runs."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from evalcore.prepared.array_folder import Shelf
from evalcore.prepared.entries import publish, read_entry
from evalcore.runs.run import EvalRun
from evalcore.truth.suspicion import Suspicion, suspicion

__all__ = ["kept_suspicion"]

LARGE = 10_000
"""With fewer inputs a ranking takes less than a second."""


def kept_suspicion(run: EvalRun, *, cache: Path, least_inputs: int = LARGE) -> Suspicion:
    """Rank the labels of a run by :func:`evalcore.truth.suspicion.suspicion`, or map what was kept.

    What is kept is told by the run's fingerprint, verified to the last byte, and of this very code;
    what does not fit is made anew.

    Parameters
    ----------
    cache
        The folder of prepared runs; where it cannot be written, nothing is kept.
    least_inputs
        Smaller runs are ranked each time, and so are runs with other labels laid over their own:
        every vote would leave one more. What people have agreed on is left out of the ranking of
        the labels as delivered instead, see :meth:`evalcore.truth.suspicion.Suspicion.without`.
    """
    if run.n_inputs < least_inputs or run.delivered is not run:
        return suspicion(run)
    name = hashlib.sha256(f"suspicion of {run.fingerprint}".encode()).hexdigest()
    kept = read_entry(cache, name)
    if kept is None:
        made = suspicion(run)
        with contextlib.suppress(OSError):
            publish(cache, name, _packed(made))
        # the pages of the file in place of our own memory
        kept = read_entry(cache, name)
        if kept is None:
            return made
    return _unpacked(kept)


def _packed(made: Suspicion) -> Shelf:
    arrays = {"of_inputs": made.of_inputs, "rival": made.rival}
    if made.of_pairs is not None:
        arrays["of_pairs"] = made.of_pairs
    return Shelf(arrays=arrays, facts={})


def _unpacked(kept: Shelf) -> Suspicion:
    arrays = kept.arrays
    return Suspicion(
        of_pairs=arrays.get("of_pairs"), of_inputs=arrays["of_inputs"], rival=arrays["rival"]
    )
