"""Ways to open a run that the library does not list: an upload, or a path."""

from __future__ import annotations

from functools import partial
from typing import IO

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

import evalcore as ec
from evalcore.base.jobs import Job
from evalcore.library.archive import is_archive
from evalcore.library.uploads import Upload, find_upload, remove_upload, take_upload
from pages._ui import wording
from pages._ui.session import state
from pages._ui.session.keys import Kept, Key
from pages._ui.session.options import shows_paths
from pages._ui.session.person import here
from pages._ui.session.visitor import visitor
from pages._ui.shell import loading, opening, sources

__all__ = ["offer_removal", "ways_in"]

QUICK = 4 * 2**20
"""An upload of fewer bytes is read before the page is drawn again."""
MB = 2**20


def ways_in() -> None:
    """Draw a button behind which one can upload a run, or open one by its path."""
    with st.popover(
        "Open another run", key=Key.OPEN_ANOTHER, icon=":material/folder_open:", width="content"
    ):
        most = int(st.get_option("server.maxUploadSize"))
        st.markdown(
            f"**Upload** a table (CSV, Parquet, JSONL, Arrow), an NPZ or JSON file, or a ZIP of a "
            f"run's folder, up to {most:,} MB. A larger one: put it into one of the folders below "
            "and open it by its path. An upload is listed for you alone; who gets "
            "its link from you can open it."
        )
        st.file_uploader(
            "File or ZIP",
            key=_uploader(),
            on_change=_upload,
            label_visibility="collapsed",
        )
        folders = ", ".join(wording.escape(str(top)) for top in sources.roots().folders)
        below = f"below {folders}" if shows_paths() else "below the folders of this server"
        st.markdown(f"**By path**, {below}")
        st.text_input(
            "Path of a run folder, file or ZIP",
            key=Key.PATH,
            on_change=_open_path,
            placeholder="my_run, or results/predictions.csv",
            label_visibility="collapsed",
        )


def offer_removal(key: str) -> None:
    """Draw a button that removes an upload, for who made it."""
    digest = sources.upload_of(key)
    upload = find_upload(digest) if digest else None
    if upload is None or visitor() not in upload.owners:
        return
    if st.button("Remove this upload", key=Key.REMOVE, icon=":material/delete:", type="tertiary"):
        _remove(upload)
        st.rerun()


def _uploader() -> str:
    return f"{Key.UPLOAD}{st.session_state.get(Kept.UPLOAD_TURN, 0)}"


def _upload() -> None:
    file: UploadedFile | None = st.session_state[_uploader()]
    if file is None:
        return
    # A new key empties the field; the server's own copy goes, too, for ours is kept on disk.
    st.session_state[Kept.UPLOAD_TURN] = st.session_state.get(Kept.UPLOAD_TURN, 0) + 1
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)
    _take(file, name=file.name, size=file.size)


def _open_path() -> None:
    text = st.session_state[Key.PATH]
    if not text.strip():
        return
    try:
        path = sources.roots().find(text)
        if is_archive(path):
            _take(path.open("rb"), name=path.name, size=path.stat().st_size)
            return
    except ec.WorkshopError as error:
        opening.fail(text, error)
        return
    # Listed also when it cannot be read yet, so that what is said of it stays beside it.
    key = sources.remember(path)
    opening.open_key(key, name=path.name)


def _take(file: IO[bytes], *, name: str, size: int) -> None:
    try:
        here().require("upload", "kept")
    except ec.WorkshopError as error:
        opening.fail(name, error)
        return
    job = Job(partial(_read, file, name=name, owner=visitor()))
    job.start()
    opening.begin(name=name, job=job, done=sources.key_of_upload, wait=size < QUICK)


def _read(file: IO[bytes], *, name: str, owner: str) -> Upload:
    with file:
        upload, run = take_upload(file, name=name, owner=owner, read=loading.read_upload)
    if run is not None:
        loading.keep(loading.open_handle(sources.key_of_upload(upload)), run)
    return upload


def _remove(upload: Upload) -> None:
    try:
        here().require("upload", "removed")
        remove_upload(upload.digest, owner=visitor())
    except ec.WorkshopError as error:
        opening.fail(upload.name, error)
        return
    opening.look_at(None)
    if state.asked().run == sources.key_of_upload(upload):
        state.close_run()
