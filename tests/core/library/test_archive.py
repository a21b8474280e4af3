"""Unpacking a ZIP: what is loaded, what is refused, and that refusing leaves nothing behind."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import evalcore as ec
from evalcore.library.archive import ZipLimits, is_archive, load_archive, unpack

TABLE = "image,label,score:dog,score:cat\nimages/a.png,dog,0.9,0.1\nimages/b.png,cat,0.2,0.8\n"
Change = Callable[[zipfile.ZipFile], object]


def make(folder: Path, *changes: Change, top: str = "my_run/") -> Path:
    path = folder / "run.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{top}predictions.csv", TABLE)
        archive.writestr(f"{top}images/a.png", b"picture a")
        for change in changes:
            change(archive)
    return path


def into(folder: Path) -> Path:
    target = folder / "unpacked"
    target.mkdir(exist_ok=True)
    return target


@pytest.mark.parametrize("top", ["", "my_run/", "outer/my_run/"])
def test_a_run_is_found_at_the_top_or_in_its_folder(tmp_path: Path, top: str) -> None:
    leftovers = lambda archive: archive.writestr("__MACOSX/._x", b"x")  # noqa: E731
    path = make(tmp_path, leftovers, top=top)
    assert is_archive(path)
    run = load_archive(path, into=into(tmp_path))
    assert run.concepts == ("dog", "cat")
    assert run.images is not None
    assert run.images.read(0) == b"picture a"
    assert "'images/b.png'" in run.report.warnings[0].text


def test_an_upload_is_bytes_with_a_name(tmp_path: Path) -> None:
    upload = io.BytesIO(make(tmp_path).read_bytes())
    assert load_archive(upload, into=into(tmp_path), name="mine.zip").n_inputs == 2
    with pytest.raises(ec.RunError, match=r"mine\.zip: the ZIP is truncated"):
        unpack(io.BytesIO(b"PK\3\4 no"), into=make_empty(tmp_path), name="mine.zip")


def make_empty(folder: Path) -> Path:
    target = folder / "empty"
    target.mkdir()
    return target


def test_a_single_table_is_a_run(tmp_path: Path) -> None:
    path = tmp_path / "one.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pets.csv", TABLE)
    assert load_archive(path, into=into(tmp_path)).name == "pets"


def named(name: str) -> Change:
    def add(archive: zipfile.ZipFile) -> None:
        entry = zipfile.ZipInfo("x")
        entry.filename = name
        archive.writestr(entry, b"secret")

    return add


def of_kind(kind: int) -> Change:
    def add(archive: zipfile.ZipFile) -> None:
        entry = zipfile.ZipInfo("my_run/odd")
        entry.external_attr = (kind | 0o644) << 16
        archive.writestr(entry, b"/etc/passwd")

    return add


def compressed_by(method: int) -> Change:
    return lambda archive: archive.writestr("my_run/x", b"x" * 100, compress_type=method)


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (named("../evil.csv"), ["'../evil.csv'", "leads out"]),
        (named("my_run/../../evil"), ["leads out"]),
        (named("/etc/evil"), ["'/etc/evil'", "absolute"]),
        (named("C:\\evil"), ["drive"]),
        (named("C:/evil"), ["drive"]),
        (named("a\\b"), ["backslash"]),
        (named("a//b"), ["empty part"]),
        (named("./b"), ["empty part"]),
        (named("a\nb"), ["control character"]),
        (named("a" * 300), ["longer than 255"]),
        (named("my_run/IMAGES/a.png"), ["'my_run/images/a.png' and 'my_run/IMAGES/a.png'"]),
        (named("my_run/predictions.csv/x"), ["same name"]),
        (of_kind(stat.S_IFLNK), ["'my_run/odd' is a link"]),
        (of_kind(stat.S_IFCHR), ["device"]),
        (of_kind(stat.S_IFIFO), ["FIFO"]),
        (compressed_by(zipfile.ZIP_BZIP2), ["method 12"]),
        (compressed_by(zipfile.ZIP_LZMA), ["method 14"]),
    ],
)
def test_a_dangerous_entry_is_refused_and_nothing_stays(
    tmp_path: Path, change: Change, parts: list[str]
) -> None:
    target = into(tmp_path)
    with pytest.raises(ec.RunError) as caught:
        unpack(make(tmp_path, change), into=target)
    message = str(caught.value)
    assert message.startswith("run.zip: ")
    assert [part for part in [*parts, "Hint"] if part not in message] == [], message
    assert list(target.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run.zip", "unpacked"]


def test_a_repeated_name_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = make(tmp_path, lambda z: z.writestr("my_run/predictions.csv", "other"))
    with pytest.raises(ec.RunError, match="same name"):
        unpack(path, into=into(tmp_path))


def test_an_encrypted_entry_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\1\2")
    data[at + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(ec.RunError, match=r"'my_run/images/a\.png' is encrypted.*password"):
        unpack(path, into=into(tmp_path))


def test_entries_that_share_bytes_are_refused(tmp_path: Path) -> None:
    path = make(tmp_path)
    data = bytearray(path.read_bytes())
    second = data.rindex(b"PK\1\2")
    data[second + 42 : second + 46] = struct.pack("<L", 10)  # where its bytes start
    path.write_bytes(data)
    with pytest.raises(ec.RunError, match="share bytes"):
        unpack(path, into=into(tmp_path))


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (ZipLimits(entries=1), "names 2 entries.*limit is 1"),
        (ZipLimits(total=10), "would unpack to .* limit is 10 bytes"),
        (ZipLimits(free=10, ratio=50), "50 times its size"),
    ],
)
def test_too_much_is_refused_before_unpacking(tmp_path: Path, limits: ZipLimits, says: str) -> None:
    extra: list[Change] = []
    if limits.ratio == 50:
        extra = [lambda archive: archive.writestr("my_run/zeros", b"\0" * 10**6)]
    target = into(tmp_path)
    with pytest.raises(ec.RunError, match=says):
        unpack(make(tmp_path, *extra), into=target, limits=limits)
    assert list(target.iterdir()) == []


def test_an_entry_that_lies_about_its_size_is_stopped_while_reading(tmp_path: Path) -> None:
    path = make(tmp_path, lambda archive: archive.writestr("my_run/zeros", b"\0" * 10**6))
    data = bytearray(path.read_bytes())
    for magic, place in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        at = data.rindex(magic)
        data[at + place : at + place + 4] = struct.pack("<L", 100)
    path.write_bytes(data)
    target = into(tmp_path)
    with pytest.raises(ec.RunError, match=r"'my_run/zeros' (is truncated|unpacks to more)"):
        unpack(path, into=target)
    assert list(target.iterdir()) == []


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.95])
def test_a_truncated_zip_is_called_so(tmp_path: Path, keep: float) -> None:
    path = make(tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(ec.RunError, match=r"run\.zip: the ZIP is truncated or damaged.*Hint"):
        unpack(path, into=into(tmp_path))


def test_a_damaged_entry_is_named(tmp_path: Path) -> None:
    path = make(tmp_path)
    data = bytearray(path.read_bytes())
    at = data.index(b"predictions.csv") + 30
    data[at] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(ec.RunError, match=r"'my_run/predictions\.csv' is truncated or damaged"):
        unpack(path, into=into(tmp_path))


def test_only_an_empty_folder_is_unpacked_into(tmp_path: Path) -> None:
    path = make(tmp_path)
    with pytest.raises(ec.RunError, match="empty folder only"):
        unpack(path, into=tmp_path)
    assert path.is_file()


def test_a_zip_without_a_run_says_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/notes.md", "# hi")
        archive.writestr("a/more.md", "# hi")
    with pytest.raises(ec.RunError, match=r"holds no run.*'more\.md', 'notes\.md'"):
        load_archive(path, into=into(tmp_path))


def test_workbooks_and_arrays_are_no_archives_of_runs(tmp_path: Path) -> None:
    for name, content in (("xl/a", b""), ("scores.npy", b"x")):
        with zipfile.ZipFile(tmp_path / "x", "w") as archive:
            archive.writestr(name, content)
        assert not is_archive(tmp_path / "x")
    assert not is_archive(tmp_path / "nowhere")
