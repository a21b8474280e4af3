"""``python -m evalcore``: what it prints, and with which code it ends."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import evalcore as ec
from evalcore.commands import main

ROOT = Path(__file__).resolve().parents[2]
TABLE = "id,image,label,score:dog,score:cat,city\n1,a.png,dog,0.9,0.2,Ulm\n2,,cat,0.1,0.8,Bonn\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "pets.csv"
    path.write_text(TABLE)
    return path


def test_check_prints_the_load_report(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(table)]) == 0
    shown = capsys.readouterr()
    for part in (
        "run       pets",
        "format    file, CSV",
        "task      single-label",
        "inputs    2",
        "concepts  2: dog, cat",
        "  id: id",
        "  score:dog: score (concept 'dog')",
        "  city: metadata",
        "notices   3 warning",
        "  warning: pets.csv: 1 image(s) are missing on disk: 'a.png' in row 2.",
    ):
        assert part in shown.out.splitlines(), part
    assert shown.err == ""


def test_an_error_is_said_and_ends_with_a_failure_code(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table.write_text(TABLE.replace("0.9", "90%"))
    assert main(["check", str(table)]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "pets.csv: 1 score is not a finite number: row 2, column 'score:dog': '90%'" in shown.err


def test_convert_writes_a_run_that_reads_the_same(table: Path, tmp_path: Path) -> None:
    assert main(["convert", str(table), str(tmp_path / "out")]) == 0
    assert ec.load_run(tmp_path / "out").fingerprint == ec.load_run(table).fingerprint
    assert main(["convert", str(table), str(tmp_path / "out")]) == 1


def test_check_lists_the_first_of_many_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"c{j}" for j in range(1_500)]
    path = tmp_path / "wide.csv"
    rows = "".join(f"{k},c{k},{','.join(['0.5'] * 1_500)}\n" for k in range(3))
    path.write_text(f"id,label,{','.join(f'score:{name}' for name in names)}\n{rows}")

    assert main(["check", str(path)]) == 0
    shown = capsys.readouterr().out.splitlines()

    assert "  and 1,480 more: score" in shown
    assert len(shown) < 60


def test_a_zip_is_checked_and_converted_with_its_images(tmp_path: Path) -> None:
    path = tmp_path / "run.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pets/predictions.csv", TABLE)
        archive.writestr("pets/a.png", b"picture")
    assert main(["check", str(path)]) == 0
    assert main(["convert", str(path), str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "a.png").read_bytes() == b"picture"


def test_names_cannot_drive_the_terminal(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table.write_text(TABLE.replace("dog", "\x1b[2Jd\u202eog"))
    assert main(["check", str(table)]) == 0
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\\x1b[2Jd\\u202eog" in shown


@pytest.mark.parametrize("arguments", [[], ["check"], ["convert", "x"], ["chekc", "x"]])
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m evalcore" in capsys.readouterr().err


def test_the_module_runs_as_a_program(table: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "evalcore", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    assert run("check", str(table)).returncode == 0
    failed = run("check", str(table.parent / "pest.csv"))
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "Did you mean 'pets.csv'?" in failed.stderr
