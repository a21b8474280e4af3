"""Where runs come from: the library, the command line, uploads, and paths below the roots.

A run's key stands in links. One of the library is its path there; an upload's is the digest of what
was uploaded; any other is its whole path, which is opened again only where that is allowed.
"""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

import evalcore as ec
from evalcore.library.allowed_paths import Roots
from evalcore.library.folder_of_runs import RunEntry, find_others, find_runs, resolve
from evalcore.library.uploads import Upload, find_upload, find_uploads
from pages._ui.session.keys import Kept
from pages._ui.session.options import options, shows_paths
from pages._ui.session.person import here
from pages._ui.session.visitor import visitor

__all__ = [
    "PATH",
    "every_run",
    "given_runs",
    "key_of_path",
    "key_of_upload",
    "library_root",
    "locate",
    "refuse_reading",
    "remember",
    "roots",
    "upload_of",
]

RUNS_VARIABLE = "THRESHOLD_WORKSHOP_RUNS"
ROOTS_VARIABLE = "THRESHOLD_WORKSHOP_ROOTS"
UPLOAD = "upload:"
PATH = "path:"


def library_root() -> Path:
    """Return the folder of runs: ``-- --runs DIR``, an environment variable, or the samples."""
    given = options().runs or os.environ.get(RUNS_VARIABLE)
    return Path(given) if given else Path(__file__).parents[3] / "sample_runs"


def given_runs() -> list[RunEntry]:
    """Return the runs of ``-- --run PATH``, whether or not there is anything at the path."""
    return [_entry(path, key=key_of_path(path)) for path in _given()]


def roots() -> Roots:
    """Return what may be opened by its path.

    The library's folder, and more by ``-- --roots DIR`` or an environment variable that lists
    folders as ``PATH`` does.
    """
    listed = os.environ.get(ROOTS_VARIABLE, "").split(os.pathsep)
    folders = [library_root(), *(Path(name) for name in [*options().roots, *listed] if name)]
    return Roots(folders=folders, given=_given())


def every_run(*, others: bool = False) -> list[RunEntry]:
    """Return all runs that can be chosen, without reading them; those of the command line first.

    Parameters
    ----------
    others
        Whether to return the files of the library, too, that are no run yet.
    """
    opened = [_entry(path, key=key) for key, path in _opened().items() if path.exists()]
    uploaded = [_uploaded(upload) for upload in find_uploads(visitor())]
    every = [*given_runs(), *find_runs(library_root()), *uploaded, *opened]
    if others:
        every += find_others(library_root())
    return list({entry.key: entry for entry in every}.values())


def locate(key: str) -> RunEntry:
    """Return the run of a key.

    Raises
    ------
    RunError
        When there is none, or it may not be opened.
    """
    if key.startswith(UPLOAD):
        upload = find_upload(key.removeprefix(UPLOAD))
        if upload is None:
            msg = (
                "The run of this link was uploaded, and that upload is not here: it was made on "
                "another machine, or has been removed. Hint: upload the file again."
            )
            raise ec.RunError(msg)
        return _uploaded(upload)
    if key.startswith(PATH):
        return _entry(roots().find(key.removeprefix(PATH)), key=key)
    return resolve(library_root(), key)


def remember(path: Path) -> str:
    """List a run that was opened by its path in this session, and return its key."""
    key = key_of_path(path)
    if key.startswith(PATH):
        _opened()[key] = path
    return key


def key_of_path(path: Path) -> str:
    """Return the key of a path; the library's own where it is a run of the library."""
    for entry in find_runs(library_root()):
        if entry.path.absolute() == path:
            return entry.key
    return f"{PATH}{path.as_posix()}"


def key_of_upload(upload: Upload) -> str:
    """Return the key of an upload."""
    return f"{UPLOAD}{upload.digest}"


def upload_of(key: str) -> str | None:
    """Return the digest of the upload that a key names; None for other runs."""
    return key.removeprefix(UPLOAD) if key.startswith(UPLOAD) else None


def _opened() -> dict[str, Path]:
    found: dict[str, Path] = st.session_state.setdefault(Kept.OPENED_PATHS, {})
    return found


def refuse_reading(key: str) -> None:
    """Refuse to set how a run is read, which holds for everybody who opens it; for callbacks too.

    Who made an upload sets how it is read. For other runs it is set on the machine that serves
    them, or by everybody where the app was started so.

    Raises
    ------
    RunError
        When who looks may not.
    StoreRefused
        When their role does not allow it.
    """
    here().require("reading", "set")
    digest = upload_of(key)
    if digest is not None:
        if any(upload.digest == digest for upload in find_uploads(visitor())):
            return
        msg = "How an upload is read is set by who made it. Hint: upload the file yourself."
        raise ec.RunError(msg)
    if not (shows_paths() or options().visitors_set_readings):
        msg = (
            "How a run of this server is read holds for everybody, and is set on the machine that "
            "serves it. Hint: upload the file yourself, or ask for a start with "
            "`-- --visitors-set-readings`."
        )
        raise ec.RunError(msg)


def _uploaded(upload: Upload) -> RunEntry:
    return RunEntry(key=key_of_upload(upload), path=upload.path, name=Path(upload.name).stem)


def _entry(path: Path, *, key: str) -> RunEntry:
    name = path.name if path.is_dir() else path.stem
    return RunEntry(key=key, path=path, name=name or str(path))


def _given() -> list[Path]:
    return [Path(os.path.normpath(Path(path).absolute())) for path in options().run]
