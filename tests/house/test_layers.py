"""Layers: who may import whom (section 5 of the design), and what no module may contain."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "evalcore"
MAX_LINES = 400

ALLOWED = {
    "base": {"platformdirs"},
    "readers": {"pandas", "pyarrow"},
    "runs": {"PIL", "pyarrow", "sklearn"},
    "reports": {"jinja2", "markupsafe"},
    "store": {"sqlalchemy", "alembic", "psycopg", "filelock"},
    "counting": {"scipy"},
    "measures": {"scipy"},
    "comparison": {"scipy"},
    "diagnosis": {"scipy", "PIL", "imagehash"},
    "library": {"pandas", "pyarrow"},
}
"""What a module or folder of the core may import besides numpy and the standard library."""

FORBIDDEN = {
    "pickle": r"\bc?pickle\b",
    "unsafe_allow_html": r"unsafe_allow_html",
    "unsafe_allow_javascript": r"unsafe_allow_javascript",
    "allow_pickle=True": r"allow_pickle\s*=\s*True",
    "eval(": r"(?<![\w.])eval\(",
    "extractall": r"extractall",
    "use_container_width": r"use_container_width",
    "st.html(": r"\bst\.html\(",
}
"""Name to pattern: code that runs what a run contains, or that Streamlit has retired."""


def product_files() -> list[Path]:
    """Return every Python file that ships: the app, its pages and the core."""
    folders = [path for name in ("pages", "evalcore") for path in (ROOT / name).rglob("*.py")]
    return sorted([*(path for path in [ROOT / "app.py"] if path.exists()), *folders])


def core_files() -> list[Path]:
    return sorted(CORE.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(source: str) -> Iterator[str]:
    """Yield the full name of everything imported, wherever in the file it stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield str(ast.literal_eval(node.args[0]))


def part_of_core(path: Path) -> str:
    """Return the module or folder of the core that a file belongs to."""
    return path.relative_to(CORE).parts[0].removesuffix(".py")


def breaches_of_the_core(path: Path, source: str) -> list[str]:
    allowed = {"numpy", "evalcore", *sys.stdlib_module_names, *ALLOWED.get(part_of_core(path), ())}
    return [name for name in imports(source) if name.split(".")[0] not in allowed]


@pytest.mark.parametrize("path", core_files(), ids=name_of)
def test_the_core_imports_numpy_and_what_its_part_is_allowed(path: Path) -> None:
    assert breaches_of_the_core(path, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", product_files(), ids=name_of)
def test_no_module_contains_what_is_forbidden(path: Path) -> None:
    assert forbidden_in(path.read_text(encoding="utf-8")) == []


def forbidden_in(source: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN.items() if re.search(pattern, source)]


@pytest.mark.parametrize("path", product_files(), ids=name_of)
def test_modules_are_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


@pytest.mark.parametrize("path", product_files(), ids=name_of)
def test_nobody_imports_the_app_or_the_tests(path: Path) -> None:
    names = {name.split(".")[0] for name in imports(path.read_text(encoding="utf-8"))}

    assert not names & {"app", "tests", "sample_runs"}


def test_there_is_a_core_to_read() -> None:
    assert {name_of(path) for path in product_files()} >= {
        "evalcore/__init__.py",
        "evalcore/counting/evaluation.py",
        "evalcore/counting/rules.py",
    }


@pytest.mark.parametrize(
    "source",
    [
        "import streamlit as st",
        "from streamlit import session_state",
        "import altair.vegalite",
        "from pages._ui import keys",
        "def f():\n    import pandas",
        "try:\n    import scipy.sparse\nexcept ImportError: pass",
        "import sklearn",
        "from . import rules",
        "import importlib\nimportlib.import_module('streamlit')",
    ],
)
def test_a_breach_in_a_numeric_module_is_seen(source: str) -> None:
    assert len(breaches_of_the_core(CORE / "choosing" / "goals.py", source)) == 1


def test_a_part_is_allowed_its_own_packages_and_no_others() -> None:
    assert breaches_of_the_core(CORE / "readers" / "table.py", "import pandas, pyarrow.csv") == []
    assert breaches_of_the_core(CORE / "runs" / "images.py", "from PIL import Image") == []
    assert breaches_of_the_core(CORE / "counting" / "shown_matrix.py", "import scipy.cluster") == []
    assert breaches_of_the_core(CORE / "runs" / "images.py", "import pandas") == ["pandas"]
    assert breaches_of_the_core(CORE / "readers" / "table.py", "import PIL") == ["PIL"]


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "import cpickle",
        "st.markdown(x, unsafe_allow_html=True)",
        "x(unsafe_allow_javascript=True)",
        "np.load(f, allow_pickle = True)",
        "eval(text)",
        "archive.extractall(folder)",
        "st.image(x, use_container_width=True)",
        "st.html(text)",
    ],
)
def test_each_forbidden_thing_is_seen(source: str) -> None:
    assert len(forbidden_in(source)) == 1


@pytest.mark.parametrize(
    "source", ["np.load(f, allow_pickle=False)", "model.eval()", "retrieval(x)", "st.html_id = 1"]
)
def test_what_only_looks_forbidden_is_not(source: str) -> None:
    assert forbidden_in(source) == []
