"""Prepared runs: the same numbers as from the files, whatever happened to the cache."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import evalcore as ec
from evalcore.prepared import array_folder, array_writer, open_prepared, opening
from evalcore.prepared.packing import pack_texts, unpack_texts
from evalcore.readers.folder.kept_columns import keep_columns
from tests.support.cases import DTYPES, Case, random_case, random_rule

ROOT = Path(__file__).resolve().parents[3]
HOSTILE = ("<script>x</script>", "=1+1", "né\u202e", "a,b;c", "'\"\\", "../../x", "{}", " 0", "😀")


def prepared(run: Path, cache: Path, **rest: int) -> ec.Evaluation:
    return open_prepared(run, cache=cache, least_scores=1, **rest)


def entry_of(cache: Path) -> Path:
    """The one prepared run of a cache."""
    (header,) = cache.glob(f"*/{array_folder.HEADER}")
    return header.parent


def is_mapped(evaluation: ec.Evaluation) -> bool:
    """Whether the scores are pages of a file: then nobody read the run's own files."""
    base = evaluation.run.scores
    while isinstance(base, np.ndarray):
        base = base.base
    return base is not None and "mmap" in repr(getattr(base, "obj", base))


def assert_same(ours: ec.Evaluation, theirs: ec.Evaluation, rng: np.random.Generator) -> None:
    one, other = ours.run, theirs.run
    for name in ("concepts", "task", "name", "model", "fold_names", "fingerprint", "report"):
        assert getattr(one, name) == getattr(other, name), name
    assert one.scores.dtype == other.scores.dtype
    np.testing.assert_array_equal(one.scores, other.scores)
    np.testing.assert_array_equal(one.labels.dense(), other.labels.dense())
    np.testing.assert_array_equal(one.labels.fully_known, other.labels.fully_known)
    np.testing.assert_array_equal(one.ids, other.ids)
    assert (one.folds is None) == (other.folds is None)
    assert {k: v.tolist() for k, v in one.metadata.items()} == {
        k: v.tolist() for k, v in other.metadata.items()
    }
    for call in ("roc_auc", "roc_auc_deviation", "average_precision", "mean_scores"):
        np.testing.assert_array_equal(getattr(ours, call)(), getattr(theirs, call)())
    assert ours.score_range == theirs.score_range
    for _ in range(6):
        assert_same_under(ours, theirs, random_rule(rng, one.concepts))


def assert_same_under(ours: ec.Evaluation, theirs: ec.Evaluation, rule: ec.Rule) -> None:
    for part in ("tp", "fp", "fn", "tn"):
        np.testing.assert_array_equal(
            getattr(ours.counts(rule), part), getattr(theirs.counts(rule), part)
        )
    np.testing.assert_array_equal(ours.matrix(rule).counts, theirs.matrix(rule).counts)
    np.testing.assert_array_equal(ours.also_labelled(rule), theirs.also_labelled(rule))
    np.testing.assert_array_equal(ours.unknown_labels(rule), theirs.unknown_labels(rule))
    assert ours.n_nothing_predicted(rule) == theirs.n_nothing_predicted(rule)
    assert ours.n_on_threshold(rule) == theirs.n_on_threshold(rule)
    name = theirs.run.concepts[0]
    for selection in (ec.Predicted(name), ec.Outcome(name, "FN")):
        np.testing.assert_array_equal(
            ours.members(rule, selection), theirs.members(rule, selection)
        )


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[Case], Path]:
    """Save a case's run, with hostile ids and metadata, as a folder."""

    def save(case: Case) -> Path:
        n = case.n_inputs
        run = ec.EvalRun.from_arrays(
            case.scores.copy(),
            case.labelled.copy(),
            known=None if case.known.all() else case.known.copy(),
            concepts=case.names or [f"{HOSTILE[j]}{j}" for j in range(case.n_concepts)],
            ids=[f"{HOSTILE[k % len(HOSTILE)]}{k}" for k in range(n)],
            metadata={"site": [HOSTILE[k % 3] for k in range(n)]},
            folds=case.folds,
            task=case.task,
            description=HOSTILE[0],
        )
        return run.save(tmp_path / "run")

    return save


@pytest.fixture
def run_folder(saved: Callable[[Case], Path], rng: np.random.Generator) -> Path:
    return saved(random_case(rng, n_inputs=30, n_concepts=4, unscored=False, n_folds=3))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("seed", range(8))
