"""Fixtures of the page tests: a library of made-up runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

PETS = """id,labels,fold,place,score:dog,score:cat,score:bird
p1,dog,a,home,0.9,0.2,0.1
p2,dog|cat,a,home,0.5,0.7,0.1
p3,cat,a,park,0.4,0.5,0.3
p4,cat,b,park,0.6,0.4,0.2
p5,,b,park,0.3,0.5,0.2
p6,bird,b,home,0.1,0.1,0.2
"""
"""Six inputs; three scores lie exactly on 0.5, a bird is never predicted, p5 shows nothing."""


class Library:
    """A folder of runs that the app opens instead of the samples."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, key: str, table: str = PETS, **manifest: object) -> Path:
        run = self.folder / key
        run.mkdir(parents=True)
        (run / "predictions.csv").write_text(table, encoding="utf-8")
        if manifest:
            (run / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
        return run

    def add_broken(self, key: str) -> Path:
        return self.add(key, "id,label,score:dog\n1,dog,50%\n2,dog,0.5\n")


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr("sys.argv", ["streamlit"])  # pytest's options are not the app's
    (tmp_path / "runs").mkdir()
    return Library(tmp_path / "runs")


@pytest.fixture
def samples(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("THRESHOLD_WORKSHOP_RUNS", raising=False)
    monkeypatch.setattr("sys.argv", ["streamlit"])
    return Path(__file__).resolve().parents[2] / "sample_runs"


@pytest.fixture(autouse=True)
def _no_answer_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loaded machine is no reason to look at how far an answer is."""
    monkeypatch.setattr("pages._ui.session.long_answers.AT_ONCE", 60)
