"""Read the scripts and styles that lie beside the components."""

from pathlib import Path

_HERE = Path(__file__).parent


def script(*names: str) -> str:
    """Join the named scripts to one ES module, after the functions that all components share."""
    return "\n".join(_read(f"{name}.js") for name in ("dom", *names))


def style(name: str) -> str:
    """Return the named style sheet, after the colours that all components share."""
    return _read("tones.css") + _read(f"{name}.css")


def _read(file: str) -> str:
    return (_HERE / file).read_text(encoding="utf-8")
