"""Uploads: there whole or not at all, the same bytes once, names harmless."""

from __future__ import annotations

import io
import os
import time
import zipfile
from pathlib import Path

import pytest

import evalcore as ec
from evalcore.base.home import home
from evalcore.errors import RunError
from evalcore.library.uploads import find_upload, find_uploads, remove_upload, take_upload

TABLE = b"id,label,score:dog\n1,dog,0.9\n2,,0.1\n"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def zipped(**files: bytes) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_csv", ".csv"), data)
    return made


def files_kept() -> list[Path]:
    return [path for path in (home() / "uploads").rglob("*") if path.is_file()]


def test_a_file_is_kept_and_found_again() -> None:
    upload, run = take_upload(io.BytesIO(TABLE), name="pets.csv")
    assert run is not None
    assert run.name == "pets"
    assert find_upload(upload.digest) == upload
    assert find_uploads() == [upload]
    assert ec.load_run(upload.path).ids.tolist() == ["1", "2"]


def test_a_zip_is_unpacked() -> None:
    upload, run = take_upload(zipped(shop__predictions_csv=TABLE), name="x.zip")
    assert run is not None
    assert (run.name, upload.name) == ("shop", "x.zip")
    _, run = take_upload(zipped(predictions_csv=TABLE + b"3,dog,0.2\n"), name="stall.zip")
    assert run is not None
    assert (run.name, run.n_inputs) == ("stall", 3)
    assert len(find_uploads()) == 2


def test_the_same_bytes_are_one_upload_whatever_their_name() -> None:
    first, _ = take_upload(io.BytesIO(TABLE), name="a.csv")
    before = files_kept()
    second, run = take_upload(io.BytesIO(TABLE), name="b.csv")
    assert second == first
    assert run is None
    assert files_kept() == before


def test_a_table_whose_columns_nobody_knows_is_kept_to_be_asked_about() -> None:
    data = b"nr,what,p\n1,dog,0.5\n2,cat,0.1\n"
    upload, run = take_upload(io.BytesIO(data), name="odd.csv")
    assert run is None
    assert upload.path.read_bytes() == data


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"id,label,score:dog\n1,dog,50%\n2,dog,half\n", "bad.csv", "50%"),
        (b"", "empty.csv", "empty"),
        (b"<html>", "page.csv", "HTML"),
        (b"PK\3\4broken", "broken.zip", "broken.zip"),
        (zipped(readme=b"hello").getvalue(), "no_run.zip", ""),
        (zipped(**{"..__evil_csv": TABLE}).getvalue(), "evil.zip", "evil"),
    ],
)
def test_what_is_no_run_is_refused_and_nothing_is_kept(data: bytes, name: str, says: str) -> None:
    with pytest.raises(RunError) as refused:
        take_upload(io.BytesIO(data), name=name)
    assert says in str(refused.value)
    assert str(home()) not in str(refused.value), "where things are kept is nobody's business"
    assert files_kept() == []
    assert find_uploads() == []


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.csv",
        "/etc/cron.d/evil.csv",
        "..\\evil.csv",
        ".hidden.csv",
        "a\0b\n.csv",
        "<img src=x>.csv",
        "é" * 300 + ".csv",
        "con:aux*?.csv",
        "",
        "..",
        "\u202egpj.csv",
        "\udcff.csv",
    ],
)
def test_the_name_of_an_upload_is_harmless(name: str) -> None:
    upload, run = take_upload(io.BytesIO(TABLE), name=name)
    assert run is not None
    assert all(path.is_relative_to(home() / "uploads") for path in files_kept())
    assert upload.path.parent.parent == home() / "uploads"
    assert not upload.path.name.startswith(".")
    assert find_upload(upload.digest) == upload


def test_an_upload_is_removed_and_only_that_one() -> None:
    upload, _ = take_upload(io.BytesIO(TABLE), name="a.csv")
    other, _ = take_upload(io.BytesIO(TABLE + b"3,dog,1\n"), name="b.csv")
    remove_upload(upload.digest)
    assert find_uploads() == [other]
    assert not upload.path.exists()
    with pytest.raises(RunError, match="not here any more"):
        remove_upload(upload.digest)


@pytest.mark.parametrize("digest", ["", "..", "../../x", "0" * 32, "A" * 32, "0" * 31])
def test_what_is_no_digest_finds_nothing(digest: str) -> None:
    assert find_upload(digest) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"name": "x", "folder": "..", "run": ".."}',
        '{"name":"x","folder":"/","run":"etc"}',
    ],
)
def test_a_damaged_or_forged_entry_is_no_upload(text: str) -> None:
    folder = home() / "uploads"
    folder.mkdir(parents=True)
    (folder / f"{'0' * 32}.json").write_text(text)
    assert find_upload("0" * 32) is None
    assert find_uploads() == []


def test_what_a_killed_server_left_behind_is_swept_after_a_day() -> None:
    upload, _ = take_upload(io.BytesIO(TABLE), name="a.csv")
    old, new = home() / "uploads" / "old", home() / "uploads" / "new"
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (time.time() - 100_000,) * 2)
    os.utime(upload.path.parent, (time.time() - 100_000,) * 2)
    take_upload(io.BytesIO(TABLE + b"3,dog,1\n"), name="b.csv")
    assert not old.exists()
    assert new.exists()
    assert upload.path.exists()


def test_a_folder_that_cannot_be_written_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("THRESHOLD_WORKSHOP_HOME", str(tmp_path / "file"))
    with pytest.raises(RunError, match="cannot be kept"):
        take_upload(io.BytesIO(TABLE), name="a.csv")


def test_an_upload_belongs_to_those_who_have_made_it() -> None:
    mine, _ = take_upload(io.BytesIO(TABLE), name="a.csv", owner="Ada")
    assert (find_uploads("Ada"), find_uploads("Ben")) == ([mine], [])
    assert find_upload(mine.digest) == mine, "who has the link opens it"
    with pytest.raises(RunError, match="only who has uploaded it may remove it"):
        remove_upload(mine.digest, owner="Ben")
    take_upload(io.BytesIO(TABLE), name="b.csv", owner="Ben")
    remove_upload(mine.digest, owner="Ada")
    assert (find_uploads("Ada"), len(find_uploads("Ben"))) == ([], 1)
    assert mine.path.exists()
    remove_upload(mine.digest, owner="Ben")
    assert files_kept() == []


def test_what_was_found_in_the_library_or_kept_by_an_earlier_version_is_nobodys() -> None:
    upload, _ = take_upload(io.BytesIO(TABLE), name="a.csv")
    entry = home() / "uploads" / f"{upload.digest}.json"
    entry.write_text(entry.read_text().replace(', "owners": []', ""))
    assert find_upload(upload.digest) == upload
    assert find_uploads("Ada") == []
