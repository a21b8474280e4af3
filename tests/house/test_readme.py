"""The README: its Python runs, its links lead somewhere, nothing is left to fill in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"


def text() -> str:
    return README.read_text(encoding="utf-8")


def python_blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", text(), flags=re.DOTALL | re.MULTILINE)


def outside_code() -> str:
    return re.sub(r"^```.*?^```", "", text(), flags=re.DOTALL | re.MULTILINE)


def linked_files() -> list[str]:
    """Return what links and pictures lead to inside the repository."""
    targets = re.findall(r"\]\(([^)\s]+)\)", outside_code())
    return [target.split("#")[0] for target in targets if not re.match(r"\w+:|#", target)]


def named_paths() -> list[str]:
    """Return the paths inside the repository that stand in backticks."""
    words = re.findall(r"`([\w.-]+/[\w./-]*)`", outside_code())
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


def test_what_it_links_to_exists() -> None:
    missing = [path for path in linked_files() if not (ROOT / path).exists()]
    assert missing == []


def test_the_paths_it_names_exist() -> None:
    paths = [path for path in named_paths() if not path.endswith("/...")]
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


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
