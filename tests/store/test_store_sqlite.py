"""A SQLite file that cannot be used: a clear message, nothing half-saved, the file as it was."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from evalcore.base import home
from evalcore.store import Event, Store, StoreMismatch, StoreUnavailable
from tests.store.saying import Say, saying, writing_elsewhere
from tests.store.test_store_schema import make_old

OpenStore = Callable[..., Store]
QUICK = 0.2
NOBODY = 65534

HOLD_DATABASE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""
HOLD_LOCK = """
import fcntl, sys
file = open(sys.argv[1] + ".lock", "ab")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "workshop.db"


@contextmanager
def another_process(program: str, path: Path) -> Iterator[None]:
    """Let another process hold something until the block ends."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield
    finally:
        process.communicate()


@contextmanager
def without_rights() -> Iterator[None]:
    """Be a user who owns nothing; root may write to what is read-only."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def public() -> Iterator[Path]:
    """Return a folder that everybody may look into; pytest's own are for their owner alone."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        Path(folder).chmod(0o755)


def test_the_default_is_a_file_in_our_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: OpenStore
) -> None:
    monkeypatch.setenv(home.HOME_VARIABLE, str(tmp_path / "new" / "home"))
    store = opened(None)
    assert store.place == str(tmp_path / "new" / "home" / "workshop.db")
    assert saying(store)().version == 1
    assert Path(store.place).exists()


def test_the_file_says_whose_it_is_and_is_kept_safely(path: Path, opened: OpenStore) -> None:
    store = opened(path)
    saying(store)()
    with store._database.read() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }
    store.close()
    assert path.read_bytes()[68:72] == b"TWKS"
    assert not path.with_name("workshop.db-wal").exists()


def test_an_empty_file_becomes_a_store(path: Path, opened: OpenStore) -> None:
    path.touch()
    assert saying(opened(path))().version == 1


def test_a_store_that_must_be_there_is_not_made(path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"workshop\.db: there is no store yet\. Hint:"):
        Store.open(path, create=False)
    assert list(path.parent.iterdir()) == []


FOREIGN = {
    "text": (b"id,label\n1,dog\n", "is no database"),
    "page": (b"<!DOCTYPE html><html></html>" * 100, "is no database"),
    "one byte": (b"S", "is no database"),
    "cut": (b"SQLite format 3\0" + b"\0" * 20, "is no database"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_database_is_left_as_it_is(path: Path, name: str) -> None:
    content, reason = FOREIGN[name]
    path.write_bytes(content)
    with pytest.raises(StoreMismatch, match=f"{reason}. Nothing was changed. Hint: choose"):
        Store.open(path)
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("application_id", [0, 0x46534C31])
@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_another_programs_database_is_left_as_it_is(
    path: Path, application_id: int, mode: str
) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute(f"PRAGMA application_id = {application_id}")
        connection.execute("CREATE TABLE bookmarks (name TEXT)")
    content = path.read_bytes()
    with pytest.raises(StoreMismatch, match=r"belongs to another program. Nothing was changed"):
        Store.open(path)
    assert path.read_bytes() == content
    assert not path.with_name("workshop.db.lock").exists()


def test_our_table_without_its_version_is_no_store_of_ours(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id = {int.from_bytes(b'TWKS', 'big')}")
        connection.execute("CREATE TABLE workshop_events (name TEXT)")
    with pytest.raises(StoreMismatch, match="none that says which version wrote it"):
        Store.open(path)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"this is a folder. Hint: name a file in it"):
        Store.open(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreUnavailable, match="Hint"):
        Store.open(tmp_path / "file" / "workshop.db")


@pytest.mark.parametrize("program", [HOLD_DATABASE, HOLD_LOCK], ids=["database", "lock file"])
def test_locked_by_another_process_it_says_so_and_saves_later(
    path: Path, opened: OpenStore, program: str
) -> None:
    store = opened(path, wait=QUICK)
    say = saying(store)
    first = say()
    with another_process(program, path):
        with pytest.raises(StoreUnavailable, match=r"(holds the file locked|were writing).*Hint"):
            say()
        with Store.open(path, wait=QUICK) as another:  # looking is always possible
            assert another.events() == store.events() == (first,)
    assert say().version == 2


def test_a_thread_that_waits_too_long_is_told(path: Path, opened: OpenStore) -> None:
    store = opened(path, wait=QUICK)
    with (
        writing_elsewhere(store),
        pytest.raises(StoreUnavailable, match=r"others were writing to it for 0\.2 seconds"),
    ):
        saying(store)()
    assert saying(store)().version == 1


def test_a_read_only_file_says_so_and_can_be_read(public: Path, opened: OpenStore) -> None:
    path = public / "workshop.db"
    with Store.open(path) as store:
        said = saying(store)()
    path.chmod(0o444)
    content = path.read_bytes()
    public.chmod(0o777)
    (public / "workshop.db.lock").chmod(0o666)
    with without_rights():
        store = opened(path)
        assert store.events() == (said,)
        with pytest.raises(StoreUnavailable, match=r"cannot be written.*Nothing was saved.*Hint"):
            saying(store)()
        assert store.events() == (said,)
        store.close()
    assert path.read_bytes() == content


def test_a_store_in_a_read_only_folder_can_be_read_and_verified(
    public: Path, opened: OpenStore
) -> None:
    path = public / "workshop.db"
    with Store.open(path) as store:
        said = saying(store)()
        store.drafts.save("Ada", "note", "text")
    path.with_name("workshop.db.lock").unlink()
    path.chmod(0o444)
    public.chmod(0o555)
    content = path.read_bytes()
    with without_rights():
        store = opened(path)
        assert store.events() == (said,)
        assert store.verify() == 1
        assert store.drafts.of("Ada") == {"note": "text"}
        with pytest.raises(StoreUnavailable, match=r"cannot be written. Nothing was saved. Hint"):
            saying(store)()
        store.close()
    assert list(public.iterdir()) == [path]
    assert path.read_bytes() == content


def test_a_read_only_store_is_read_while_its_owner_writes(public: Path, opened: OpenStore) -> None:
    path = public / "workshop.db"
    owner = opened(path)
    first = saying(owner)()
    for beside in public.iterdir():
        beside.chmod(0o644)
    with without_rights():
        reader = opened(path)
        assert reader.events() == (first,)
    second = saying(owner)()
    with without_rights():
        assert reader.events() == (first, second)


def test_an_older_store_in_a_read_only_folder_says_what_to_do(public: Path) -> None:
    path = public / "workshop.db"
    make_old(str(path))
    public.chmod(0o555)
    with without_rights(), pytest.raises(StoreUnavailable, match=r"older version.*Hint: copy"):
        Store.open(path)


def test_a_read_only_folder_says_so(public: Path) -> None:
    public.chmod(0o555)
    with without_rights(), pytest.raises(StoreUnavailable, match=r"cannot be written.*Hint: allow"):
        Store.open(public / "workshop.db")
    with without_rights(), pytest.raises(StoreUnavailable, match=r"cannot be written.*Hint: allow"):
        Store.open(public / "new" / "workshop.db")
    assert list(public.iterdir()) == []


def test_what_becomes_read_only_while_it_is_open_says_so_and_saves_later(
    path: Path, opened: OpenStore
) -> None:
    store = opened(path)
    say = saying(store)
    say()

    def refuse(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    event.listen(store._database.engine, "checkout", refuse)
    with pytest.raises(StoreUnavailable, match=r"cannot be written. Nothing was saved. Hint"):
        say()
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        store.drafts.save("Ada", "note", "text")
    event.remove(store._database.engine, "checkout", refuse)
    with store._database.read() as connection:
        connection.exec_driver_sql("PRAGMA query_only = OFF")
    assert say().version == 2


def fill(say: Say, said: list[Event]) -> None:
    """Save until it fails."""
    for _ in range(1_000):
        said.append(say(payload={"text": "x" * 3_000}))  # noqa: PERF401 - up to the failure


def test_a_full_disk_says_so_saves_nothing_by_halves_and_saves_later(
    path: Path, opened: OpenStore
) -> None:
    store = opened(path)
    say = saying(store)
    said = [say()]
    limits = [0]

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {limits[0] or 2**30}")

    event.listen(store._database.engine, "checkout", limit)
    limits[0] = 20
    with pytest.raises(StoreUnavailable, match=r"the disk is full. Nothing was saved. Hint: free"):
        fill(say, said)
    assert store.events() == tuple(said)
    assert store.verify() == len(said)
    limits[0] = 0
    assert say(payload={"text": "x" * 30_000}).version == len(said) + 1


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """Return a disk of 600 kB."""
    # not among pytest's own folders: a run that is killed leaves the disk there
    folder = Path(tempfile.mkdtemp(prefix="workshop-disk-"))
    made = subprocess.run(  # noqa: S603 - of the system
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", folder],  # noqa: S607 - of the system
        capture_output=True,
        check=False,
    )
    try:
        if made.returncode:
            pytest.skip("this user may not mount a small disk; max_page_count stands in for it")
        yield folder
        subprocess.run(["umount", "-l", folder], check=True)  # noqa: S603, S607 - of the system
    finally:
        folder.rmdir()


def test_a_disk_that_is_really_full_keeps_what_was_acknowledged(small_disk: Path) -> None:
    path = small_disk / "workshop.db"
    said = []
    with Store.open(path) as store:
        say = saying(store)
        with pytest.raises(StoreUnavailable, match="full"):
            fill(say, said)
        assert store.events() == tuple(said)
    with pytest.raises(StoreUnavailable, match="full"):
        Store.open(small_disk / "other.db")
    with Store.open(path) as store:  # what was saved can be looked at
        assert store.verify() == len(said)


def many(path: Path) -> None:
    with Store.open(path) as store:
        for _ in range(40):
            saying(store)(payload={"text": "x" * 3_000})


def test_a_damaged_file_says_so(path: Path) -> None:
    many(path)
    content = bytearray(path.read_bytes())
    content[20 * 4096 : 32 * 4096] = b"\xa5" * (12 * 4096)
    path.write_bytes(content)

    with Store.open(path) as store, pytest.raises(StoreMismatch, match=r"damaged.*last backup"):
        store.verify()


def test_a_file_that_was_cut_off_says_so(path: Path) -> None:
    many(path)
    path.write_bytes(path.read_bytes()[: 5 * 4096])

    def look() -> None:
        with Store.open(path) as store:
            store.verify()

    with pytest.raises(StoreMismatch, match=r"damaged.*last backup"):
        look()


def test_a_file_that_is_moved_away_is_not_written_to_in_the_dark(
    path: Path, opened: OpenStore
) -> None:
    store = opened(path)
    say = saying(store)
    event_ = say()
    path.rename(path.with_name("elsewhere.db"))
    with pytest.raises(StoreUnavailable, match=r"moved, deleted or replaced.*Hint: put it back"):
        say()
    path.with_name("elsewhere.db").rename(path)
    assert store.events() == (event_,)
    assert say().version == 2


def test_a_replaced_file_is_not_mixed_with_the_one_before(path: Path, opened: OpenStore) -> None:
    store = opened(path)
    other = path.with_name("other.db")
    with Store.open(other):
        pass
    other.replace(path)
    for use in (saying(store), store.events, lambda: store.drafts.save("Ada", "note", "text")):
        with pytest.raises(StoreUnavailable, match=r"replaced while it was open\. Nothing was"):
            use()


def test_a_backup_that_was_put_back_can_be_read_while_somebody_writes(
    path: Path, opened: OpenStore, tmp_path: Path
) -> None:
    copy = opened(path).backup(tmp_path / "copy.db")
    store = opened(copy)
    with store._database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    with store._database.write():
        assert store.events() == ()


def test_a_backup_is_whole_although_the_store_is_in_use(
    path: Path, opened: OpenStore, tmp_path: Path
) -> None:
    """A copy of the file alone would miss what stands in the -wal."""
    store = opened(path)
    say = saying(store)
    said = tuple(say() for _ in range(5))
    target = tmp_path / "backup.db"

    assert store.backup(target) == target
    say()

    with Store.open(target, create=False) as copy:
        assert copy.events() == said
        assert copy.verify() == 5
    with pytest.raises(StoreUnavailable, match=r"backup\.db: there is a file already"):
        store.backup(target)
    with pytest.raises(StoreUnavailable, match="Hint"):
        store.backup(tmp_path / "nowhere" / "backup.db")
