"""The registry: a format is one small class, recognised by content."""

from __future__ import annotations

from pathlib import Path

import pytest

import evalcore as ec
from evalcore.library.folder_of_runs import find_runs
from evalcore.readers import registry
from evalcore.readers.registry import READERS, register
from evalcore.readers.tables.content import read_head


class OneNumber:
    name = "one number (test)"

    def recognises(self, path: Path) -> bool:
        return path.is_file() and read_head(path).startswith(b"NUMBER")

    def read(self, path: Path) -> ec.EvalRun:
        score = float(path.read_text().removeprefix("NUMBER"))
        return ec.EvalRun.from_arrays([[score]], [0], concepts=["dog"], name=path.stem)


@pytest.fixture
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "READERS", READERS.copy())


@pytest.mark.usefixtures("_own_registry")
def test_a_third_party_adds_a_format_in_a_few_lines(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("NUMBER0.5")
    with pytest.raises(ec.RunError):
        ec.load_run(tmp_path / "a.csv")
    register(OneNumber())
    assert ec.load_run(tmp_path / "a.csv").scores.tolist() == [[0.5]]
    assert [entry.key for entry in find_runs(tmp_path)] == ["a.csv"]


def test_the_folder_format_is_asked_last() -> None:
    assert "folder" in READERS[-1].name


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"%PDF-1.7", "this is a PDF document"),
        (b"\x89PNG\r\n", "this is a PNG image"),
        (b"\x93NUMPY\1\0", "a single NumPy array.*np.savez"),
        (b"\x80\x04\x95", "pickled Python objects.*run.save"),
        (b"PK\3\4 notes", "a ZIP archive.*unpack it"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b'{\n "a": 1}', "this is JSON.*one object per line"),
        (b"", "the file is empty"),
    ],
)
def test_what_nobody_recognises_is_named_with_the_formats_there_are(
    tmp_path: Path, content: bytes, says: str
) -> None:
    (tmp_path / "thing").write_bytes(content)
    with pytest.raises(ec.RunError, match=rf"thing: .*{says}") as caught:
        ec.load_run(tmp_path / "thing")
    for reader in READERS:
        assert reader.name in str(caught.value)


def test_a_folder_that_nobody_recognises_says_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# hi")
    with pytest.raises(ec.RunError, match=r"It holds 'notes\.md'.*NumPy arrays"):
        ec.load_run(tmp_path)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_recognising_never_raises(tmp_path: Path, reader: registry.Reader) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "bytes").write_bytes(bytes(range(256)))
    (tmp_path / "loop").symlink_to("loop")
    for name in ("", "empty", "bytes", "loop", "nothing", "a\0b"):
        assert not reader.recognises(tmp_path / name)


def test_a_run_beyond_this_machines_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("evalcore.readers.registry.build_run", fail)
    (tmp_path / "a.csv").write_text("id,label,score:a\n1,a,0.5\n")
    with pytest.raises(ec.RunError, match=r"a\.csv: .*more memory.*Hint"):
        ec.load_run(tmp_path / "a.csv")
