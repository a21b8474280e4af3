"""Files and folders that appear whole or not at all: written aside, then renamed."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evalcore.errors import RunError

__all__ = ["ASIDE", "whole_file", "whole_folder", "write_whole"]

ASIDE = ".writing-"
"""How the names begin of what is not yet whole; what a killed process leaves has such a name."""


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """Give a path to write to; at the end of the block that file takes the target's place.

    Whoever reads the target finds the old file or the new one, never a part, also after a crash.

    Raises
    ------
    OSError
        When it cannot be written; then nothing has changed.
    """
    aside = target.parent / f"{ASIDE}{secrets.token_hex(8)}"
    try:
        yield aside
        with aside.open("rb+") as file:
            os.fsync(file.fileno())
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


def write_whole(target: Path, text: str) -> None:
    """Write a text by :func:`whole_file`; folders above it are made.

    Raises
    ------
    RunError
        When it cannot be written; then nothing has changed.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(target) as aside:
            aside.write_text(text, encoding="utf-8")
    except OSError as error:
        msg = f"{target.name}: cannot be written: {error.strerror}. Nothing was changed."
        raise RunError(msg) from None


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder to write into; at the end of the block it takes the target's place.

    What stood there is removed; whoever has a file of it open keeps it.

    Raises
    ------
    OSError
        When it cannot be written; then nothing has changed.
    """
    aside = Path(tempfile.mkdtemp(prefix=ASIDE, dir=target.parent))  # for the user alone
    new = aside / "new"
    try:
        new.mkdir(mode=0o700)
        yield new
        if os.path.lexists(target):
            target.rename(aside / "old")
        new.rename(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
