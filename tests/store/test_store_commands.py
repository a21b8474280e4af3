"""``python -m evalcore store ...``: what it prints, and with which code it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalcore.base import home
from evalcore.commands import main
from evalcore.store import STORE_VARIABLE, Store
from tests.store.saying import saying


@pytest.fixture
def filled(where: str) -> str:
    with Store.open(where) as store:
        say = saying(store)
        for stream in ("decision/1", "decision/2", "decision/1"):
            say(stream)
    return where


def test_info_says_where_it_is_and_what_it_holds(
    filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["store", "info", "--store", filled]) == 0
    with Store.open(filled) as store:
        place, revision = store.place, store.revision()
        first, last = store.events()[0].time, store.events()[-1].time
    assert capsys.readouterr().out.splitlines() == [
        f"place     {place}",
        "schema    0004",
        "streams   2",
        "events    3",
        f"first     {first:%Y-%m-%d %H:%M:%S} UTC",
        f"last      {last:%Y-%m-%d %H:%M:%S} UTC",
        f"revision  {revision}",
    ]
    assert "s3cret" not in place


def test_verify_ends_with_a_failure_code_when_the_record_was_changed(
    filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["store", "verify", "--store", filled]) == 0
    assert capsys.readouterr().out.startswith("3 events are as they were saved: ")
    with Store.open(filled) as store, store._database.write() as connection:
        drop = {
            "sqlite": "DROP TRIGGER workshop_events_update",
            "postgresql": "DROP TRIGGER workshop_events_change ON workshop_events",
        }
        connection.exec_driver_sql(drop[connection.dialect.name])
        connection.exec_driver_sql("UPDATE workshop_events SET author = 'Mallory'")
    assert main(["store", "verify", "--store", filled]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "the record was changed outside of Threshold Workshop" in shown.err


def test_export_and_import_carry_the_events_from_one_store_to_another(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, other = str(tmp_path / "events.jsonl"), str(tmp_path / "new" / "other.db")
    assert main(["store", "export", path, "--store", filled]) == 0
    assert main(["store", "import", path, "--store", other]) == 0
    assert main(["store", "import", path, "--store", other]) == 0
    assert main(["store", "export", path, "--prefix", "decision/2", "--store", filled]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"3 events written to {path}",
        f"3 events added, 0 were there: {other}",
        f"0 events added, 3 were there: {other}",
        f"1 events written to {path}",
    ]
    with Store.open(filled) as one, Store.open(other) as two:
        assert one.events() == two.events()


def test_backup_copies_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, copy = tmp_path / "workshop.db", tmp_path / "copy.db"
    with Store.open(path) as store:
        event = saying(store)()
        assert main(["store", "backup", str(copy), "--store", str(path)]) == 0
    assert capsys.readouterr().out == f"Copied to {copy}\n"
    with Store.open(copy) as store:
        assert store.events() == (event,)


@pytest.mark.parametrize("task", ["info", "verify"])
def test_a_store_that_is_not_there_is_an_error_and_is_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], task: str
) -> None:
    path = tmp_path / "\x1b[2Jnowhere.db"
    assert main(["store", task, "--store", str(path)]) == 1
    shown = capsys.readouterr().err
    assert "there is no store yet" in shown
    assert "\x1b" not in shown
    assert list(tmp_path.iterdir()) == []


def test_without_an_option_the_variable_counts_and_then_our_own_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(home.HOME_VARIABLE, str(tmp_path))
    for path in (tmp_path / "named.db", tmp_path / "workshop.db"):
        Store.open(path).close()
    monkeypatch.setenv(STORE_VARIABLE, str(tmp_path / "named.db"))
    assert main(["store", "info"]) == 0
    assert capsys.readouterr().out.startswith(f"place     {tmp_path / 'named.db'}\n")
    monkeypatch.setenv(STORE_VARIABLE, " ")
    assert main(["store", "info"]) == 0
    assert capsys.readouterr().out.startswith(f"place     {tmp_path / 'workshop.db'}\n")


@pytest.mark.parametrize("arguments", [[], ["inof"], ["export"], ["backup"]])
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["store", *arguments])
    assert caught.value.code == 2
    assert "usage: python -m evalcore store" in capsys.readouterr().err
