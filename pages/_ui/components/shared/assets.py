"""A component of our own: its modules joined to one script and one style sheet, and mounted.

The modules are plain ES modules: linter, type checker and ``node --test`` read them as they are. In
one script they share one scope, so a name is declared once among all modules of a component.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

__all__ = ["Component", "ScriptError", "join", "script", "style"]

_ROOT = '<div class="root"></div>'
_COMPONENTS = Path(__file__).parents[1]
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/[^"]+)";\n', re.MULTILINE)
_DECLARED = re.compile(
    r"^(?:export )?(?:async )?(?:function\*?|const|let|class) (\[[^\]]*\]|\{[^}]*\}|[\w$]+)",
    re.MULTILINE,
)
_EXPORTED = re.compile(r"^export (?!default )", re.MULTILINE)
_NAME = re.compile(r"[\w$]+")
_STRAY = re.compile(r"^(?:import\b|export (?:\*|\{)).*", re.MULTILINE)


class ScriptError(Exception):
    """The modules of a component cannot be joined to one script."""


def script(component: str) -> str:
    """Return the script of a component: its own module, after all that it imports."""
    return join(_COMPONENTS / component / f"{component}.js")


def style(component: str) -> str:
    """Return the style sheet of a component, after the colours that all share."""
    sheets = (_COMPONENTS / "shared" / "tones.css", _COMPONENTS / component / f"{component}.css")
    return "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)


def join(entry: Path) -> str:
    """Return one module that holds a module and all that it imports, each once.

    Raises
    ------
    ScriptError
        When an import is written otherwise than ``import { name } from "./file.js";``, names what
        its module does not export, leads round in a circle, or when two modules declare one name.
    """
    modules: dict[Path, str] = {}
    _collect(entry.resolve(), modules, above=())
    owners: dict[str, Path] = {}
    for path, source in modules.items():
        for name in _declared(source):
            if name in owners:
                msg = f"{path.name} declares {name!r}, as {owners[name].name} does."
                raise ScriptError(msg)
            owners[name] = path
    texts = [_IMPORT.sub("", source) for source in modules.values()]
    return "\n".join([*(_EXPORTED.sub("", text) for text in texts[:-1]), texts[-1]])


def _collect(path: Path, modules: dict[Path, str], *, above: tuple[Path, ...]) -> None:
    """Add a module after what it imports."""
    if path in above:
        msg = f"Modules import each other in a circle: {' > '.join(p.name for p in (*above, path))}"
        raise ScriptError(msg)
    if path in modules:
        return
    source = path.read_text(encoding="utf-8")
    stray = _STRAY.search(_IMPORT.sub("", source))
    if stray:
        hint = 'Write: import { name } from "./file.js";'
        msg = f"{path.name}: cannot join {stray.group()!r}. {hint}"
        raise ScriptError(msg)
    for names, target in _IMPORT.findall(source):
        imported = (path.parent / target).resolve()
        _collect(imported, modules, above=(*above, path))
        wanted = {name.strip() for name in names.split(",") if name.strip()}
        missing = sorted(wanted - _exported(modules[imported]))
        if missing:
            msg = (
                f"{path.name} imports {', '.join(missing)}, which {imported.name} does not export."
            )
            raise ScriptError(msg)
    modules[path] = source


def _declared(source: str) -> list[str]:
    return [name for found in _DECLARED.findall(source) for name in _NAME.findall(found)]


def _exported(source: str) -> set[str]:
    lines = (line for line in source.splitlines() if line.startswith("export "))
    return {name for line in lines for name in _declared(line)}


class Component:
    """One of the folders beside this one, as Streamlit knows it."""

    def __init__(self, name: str, *, html: str = _ROOT) -> None:
        self._draw = st.components.v2.component(
            f"threshold_workshop.{name}",
            html=html,
            css=style(name),
            js=script(name),
        )

    def draw(
        self,
        data: Any,  # noqa: ANN401 - each component has its own
        *,
        key: str,
        narrow: bool = False,
        **acts: Callable[[], None],
    ) -> None:
        """Draw it, and call when it has sent what an act is named after."""
        hear: dict[str, Any] = {
            f"on_{what}_change": _heard(key, what, act) for what, act in acts.items()
        }
        self._draw(key=key, data=_plain(data), width="content" if narrow else "stretch", **hear)


def _plain(data: Any) -> Any:  # noqa: ANN401 - as it came
    """Return data with its lists as tuples, which are the same JSON.

    In lists Streamlit looks for a table of pandas or of six other libraries, at every drawing.
    """
    if not isinstance(data, dict):
        return data
    return {name: tuple(part) if isinstance(part, list) else part for name, part in data.items()}


def _heard(key: str, what: str, act: Callable[[], None]) -> Callable[[], None]:
    """Leave an act out when what was sent is gone.

    Streamlit forgets it when the page was meanwhile drawn without the component, and calls yet.
    """

    def answer() -> None:
        sent = st.session_state.get(key)
        if sent is not None and sent.get(what) is not None:
            act()

    return answer
