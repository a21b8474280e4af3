"""The README: its Python runs, its links lead somewhere, nothing is left to fill in.

Links and paths of the pages in ``.docs/`` are held to the same.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
EVERY_PAGE = pytest.mark.parametrize(
    "page", [README, *sorted((ROOT / ".docs").glob("*.md"))], ids=lambda page: page.name
)


def text(page: Path = README) -> str:
    return page.read_text(encoding="utf-8")


def python_blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", text(), flags=re.DOTALL | re.MULTILINE)


def outside_code(page: Path = README) -> str:
    return re.sub(r"^```.*?^```", "", text(page), flags=re.DOTALL | re.MULTILINE)


def linked_files(page: Path) -> list[Path]:
    """Return what links and pictures lead to inside the repository."""
    targets = re.findall(r"\]\(([^)\s]+)\)", outside_code(page))
    inside = [target.split("#")[0] for target in targets if not re.match(r"\w+:|#", target)]
    return [page.parent / path for path in inside]


def named_paths(page: Path) -> list[str]:
    """Return the paths inside the repository that stand in backticks."""
    words = re.findall(r"`([\w.-]+/[\w./-]*)`", outside_code(page))
    return [word for word in words if (ROOT / word.split("/")[0]).is_dir()]


def test_there_is_python_to_run() -> None:
    blocks = python_blocks()
    assert blocks
    assert any("import evalcore" in block for block in blocks)


def test_the_python_runs_block_after_block(tmp_path: Path) -> None:
    """In a folder of its own beside the sample runs: nothing is written into the repository."""
    assert python_blocks()
    (tmp_path / "sample_runs").symlink_to(ROOT / "sample_runs")
    done = subprocess.run(  # noqa: S603 - our own README
        [sys.executable, "-W", "error", "-c", "\n\n".join(python_blocks())],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    if (tmp_path / "iris.csv").exists():
        import evalcore as ec  # noqa: PLC0415 - what the README exports can be opened

        assert ec.load_run(tmp_path / "iris.csv").n_inputs == 150


def test_it_shows_a_picture_that_exists() -> None:
    pictures = re.findall(r"!\[([^\]]+)\]\(([^)\s]+)\)", outside_code())
    assert pictures, "a picture with a text for those who cannot see it"
    for _, path in pictures:
        assert (ROOT / path).stat().st_size > 10_000


@EVERY_PAGE
def test_what_a_page_links_to_exists(page: Path) -> None:
    assert [path for path in linked_files(page) if not path.exists()] == []


@EVERY_PAGE
def test_the_paths_that_a_page_names_exist(page: Path) -> None:
    yours = ".streamlit/secrets.toml"  # whoever deploys it writes it
    paths = [path for path in named_paths(page) if not path.endswith("/...") and path != yours]
    assert paths or page != README
    assert [path for path in paths if not (ROOT / path).exists()] == []


@EVERY_PAGE
def test_no_page_is_left_between_two_versions(page: Path) -> None:
    assert re.findall(r"^(?:<{7}|={7}|>{7})(?: .*)?$", text(page), flags=re.MULTILINE) == []


def test_nothing_is_left_to_fill_in() -> None:
    assert (
        re.findall(r"\b(?:TODO|TBD|FIXME|XXX|[A-Z]+_[A-Z_]{4,})\b", text_without_variables()) == []
    )


def text_without_variables() -> str:
    named = r"THRESHOLD_WORKSHOP_(?:RUNS|HOME)|NPY_DISABLE_CPU_FEATURES"
    return re.sub(named, "", text())


def test_it_is_short_enough_to_be_read() -> None:
    assert len(text().splitlines()) <= 160


@pytest.mark.parametrize("command", ["streamlit run app.py", "pytest"])
def test_it_says_how_to_start_and_how_to_test(command: str) -> None:
    assert command in text()
