"""A run as one ZIP: judged, unpacked entry by entry into a given folder, and loaded from there."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from evalcore.base.jobs import report_progress
from evalcore.errors import RunError, shorten
from evalcore.readers.folder.files import is_run_folder
from evalcore.readers.registry import read_run
from evalcore.readers.tables.content import read_head
from evalcore.readers.tables.zip_checks import ZipLimits, check_entries, open_zip
from evalcore.runs.run import EvalRun

__all__ = ["ZipLimits", "is_archive", "load_archive", "unpack"]

CHUNK = 2**20
ENTRIES_PER_REPORT = 256
_LEFT_OVER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What Finder and Explorer put into an archive without being asked."""


def is_archive(path: Path) -> bool:
    """Tell by its first bytes whether a file is a ZIP, but not NumPy's or Excel's."""
    try:
        head = read_head(path) if path.is_file() else b""
    except RunError:
        return False
    is_other = (
        b"[Content_Types].xml" in head or b"xl/" in head or _first_name(head).endswith(".npy")
    )
    return head.startswith((b"PK\3\4", b"PK\5\6")) and not is_other


def load_archive(
    source: Path | IO[bytes], *, into: Path, name: str = "", limits: ZipLimits | None = None
) -> EvalRun:
    """Unpack a ZIP and load the run inside, whole.

    Parameters
    ----------
    source
        A file, or what an upload gives: bytes that can be read and sought.
    into
        An empty folder, which has to stay as long as the run's images are looked at.
    name
        Name shown in messages, when ``source`` is no path.

    Raises
    ------
    RunError
        When the archive is refused or holds no run.
    """
    shown = name or (source.name if isinstance(source, Path) else "upload.zip")
    # A run without a folder of its own is called like its archive.
    inside = into / (Path(shown).stem or "run")
    try:
        inside.mkdir()
    except OSError as error:
        msg = f"{shown}: cannot be unpacked: {error.strerror or error}."
        raise RunError(msg) from None
    return read_run(unpack(source, into=inside, name=shown, limits=limits))


def unpack(
    source: Path | IO[bytes], *, into: Path, name: str = "", limits: ZipLimits | None = None
) -> Path:
    """Unpack a ZIP into an empty folder and return the path of the run inside.

    The run's folder may be the archive's only entry, or its content may lie at the top; a single
    table is a run too. On any error the folder is emptied again.

    Raises
    ------
    RunError
        When the archive is damaged, holds entries that are dangerous, or grows beyond the limits,
        which are counted while reading.
    """
    if any(into.iterdir()):
        msg = f"{into.name}: archives are unpacked into an empty folder only."
        raise RunError(msg)
    bounds = ZipLimits() if limits is None else limits
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                _unpack(file, into, name or source.name, bounds)
        else:
            _unpack(source, into, name or "upload.zip", bounds)
    except BaseException as error:
        _empty(into)
        if isinstance(error, OSError):
            msg = f"{name or 'archive'}: cannot be unpacked: {error.strerror or error}."
            raise RunError(msg) from None
        raise
    return _run_inside(into)


def _unpack(source: IO[bytes], into: Path, name: str, limits: ZipLimits) -> None:
    size = source.seek(0, 2)
    with open_zip(source, name=name, limits=limits) as archive:
        entries = archive.infolist()
        check_entries(entries, name=name, size=size, limits=limits)
        left = min(limits.total, max(limits.free, limits.ratio * size))
        made: set[str] = set()
        for k, entry in enumerate(entries):
            if k % ENTRIES_PER_REPORT == 0:
                report_progress(k, of=len(entries))
            folder, _, last = entry.filename.rpartition("/")
            if last in _LEFT_OVER or entry.filename.split("/")[0] in _LEFT_OVER:
                continue
            if folder not in made:
                (into / folder).mkdir(parents=True, exist_ok=True)
                made.add(folder)
            if last:
                left -= _write(archive, entry, into / entry.filename, name=name, left=left)


def _write(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, *, name: str, left: int
) -> int:
    written = 0
    with target.open("xb") as file:
        if not entry.file_size:  # nothing to unpack, and archives may have very many of these
            return 0
        for chunk in _chunks(archive, entry, name):
            written += len(chunk)
            # The directory may lie about sizes, so what really comes out is counted.
            if written > min(entry.file_size, left):
                msg = (
                    f"{name}: the entry {shorten(entry.filename)} unpacks to more than the "
                    f"{entry.file_size:,} bytes it declares. Hint: zip the run's folder again."
                )
                raise RunError(msg)
            file.write(chunk)
    return written


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    try:
        with archive.open(entry) as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        msg = (
            f"{name}: the entry {shorten(entry.filename)} is truncated or damaged ({error}). "
            "Hint: copy or zip it again."
        )
        raise RunError(msg) from None


def _run_inside(into: Path) -> Path:
    folder = into
    entries = list(folder.iterdir())
    while len(entries) == 1 and entries[0].is_dir():
        folder = entries[0]
        entries = list(folder.iterdir())
    # A folder that was zipped has a name of its own, even when one table is all it holds.
    is_named = folder != into and is_run_folder(folder)
    return entries[0] if len(entries) == 1 and not is_named else folder


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _first_name(head: bytes) -> str:
    length = int.from_bytes(head[26:28], "little")
    return head[30 : 30 + length].decode("utf-8", "replace")