def test_a_prepared_run_gives_every_number_of_a_fresh_one(
    saved: Callable[[Case], Path], tmp_path: Path, dtype: type, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, n_inputs=25, dtype=dtype, unscored=seed % 3 == 0, unknown=seed % 2 == 0)
    folder = saved(case)
    fresh = ec.Evaluation(ec.load_run(folder))

    for _ in range(2):
        ours = prepared(folder, tmp_path / "cache")
        assert is_mapped(ours)
        assert_same(ours, fresh, rng)


def test_the_second_opening_reads_no_file_of_the_run(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(run_folder, tmp_path / "cache")
    monkeypatch.setattr(opening, "load_run", None)

    assert is_mapped(prepared(run_folder, tmp_path / "cache"))


def test_a_small_run_is_not_prepared(run_folder: Path, tmp_path: Path) -> None:
    evaluation = open_prepared(run_folder, cache=tmp_path / "cache")

    assert not is_mapped(evaluation)
    assert not list((tmp_path / "cache").glob(f"*/{array_folder.HEADER}"))


def test_a_flipped_byte_anywhere_never_changes_a_number(
    run_folder: Path, tmp_path: Path, rng: np.random.Generator
) -> None:
    fresh, cache = ec.Evaluation(ec.load_run(run_folder)), tmp_path / "cache"
    prepared(run_folder, cache)
    for file in sorted(entry_of(cache).iterdir()):
        whole = file.read_bytes()
        place = int(rng.integers(len(whole) // 2, len(whole)))
        damaged = whole[:place] + bytes([whole[place] ^ 1 << int(rng.integers(8))])
        file.chmod(0o600)
        file.write_bytes(damaged + whole[place + 1 :])
        assert_same(prepared(run_folder, cache), fresh, rng)


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(file.read_bytes() + b"\0"),
        lambda file: file.write_bytes(b"SQLite format 3\0"),
        lambda file: file.unlink(),
        lambda file: (file.unlink(), file.mkdir()),
        lambda file: (file.unlink(), os.mkfifo(file)),
        lambda file: (file.unlink(), file.symlink_to("/dev/zero")),
    ],
    ids=["cut", "empty", "longer", "foreign", "gone", "a folder", "a FIFO", "a link"],
)
@pytest.mark.parametrize("name", [array_folder.HEADER, "0.npy"])
def test_a_harmed_cache_is_rebuilt(
    run_folder: Path,
    tmp_path: Path,
    rng: np.random.Generator,
    harm: Callable[[Path], object],
    name: str,
) -> None:
    cache = tmp_path / "cache"
    prepared(run_folder, cache)
    (entry_of(cache) / name).chmod(0o600)
    harm(entry_of(cache) / name)

    assert_same(prepared(run_folder, cache), ec.Evaluation(ec.load_run(run_folder)), rng)
    entry = entry_of(cache)
    assert array_folder.Shelf.read(entry, content=entry.name).arrays, "what was rebuilt is whole"


def test_swapped_files_are_noticed(
    run_folder: Path, tmp_path: Path, rng: np.random.Generator
) -> None:
    cache = tmp_path / "cache"
    prepared(run_folder, cache)
    files = sorted(entry_of(cache).glob("*.npy"))
    one, other = next(
        (a, b)
        for a in files
        for b in files
        if a.stat().st_size == b.stat().st_size and a.read_bytes() != b.read_bytes()
    )
    one.rename(one.with_name("x"))
    other.rename(one)
    one.with_name("x").rename(other)

    with pytest.raises(array_folder.DamagedError):
        array_folder.Shelf.read(entry_of(cache), content=entry_of(cache).name)
    assert_same(prepared(run_folder, cache), ec.Evaluation(ec.load_run(run_folder)), rng)


def test_the_cache_of_another_run_is_not_taken(
    run_folder: Path, tmp_path: Path, rng: np.random.Generator
) -> None:
    cache, other = tmp_path / "cache", tmp_path / "other"
    random_case(rng, n_inputs=30, n_concepts=4, unscored=False).run.save(other)
    prepared(other, tmp_path / "elsewhere")
    prepared(run_folder, cache)
    place = entry_of(cache)
    shutil.rmtree(place)
    shutil.copytree(entry_of(tmp_path / "elsewhere"), place)

    assert_same(prepared(run_folder, cache), ec.Evaluation(ec.load_run(run_folder)), rng)


@pytest.mark.parametrize(
    "change", [{"version": 0}, {"byteorder": "big"}, {"code": "older"}], ids=str
)
def test_an_older_or_foreign_cache_is_rebuilt_though_its_digests_hold(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, object]
) -> None:
    cache, origin = tmp_path / "cache", array_writer.origin_of
    with monkeypatch.context() as patch:
        patch.setattr(array_writer, "origin_of", lambda content: origin(content) | change)
        prepared(run_folder, cache)
    with pytest.raises(array_folder.DamagedError, match="other code"):
        array_folder.Shelf.read(entry_of(cache), content=entry_of(cache).name)

    assert is_mapped(prepared(run_folder, cache))


