"""Where things are written: never beside a run, always where a person can say."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalcore.base.home import home


def test_the_variable_names_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_HOME", str(tmp_path / "here"))

    assert home() == tmp_path / "here"
    assert not home().exists()


def test_without_it_the_system_has_a_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_HOME", "")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    assert home() == tmp_path / "threshold-workshop"


def test_the_tests_write_nowhere_else(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert home().is_relative_to(tmp_path_factory.getbasetemp())
