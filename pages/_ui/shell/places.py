"""Messages name files of the server; who may sit elsewhere is not told where they lie."""

from __future__ import annotations

import tempfile
from pathlib import Path

from evalcore.base.home import home
from pages._ui import wording
from pages._ui.session.options import options, shows_paths
from pages._ui.shell.record import store_place
from pages._ui.shell.sources import library_root

__all__ = ["told", "without_places"]


def told(message: object) -> str:
    """Return Markdown that shows a message, or an error, as it may be told to who looks."""
    return wording.escape(without_places(str(message)))


def without_places(text: str) -> str:
    """Return a text that names files, but not where this server keeps them.

    Nothing changes for who sits at the machine that serves.
    """
    if shows_paths():
        return text
    folders = [library_root(), *map(Path, options().roots), home(), Path(store_place()).parent]
    folders += [Path.cwd(), Path.home(), Path(tempfile.gettempdir())]
    places = {str(form) for folder in folders for form in (folder, folder.absolute())}
    for place in sorted(places - {"/", "."}, key=len, reverse=True):
        text = text.replace(f"{place}/", "").replace(place, Path(place).name)
    return text