def test_a_changed_table_or_description_is_noticed_though_size_and_time_stay(
    tmp_path: Path,
) -> None:
    folder, cache = tmp_path / "run", tmp_path / "cache"
    folder.mkdir()
    table, about = folder / "predictions.csv", folder / "run.json"
    table.write_text("id,label,dog,cat\n1,dog,0.9,0.1\n2,cat,0.2,0.8\n")
    about.write_text('{"name": "one"}')
    assert prepared(folder, cache).run.name == "one"

    for file, old, new in ((about, "one", "two"), (table, "0.9", "0.7")):
        before = file.stat()
        file.write_text(file.read_text().replace(old, new))
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert file.stat().st_size == before.st_size
        ours = prepared(folder, cache)
        assert is_mapped(ours)
    assert ours.run.name == "two"
    assert ours.run.scores[0, 0] == 0.7


def test_roles_chosen_for_the_columns_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evalcore.prepared.source_files.TOO_FRESH", -1)
    table, cache = tmp_path / "pets.csv", tmp_path / "cache"
    table.write_text("id,label,other,dog,cat\n1,dog,cat,0.9,0.1\n2,cat,cat,0.2,0.8\n")
    before = prepared(table, cache)
    roles = {"id": "id", "other": "labels", "label": "metadata"}
    roles |= {name: f"score:{name}" for name in ("dog", "cat")}
    keep_columns(table, roles)

    after = prepared(table, cache)

    assert before.run.labels.total.tolist() == [1, 1]
    assert after.run.labels.total.tolist() == [0, 2]
    assert is_mapped(before)
    assert is_mapped(after)


