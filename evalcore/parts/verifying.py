"""Every byte of what was prepared, compared with its digest: on demand, or behind an open run."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from evalcore.base.jobs import report_progress
from evalcore.errors import NotPrepared
from evalcore.parts.part_folder import mapped, part_path, whole_path
from evalcore.parts.pieces import Piece
from evalcore.parts.plan_file import PLAN, prepared_at
from evalcore.prepared.array_folder import BLOCK, HEADER, DamagedError, read_header
from evalcore.prepared.array_writer import digest_of

__all__ = ["damage_in", "is_built", "is_whole", "verify"]

LAST = 19
"""The lowest priority that Linux knows."""


def is_built(out: Path, piece: Piece, *, verify: bool = False) -> bool:
    """Tell whether a part is there, whole; to the last byte with ``verify``."""
    return is_whole(part_path(out, piece.key), content=piece.key, verify=verify)


def is_whole(folder: Path, *, content: str, verify: bool) -> bool:
    """Tell whether a folder of arrays is what was written; to the last byte with ``verify``."""
    if verify:
        return all(damage is None for _, damage in damage_in(folder, content=content))
    with suppress(DamagedError):
        mapped(folder, content=content)
        return True
    return False


def damage_in(folder: Path, *, content: str) -> Iterator[tuple[float, str | None]]:
    """Compare a folder of arrays block by block with its digests.

    Yields
    ------
    share, damage
        How much is done, 0 to 1, and what is damaged; None where nothing is.
    """
    try:
        shelf = mapped(folder, content=content)
        header = read_header(folder / HEADER)
        n_bytes, done = sum(array.nbytes for array in shelf.arrays.values()), 0
        for name, array in shelf.arrays.items():
            entry = header["arrays"][name]
            # read, and not mapped: the pages would count as memory of this process
            with (folder / Path(entry["file"]).name).open("rb") as file:
                file.seek(entry["size"] - array.nbytes)
                for block, digest in enumerate(entry["digests"]):
                    here = file.read(BLOCK)
                    done += len(here)
                    is_right = digest_of(here, header["digest"]) == digest
                    yield done / n_bytes, None if is_right else f"{name}, block {block + 1}"
    except (DamagedError, OSError) as error:
        yield 1.0, str(error)


def verify(path: Path) -> None:
    """Compare every byte of what was prepared of a run in parts, beside all other work.

    Reports its progress, at which it can be stopped. What is damaged is withdrawn: nobody opens it
    any more, and ``prepare`` builds it again, and nothing else.

    Raises
    ------
    NotPrepared
        When something is damaged.
    """
    out, found = prepared_at(path)
    if found is None:
        return
    _step_back()
    folders = {part_path(out, piece.key): piece.named for piece in found.pieces}
    folders[whole_path(out, found.whole)] = "all parts together"
    for k, (folder, what) in enumerate(folders.items()):
        for damage in _looked_through(folder, begun=k, of=len(folders)):
            _, now = prepared_at(path)
            if now is None or now.whole != found.whole:
                return  # prepared anew meanwhile: these were left behind
            _withdraw(out, folder)
            msg = (
                f"{path.name}: what was prepared of {what} is damaged on the disk ({damage}), so "
                "it is shown no longer. Hint: prepare the run again; only this is built anew."
            )
            raise NotPrepared(msg)


def _looked_through(folder: Path, *, begun: int, of: int) -> Iterator[str]:
    for share, damage in damage_in(folder, content=folder.name):
        report_progress(begun + share, of=of)
        if damage is not None:
            yield damage


def _withdraw(out: Path, folder: Path) -> None:
    for file in (out / PLAN, folder / HEADER):
        with suppress(OSError):  # somebody else's folder stays as it is
            file.unlink()


def _step_back() -> None:
    """Give this thread the lowest priority, where each thread has its own."""
    if hasattr(os, "setpriority"):
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LAST)
