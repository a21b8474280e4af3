"""Read the scripts and styles that lie beside the components."""

from pathlib import Path

_COMPONENTS = Path(__file__).parents[1]


def script(component: str, *names: str) -> str:
    """Join the scripts of a component to one ES module, after the functions that all share."""
    own = [_read(component, f"{name}.js") for name in names]
    return "\n".join([_read("shared", "dom.js"), *own])


def style(component: str) -> str:
    """Return the style sheet of a component, after the colours that all share."""
    return _read("shared", "tones.css") + _read(component, f"{component}.css")


def _read(component: str, file: str) -> str:
    return (_COMPONENTS / component / file).read_text(encoding="utf-8")
