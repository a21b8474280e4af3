"""Runs that were uploaded: checked first, then kept whole under the workshop's own folder.

Each lies in a folder of its own. A small file named by the digest says where; it is written last::

    uploads/5f1c….json       {"name": "pets.zip", "folder": "b2…", "run": "pets", "owners": ["9c…"]}
    uploads/b2…/pets/        what was unpacked

An upload is listed for its owners, and removed by them; who has its link may open it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from evalcore.base.home import home
from evalcore.base.whole_writes import write_whole
from evalcore.errors import AmbiguousReading, RunError, UnknownColumns, shorten
from evalcore.library.archive import is_archive, unpack
from evalcore.readers import load_run
from evalcore.readers.folder.files import is_run_folder
from evalcore.runs.run import EvalRun

__all__ = ["Upload", "find_upload", "find_uploads", "is_digest", "remove_upload", "take_upload"]

CHUNK = 2**20
MAX_NAME = 120
STALE_SECONDS = 24 * 3600
_DIGEST = re.compile(r"[0-9a-f]{32}")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One uploaded run.

    Parameters
    ----------
    digest
        Of the bytes that were uploaded; the same file is the same upload.
    name
        What the file was called.
    path
        What :func:`evalcore.readers.load_run` opens.
    owners
        Who has uploaded it; nobody, where it was found as a ZIP in the library.
    """

    digest: str
    name: str
    path: Path
    owners: tuple[str, ...] = ()


def take_upload(
    source: IO[bytes],
    *,
    name: str,
    owner: str | None = None,
    read: Callable[[Path], EvalRun | None] = load_run,
) -> tuple[Upload, EvalRun | None]:
    """Keep a file or a ZIP when a run can be read from it.

    Parameters
    ----------
    source
        Bytes that can be read and sought.
    name
        What the file is called; of unknown origin, it is made harmless.
    owner
        Who uploads it.
    read
        Reads the run, or raises; may return None when it is to be opened anew.

    Returns
    -------
    tuple of (Upload, EvalRun or None)
        The run that was read on the way; None when it has to be opened, or a person has to say
        first how it is meant.

    Raises
    ------
    RunError
        When no run can be read from it, or it cannot be written; nothing is kept then.
    """
    digest = _digest(source)
    known = find_upload(digest)
    if known is not None:
        return _owned(known, [*known.owners, *_some(owner)]), None
    _sweep()
    folder = _top() / secrets.token_hex(16)
    try:
        folder.mkdir(parents=True)
        path = _lay_out(source, folder, _safe(name))
        run = _run_in(path, read)
        upload = _owned(Upload(digest=digest, name=name, path=path), _some(owner))
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        msg = f"{shorten(name)}: the upload cannot be kept: {error.strerror}."
        raise RunError(msg) from None
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return upload, run


def _run_in(path: Path, read: Callable[[Path], EvalRun | None]) -> EvalRun | None:
    try:
        return read(path)
    except (AmbiguousReading, UnknownColumns):
        return None  # kept, for a person can say how it is meant


def find_upload(digest: str) -> Upload | None:
    """Return an upload by its digest; None when this machine has it not."""
    if not is_digest(digest):
        return None
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        entry: Mapping[str, Any] = json.loads((_top() / f"{digest}.json").read_bytes())
        folder = _top() / str(entry["folder"])
        path = folder / str(entry["run"])
        if path.exists() and path.resolve().is_relative_to(_top().resolve()):
            owners = tuple(map(str, entry.get("owners", ())))
            return Upload(digest=digest, name=str(entry["name"]), path=path, owners=owners)
    return None


def find_uploads(owner: str | None = None) -> list[Upload]:
    """Return the uploads of an owner, or all there are, by name."""
    found = (find_upload(path.stem) for path in _top().glob("*.json"))
    there = [one for one in found if one is not None and (owner is None or owner in one.owners)]
    return sorted(there, key=lambda upload: (upload.name, upload.digest))


def remove_upload(digest: str, *, owner: str | None = None) -> None:
    """Remove an upload, which nobody finds from then on; what was uploaded is not kept elsewhere.

    Parameters
    ----------
    owner
        Who wants it removed: where others have uploaded the same bytes it stays theirs. None
        removes it for all.

    Raises
    ------
    RunError
        When there is no such upload, it is somebody else's, or it cannot be removed.
    """
    upload = find_upload(digest)
    if upload is None:
        msg = "This upload is not here any more."
        raise RunError(msg)
    if owner is not None and owner not in upload.owners:
        msg = f"{shorten(upload.name)}: only who has uploaded it may remove it."
        raise RunError(msg)
    others = [one for one in upload.owners if one != owner]
    if owner is not None and others:
        _owned(upload, others)
        return
    folder = _top() / upload.path.relative_to(_top()).parts[0]
    try:
        (_top() / f"{digest}.json").unlink(missing_ok=True)
    except OSError as error:
        msg = f"{shorten(upload.name)}: cannot be removed: {error.strerror}."
        raise RunError(msg) from None
    shutil.rmtree(folder, ignore_errors=True)


def _owned(upload: Upload, owners: Iterable[str]) -> Upload:
    """Write down whose an upload is; from then on it is there."""
    folder, *inside = upload.path.relative_to(_top()).parts
    owned = replace(upload, owners=tuple(dict.fromkeys(owners)))
    entry = {
        "name": upload.name,
        "folder": folder,
        "run": "/".join(inside),
        "owners": owned.owners,
    }
    write_whole(_top() / f"{upload.digest}.json", json.dumps(entry))
    return owned


def _some(owner: str | None) -> list[str]:
    return [] if owner is None else [owner]


def is_digest(text: str) -> bool:
    """Tell whether a text could be the digest of an upload."""
    return _DIGEST.fullmatch(text) is not None


def _top() -> Path:
    return home() / "uploads"


def _digest(source: IO[bytes]) -> str:
    source.seek(0)
    found = hashlib.blake2b(digest_size=16)
    while chunk := source.read(CHUNK):
        found.update(chunk)
    return found.hexdigest()


def _lay_out(source: IO[bytes], folder: Path, name: str) -> Path:
    plain = folder / name
    source.seek(0)
    with plain.open("xb") as file:
        shutil.copyfileobj(source, file, CHUNK)
    if not is_archive(plain):
        return plain
    plain.unlink()
    # The ZIP's own name is what a run without a folder inside is called.
    inside = folder / (Path(name).stem or "run")
    inside.mkdir()
    found = unpack(source, into=inside, name=name)
    return inside if found.parent == inside and is_run_folder(inside) else found


def _safe(name: str) -> str:
    """Return a harmless name of a file.

    Examples
    --------
    >>> _safe("../../.ssh/pets.csv"), _safe("")
    ('ssh_pets.csv', 'upload')
    """
    bare = _UNSAFE.sub("_", name).lstrip("._ ").strip() or "upload"
    stem, ending = Path(bare).stem, Path(bare).suffix
    ending = ending.encode("utf-8", "replace")[:16].decode("utf-8", "ignore")
    kept = stem.encode("utf-8", "replace")[: MAX_NAME - 16].decode("utf-8", "ignore")
    return f"{kept}{ending}"


def _sweep() -> None:
    """Remove folders that a server left behind when it was ended in the middle of an upload."""
    kept = {upload.path.relative_to(_top()).parts[0] for upload in find_uploads()}
    with contextlib.suppress(OSError):
        for path in _top().iterdir():
            age = time.time() - path.stat().st_mtime
            if path.is_dir() and path.name not in kept and age > STALE_SECONDS:
                shutil.rmtree(path, ignore_errors=True)