def test_a_settled_run_is_hashed_once_and_again_when_it_changes(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evalcore.prepared import source_files  # noqa: PLC0415

    monkeypatch.setattr(source_files, "TOO_FRESH", -1)
    prepared(run_folder, tmp_path / "cache")
    hashed: list[Path] = []
    content = source_files.Source.content
    monkeypatch.setattr(
        source_files.Source, "content", lambda self: (hashed.append(self.path), content(self))[1]
    )

    assert is_mapped(prepared(run_folder, tmp_path / "cache"))
    assert hashed == []
    (run_folder / "run.json").touch()
    assert is_mapped(prepared(run_folder, tmp_path / "cache"))
    assert hashed == [run_folder]


def test_a_damaged_stamp_is_not_believed(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evalcore.prepared.source_files.TOO_FRESH", -1)
    cache = tmp_path / "cache"
    prepared(run_folder, cache)
    (stamp,) = (cache / opening.STAMPS).iterdir()
    for text in ("", "{}", "x []", stamp.read_text().replace(entry_of(cache).name, "../x")):
        stamp.write_text(text)
        assert is_mapped(prepared(run_folder, cache))
        assert json.loads(stamp.read_text().partition(" ")[2])[1] == entry_of(cache).name


def test_where_the_cache_cannot_be_written_the_run_still_opens(
    run_folder: Path, tmp_path: Path, rng: np.random.Generator
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("no folder")

    ours = prepared(run_folder, blocked / "cache")

    assert_same(ours, ec.Evaluation(ec.load_run(run_folder)), rng)
    assert blocked.read_text() == "no folder"


def test_a_full_disk_leaves_nothing_behind(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(array_writer.ArrayStream, "append", full)

    assert prepared(run_folder, tmp_path / "cache").run.n_inputs == 30
    assert list((tmp_path / "cache").iterdir()) == []


def test_the_run_that_was_opened_longest_ago_is_removed(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    cache, sizes = tmp_path / "cache", []
    folders = [tmp_path / name for name in ("a", "b", "c")]
    for folder in folders:
        random_case(rng, n_inputs=30, n_concepts=4, unscored=False).run.save(folder)
        prepared(folder, tmp_path / f"alone {folder.name}")
        entry = entry_of(tmp_path / f"alone {folder.name}")
        sizes.append(sum(file.stat().st_size for file in entry.iterdir()))
    entries = []
    for k, folder in enumerate(folders):
        prepared(folder, cache, most_bytes=int(2.5 * max(sizes)))
        (new,) = {h.parent for h in cache.glob(f"*/{array_folder.HEADER}")} - set(entries)
        entries.append(new)
        os.utime(new / array_folder.HEADER, (1_000 + k, 1_000 + k))

    assert [entry.exists() for entry in entries] == [False, True, True]


def test_a_missing_run_is_said_as_by_the_reader(tmp_path: Path) -> None:
    with pytest.raises(ec.RunError, match="no such file or folder"):
        prepared(tmp_path / "nothing", tmp_path / "cache")


def test_two_processes_prepare_one_run_at_once(run_folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    code = (
        "import sys; from evalcore.prepared import open_prepared; from evalcore import Rule\n"
        "for _ in range(3):\n"
        "    e = open_prepared(sys.argv[1], cache=__import__('pathlib').Path(sys.argv[2]),"
        " least_scores=1)\n"
        "    print(e.counts(Rule(0.5, decision='every')).tp.tolist())"
    )
    command = [sys.executable, "-c", code, str(run_folder), str(cache)]
    both = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0] for process in both]

    tp = ec.Evaluation(ec.load_run(run_folder)).counts(ec.Rule(0.5, decision="every")).tp.tolist()
    assert said == [f"{tp}\n" * 3] * 2
    assert [p.name for p in cache.iterdir() if p.name.startswith(".")] == []
    assert is_mapped(prepared(run_folder, cache))


def test_images_stay_in_the_run_folder_and_embedded_ones_are_not_prepared(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "a.png").write_bytes(b"pixels")
    (folder / "predictions.csv").write_text(
        "id,image,label,dog,cat\n1,a.png,dog,0.9,0.1\n2,,cat,0.2,0.8\n"
    )
    ours = prepared(folder, tmp_path / "cache")
    assert is_mapped(ours)
    assert ours.run.images is not None
    assert ours.run.images.read(0) == b"pixels"
    (folder / "a.png").unlink()
    assert any("missing" in n.text for n in prepared(folder, tmp_path / "cache").run.report.notices)

    embedded = ec.EvalRun.from_arrays([[0.5], [0.2]], [[0], []], images=[b"x", b"y"])
    embedded.save(tmp_path / "embedded")
    assert not is_mapped(prepared(tmp_path / "embedded", tmp_path / "cache"))


@pytest.mark.parametrize(
    "texts", [[], ["", ""], ["a"] * 5, list(HOSTILE), ["é", "", "é", "é"]], ids=str
)
def test_texts_come_back_as_they_were(texts: list[str]) -> None:
    assert unpack_texts(pack_texts(texts)).tolist() == texts


CUT = """
import sys
from pathlib import Path
from evalcore import Rule
from evalcore.prepared import open_prepared

run, cache = map(Path, sys.argv[1:])
evaluation = open_prepared(run, cache=cache, least_scores=1)
for k, file in enumerate(sorted(cache.glob("*/*.npy"))):
    file.chmod(0o600)
    with file.open("r+b") as opened:
        if k % 2:
            opened.truncate(0)
        else:
            opened.write(bytes(file.stat().st_size))
    if k % 3 == 0:
        file.unlink()
counts = evaluation.counts(Rule(0.5))
print(counts.tp.sum(), counts.fp.sum(), evaluation.run.scores.sum())
"""


def test_a_cache_that_is_cut_altered_or_removed_while_it_is_open_harms_nobody(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    case = random_case(rng, n_inputs=400, n_concepts=30)
    run, cache = case.run.save(tmp_path / "run"), tmp_path / "cache"
    counts = prepared(run, cache).counts(ec.Rule(0.5))
    assert len(list(entry_of(cache).glob("*.npy"))) > 5

    child = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", CUT, str(run), str(cache)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert child.returncode == 0, child.stderr
    said = child.stdout.split()
    assert said[:2] == [str(counts.tp.sum()), str(counts.fp.sum())]
    assert said[2] == str(ec.load_run(run).scores.sum())


def test_where_there_is_no_room_for_a_copy_the_run_is_read(
    tmp_path: Path, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = random_case(rng, n_inputs=50)
    run, cache = case.run.save(tmp_path / "run"), tmp_path / "cache"
    prepared(run, cache)

    def full(**_: object) -> object:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("tempfile.TemporaryFile", full)
        again = prepared(run, cache)
    assert not is_mapped(again)
    assert_same(again, ec.Evaluation(ec.load_run(run)), rng)
    assert is_mapped(prepared(run, cache))
