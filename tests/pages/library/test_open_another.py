"""Every way to open a run: the command line, a path, an upload; and what columns are said to be."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

import evalcore as ec
from evalcore.base.jobs import report_progress
from evalcore.library.uploads import find_uploads
from pages._ui.session.keys import Key
from pages._ui.shell import loading
from tests.pages.conftest import PETS, Library
from tests.support.visitor import Visitor

BAD = "id,label,score:dog\n1,dog,50%\n2,dog,half\n"
EXPORT = "nr,truth,p_dog,p_cat\na,dog,0.9,0.2\nb,cat,0.1,0.8\nc,dog,0.4,0.5\n"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("THRESHOLD_WORKSHOP_ROOTS", raising=False)
    return tmp_path / "home"


@pytest.fixture
def pets(library: Library) -> Visitor:
    """A visitor whose open run is *pets*."""
    library.add("pets")
    # AppTest knows the page's address, and so the widgets' identities, from the second run on
    return Visitor.at_runs(run="pets", t="0.3").run()


def start_with(monkeypatch: pytest.MonkeyPatch, *options: str) -> None:
    monkeypatch.setattr("sys.argv", ["app.py", *options])


def upload(visitor: Visitor, name: str, data: bytes | str) -> Visitor:
    data = data.encode() if isinstance(data, str) else data
    visitor.app.file_uploader[0].set_value((name, data, "application/octet-stream"))
    return visitor._act(visitor.app._tree.get_widget_states())


def rows(visitor: Visitor) -> list[str]:
    return visitor.table(Key.LIBRARY)["run"].tolist()


def said(visitor: Visitor) -> str:
    return " ".join(visitor.problems).replace("\\", "").replace("\u2060", "")


# ---------------------------------------------------------------------------- the command line


def test_the_run_of_the_command_line_is_open_at_the_start(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add("pets")
    (tmp_path / "mine.csv").write_text(PETS)
    start_with(monkeypatch, "--run", str(tmp_path / "mine.csv"))
    visitor = Visitor.at_runs().run()
    assert visitor.problems == []
    assert visitor.query["run"] == [f"path:{tmp_path / 'mine.csv'}"]
    assert rows(visitor) == ["mine", "pets"]
    assert visitor.click("Evaluate mine").shows(Key.SUMMARY)
    assert Visitor.at_evaluate().query["run"] == [f"path:{tmp_path / 'mine.csv'}"]


def test_several_runs_can_be_given_folders_files_and_zips(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = library.add("inside")
    (tmp_path / "b.csv").write_text(PETS)
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("shop/predictions.csv", PETS)
    start_with(
        monkeypatch,
        *("--run", str(inside), "--run", str(tmp_path / "b.csv")),
        *("--run", str(tmp_path / "c.zip")),
    )
    visitor = Visitor.at_runs()
    assert visitor.problems == []
    assert visitor.query["run"] == ["inside"], "a run of the library keeps its key"
    assert sorted(set(rows(visitor))) == ["b", "inside", "shop"]
    evaluate = Visitor.at_evaluate(run=f"path:{tmp_path / 'c.zip'}")
    assert evaluate.table(Key.SUMMARY)["TP"].sum() > 0


@pytest.mark.parametrize(("text", "says"), [(None, "no such file"), (BAD, "50%")])
def test_a_run_of_the_command_line_that_cannot_be_read_is_said(
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str | None,
    says: str,
) -> None:
    library.add("pets")
    if text is not None:
        (tmp_path / "mine.csv").write_text(text)
    start_with(monkeypatch, "--run", str(tmp_path / "mine.csv"))
    visitor = Visitor.at_runs()
    assert "of the command line was not opened" in said(visitor)
    assert says in said(visitor)
    assert visitor.view.run == "pets"


# ---------------------------------------------------------------------------- by path


def test_a_path_below_the_library_opens_the_run(pets: Visitor, library: Library) -> None:
    library.add("deep/er/still/predictions_of_may")
    pets.set(Key.PATH, "deep/er/still/predictions_of_may")
    assert pets.problems == []
    place = library.folder / "deep/er/still/predictions_of_may"
    assert pets.query["run"] == [f"path:{place}"]
    assert rows(pets) == ["pets", "predictions_of_may"]
    again = Visitor.at_evaluate(**pets.query)
    assert again.problems == []
    assert again.view.run == f"path:{place}"


def test_a_path_of_a_library_run_is_that_run(pets: Visitor, library: Library) -> None:
    library.add("more")
    pets.set(Key.PATH, str(library.folder / "more"))
    assert pets.view.run == "more"
    assert rows(pets) == ["more", "pets"]


def test_more_roots_can_be_allowed(
    pets: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.csv").write_text(PETS)
    monkeypatch.setenv("THRESHOLD_WORKSHOP_ROOTS", str(tmp_path / "one"))
    start_with(monkeypatch, "--roots", str(tmp_path / "two"))
    for name in ("one", "two"):
        pets.set(Key.PATH, f"{name}.csv")
        assert pets.problems == []
        assert pets.view.run == f"path:{tmp_path / name / name}.csv"


@pytest.mark.parametrize("path", ["/etc/passwd", "../home", "/no/such/thing.csv"])
def test_a_path_outside_says_which_folders_there_are_and_the_run_stays(
    pets: Visitor, library: Library, path: str
) -> None:
    pets.set(Key.PATH, path)
    assert "lies outside the folders that may be opened" in said(pets)
    assert str(library.folder) in said(pets)
    assert "pets stays open" in said(pets)
    assert (pets.view.run, pets.rule.default) == ("pets", 0.3)


def test_a_link_to_a_path_outside_is_refused(library: Library, tmp_path: Path) -> None:
    library.add("pets")
    (tmp_path / "secret.csv").write_text(PETS)
    for visitor in (
        Visitor.at_evaluate(run=f"path:{tmp_path / 'secret.csv'}"),
        Visitor.at_runs(run=f"path:{tmp_path / 'secret.csv'}"),
    ):
        assert "lies outside the folders" in said(visitor)
        assert not visitor.shows(Key.SUMMARY)


def test_a_bad_run_by_path_says_why_and_the_open_run_stays(pets: Visitor, library: Library) -> None:
    (library.folder / "deep").mkdir()
    (library.folder / "deep" / "bad.csv").write_text(BAD)
    pets.set(Key.PATH, "deep/bad.csv")
    assert "2 scores are not finite numbers" in said(pets)
    assert (pets.view.run, pets.rule.default) == ("pets", 0.3)


def test_a_zip_by_path_is_taken_over(pets: Visitor, library: Library) -> None:
    with zipfile.ZipFile(library.folder / "all.zip", "w") as archive:
        archive.writestr("shop/predictions.csv", PETS)
    pets.set(Key.PATH, "all.zip")
    assert pets.problems == []
    assert pets.view.run == f"upload:{find_uploads()[0].digest}"


# ---------------------------------------------------------------------------- by upload


def test_the_limit_is_said_before_the_upload(pets: Visitor) -> None:
    assert "up to 200 MB" in pets.text
    assert "open it by its path" in pets.text


def test_an_uploaded_table_is_opened_listed_and_linked_to(pets: Visitor) -> None:
    upload(pets, "cats.csv", PETS)
    assert pets.problems == []
    key = f"upload:{find_uploads()[0].digest}"
    assert pets.query["run"] == [key]
    assert rows(pets) == ["pets", "cats"]
    assert "How cats was read" in pets.text
    assert pets.click("Evaluate cats").shows(Key.SUMMARY)
    other = Visitor.at_evaluate(run=key)
    assert other.problems == []
    assert len(other.table(Key.SUMMARY)) == 3


def test_an_uploaded_zip_is_opened(pets: Visitor) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("shop/predictions.csv", PETS)
        archive.writestr("shop/run.json", json.dumps({"name": "corner shop"}))
    upload(pets, "shop.zip", packed.getvalue())
    assert pets.problems == []
    assert rows(pets) == ["pets", "corner shop"]


def test_a_bad_upload_says_all_that_is_wrong_and_the_open_run_stays(pets: Visitor) -> None:
    upload(pets, "bad.csv", BAD)
    assert "bad.csv was not opened" in said(pets)
    assert "2 scores are not finite numbers: row 2, column 'score:dog': '50%'; row 3" in said(pets)
    assert "pets stays open" in said(pets)
    assert (pets.view.run, pets.rule.default) == ("pets", 0.3)
    assert find_uploads() == []
    assert pets.click("Evaluate pets").rule.default == 0.3


def test_the_message_goes_when_something_else_is_opened(pets: Visitor) -> None:
    upload(pets, "bad.csv", BAD)
    upload(pets, "cats.csv", PETS)
    assert pets.problems == []


def test_the_same_upload_twice_is_one_run(pets: Visitor) -> None:
    upload(pets, "cats.csv", PETS)
    first = pets.view.run
    upload(pets, "copy of cats.csv", PETS)
    assert pets.view.run == first
    assert rows(pets) == ["pets", "cats"]


def test_what_was_uploaded_leaves_the_servers_memory_and_the_field_is_empty(
    pets: Visitor,
) -> None:
    before = pets.app.file_uploader[0].key
    upload(pets, "cats.csv", PETS)
    assert pets.app.file_uploader[0].key != before
    assert not pets.app.file_uploader[0].value


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>.csv", "**b** [x](http://e.x).csv", "../../etc/passwd"]
)
def test_hostile_names_of_files_are_shown_as_text(pets: Visitor, name: str) -> None:
    upload(pets, name, BAD)
    assert f"{name} was not opened" in said(pets)
    assert not any("](http" in text for text in pets.problems), "escaped"
    upload(pets, name, PETS)
    assert pets.problems == []


def test_an_upload_is_removed_by_who_made_it_and_nobody_else(pets: Visitor) -> None:
    upload(pets, "cats.csv", PETS)
    other = Visitor.at_runs(run=pets.view.run)
    assert "How cats was read" in other.text
    assert not other.shows(Key.REMOVE)
    pets.click("Remove this upload")
    assert rows(pets) == ["pets"]
    assert pets.view.run == "pets"
    assert find_uploads() == []


def test_an_upload_is_listed_for_who_made_it_and_opened_by_who_has_its_link(pets: Visitor) -> None:
    upload(pets, "cats.csv", PETS)
    other = Visitor.at_runs(run="pets")
    assert rows(other) == ["pets"]
    assert Visitor.at_evaluate(run=pets.view.run).problems == []
    assert rows(Visitor.at_runs(run="pets")) == ["pets"]
    assert rows(pets) == ["pets", "cats"]


def test_who_uploads_the_same_bytes_removes_only_their_own(pets: Visitor) -> None:
    upload(pets, "cats.csv", PETS)
    other = Visitor.at_runs(run="pets")
    upload(other, "also cats.csv", PETS)
    assert rows(other) == ["pets", "cats"]
    other.click("Remove this upload")
    assert rows(other) == ["pets"]
    assert [len(one.owners) for one in find_uploads()] == [1]


def test_a_run_of_the_library_cannot_be_removed(pets: Visitor) -> None:
    assert not pets.shows(Key.REMOVE)


def test_a_link_to_an_upload_that_is_not_here_says_so(library: Library) -> None:
    library.add("pets")
    for visitor in (
        Visitor.at_evaluate(run="upload:" + "0" * 32),
        Visitor.at_runs(run="upload:" + "0" * 32),
        Visitor.at_runs(run="upload:../../etc"),
    ):
        assert "was made on another machine, or has been removed" in said(visitor)


def test_an_empty_library_takes_uploads(library: Library) -> None:
    assert not list(library.folder.iterdir())
    visitor = upload(Visitor.at_runs(), "cats.csv", PETS)
    assert rows(visitor) == ["cats"]


# ---------------------------------------------------------------------------- large runs


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Every run counts as large, and none is read before the gate opens."""
    opened, read = threading.Event(), ec.load_run

    def slowly(path: Path) -> ec.EvalRun:
        while not opened.wait(0.02):
            report_progress(1, of=4)
        return read(path)

    monkeypatch.setattr(loading, "LARGE", 0)
    monkeypatch.setattr("evalcore.prepared.opening.load_run", slowly)
    return opened


def reading(visitor: Visitor) -> bool:
    return visitor.shows(Key.CANCEL)


def test_a_large_run_is_listed_unread_and_read_when_chosen(
    pets: Visitor, library: Library, gate: threading.Event
) -> None:
    library.add("vast")
    pets.run()
    assert "not read yet" in pets.table(Key.LIBRARY)["note"].tolist()[1]
    pets.pick_row(Key.LIBRARY, 1)
    assert reading(pets)
    assert pets.view.run == "pets", "the open run stays until the other is there"
    gate.set()
    loading.run_of(loading.open_handle("vast"))
    pets.run()
    assert not reading(pets)
    assert pets.view.run == "vast"


def test_reading_can_be_cancelled_and_the_open_run_stays(
    pets: Visitor, library: Library, gate: threading.Event
) -> None:
    library.add("vast")
    pets.run().pick_row(Key.LIBRARY, 1)
    pets.click("Cancel")
    assert not reading(pets)
    assert (pets.view.run, pets.rule.default) == ("pets", 0.3)
    assert "Reading was cancelled" in pets.text
    pets.click("Read it")
    assert reading(pets), "it can be read after all"
    gate.set()


def test_choosing_a_run_again_while_it_is_read_reads_on(
    pets: Visitor, library: Library, gate: threading.Event
) -> None:
    library.add("vast")
    pets.run().pick_row(Key.LIBRARY, 1).pick_row(Key.LIBRARY, 1)
    assert reading(pets)
    assert not loading.reading(loading.open_handle("vast")).was_cancelled
    gate.set()
    loading.run_of(loading.open_handle("vast"))
    assert pets.run().view.run == "vast"


def test_a_link_to_a_large_run_shows_progress_then_the_run(
    library: Library, gate: threading.Event
) -> None:
    library.add("vast")
    visitor = Visitor.at_evaluate(run="vast", t="0.7")
    assert reading(visitor)
    assert not visitor.shows(Key.SUMMARY)
    gate.set()
    loading.run_of(loading.open_handle("vast"))
    visitor.run()
    assert visitor.shows(Key.SUMMARY)
    assert visitor.rule.default == 0.7


def test_a_cancelled_link_offers_to_read_it_after_all(
    library: Library, gate: threading.Event
) -> None:
    library.add("vast")
    visitor = Visitor.at_evaluate(run="vast").click("Cancel")
    assert not reading(visitor)
    assert "not read yet" in visitor.text
    gate.set()
    visitor.click("Read it")
    loading.run_of(loading.open_handle("vast"))
    assert visitor.run().shows(Key.SUMMARY)


def test_two_sessions_share_one_reading_and_one_cannot_cancel_the_others(
    library: Library, gate: threading.Event
) -> None:
    library.add("vast")
    first, second = Visitor.at_evaluate(run="vast"), Visitor.at_evaluate(run="vast")
    first.click("Cancel")
    job = loading.reading(loading.open_handle("vast"))
    assert not job.was_cancelled
    gate.set()
    job.result()
    assert second.run().shows(Key.SUMMARY)


def test_a_large_run_that_is_wrong_says_why_after_reading(
    pets: Visitor, library: Library, gate: threading.Event
) -> None:
    library.add_broken("vast")
    pets.run().pick_row(Key.LIBRARY, 1)
    gate.set()
    loading.reading(loading.open_handle("vast")).wait()
    pets.run()
    assert "50%" in said(pets)
    assert pets.view.run == "pets"


# ---------------------------------------------------------------------------- what columns are


def editors(visitor: Visitor) -> list[Any]:
    """Return the tables of roles that are there."""
    return [
        node
        for node in visitor.app._tree
        if str(getattr(node, "key", "")).startswith(f"{Key.ROLES}_")
    ]


def edit(visitor: Visitor, **cells: dict[int, str]) -> Visitor:
    """Type into the table of roles: column to row to value."""
    found = editors(visitor)
    if not found:  # below the proposals the columns stand in a drawer of their own
        visitor.app.session_state[Key.NONE_OF_THESE] = True
        found = editors(visitor.run())
    assert len(found) == 1
    rows: dict[str, dict[str, str]] = {}
    for name, values in cells.items():
        for row, value in values.items():
            rows.setdefault(str(row), {})[name.replace("_", " ")] = value
    changes = {"edited_rows": rows, "added_rows": [], "deleted_rows": []}
    state = WidgetState(id=found[0].proto.id, string_value=json.dumps(changes))
    visitor._kept = state  # a browser sends what was typed again with every later action
    states = visitor.app._tree.get_widget_states()
    states.widgets.append(state)
    visitor.app._run(states)
    return visitor.checked()


def press(visitor: Visitor, label: str) -> Visitor:
    """Press a button while what was typed is still there."""
    next(button for button in visitor.app.button if button.label == label).click()
    states = visitor.app._tree.get_widget_states()
    states.widgets.append(visitor._kept)
    return visitor._act(states)


MEANT = {
    "taken_for": {0: "id", 1: "label (one)", 2: "score of", 3: "score of"},
    "concept": {2: "dog", 3: "cat"},
}


def test_a_run_without_a_label_column_is_read_once_its_columns_are_said(
    pets: Visitor, library: Library, own_home: Path
) -> None:
    folder = library.add("export", EXPORT)
    pets.run().pick_row(Key.LIBRARY, 0)
    assert "no column 'label'" in said(pets)
    assert pets.view.run == "pets"
    press(edit(pets, **MEANT), "Read again with these")
    assert pets.problems == [] or "sum to 1" in said(pets)
    assert pets.view.run == "export"
    assert "How export was read" in pets.text
    run = loading.run_of(loading.open_handle("export"))
    assert run.concepts == ("dog", "cat")
    assert run.ids.tolist() == ["a", "b", "c"]
    assert [path.name for path in folder.iterdir()] == ["predictions.csv"], "nothing written there"
    assert len(list((own_home / "mappings").iterdir())) == 1


def test_the_answer_is_kept_in_run_json_on_request(pets: Visitor, library: Library) -> None:
    folder = library.add("export", EXPORT, name="mine")
    pets.run().pick_row(Key.LIBRARY, 0)
    press(edit(pets, **MEANT), "Read again with these")
    pets.click("Keep in run.json")
    assert json.loads((folder / "run.json").read_text()) == {
        "name": "mine",
        "columns": {"nr": "id", "truth": "label", "p_dog": "score:dog", "p_cat": "score:cat"},
    }
    assert not pets.shows(Key.KEEP_ROLES)
    assert pets.view.run == "export"


def test_what_was_chosen_can_be_forgotten(pets: Visitor, library: Library) -> None:
    library.add("export", EXPORT)
    pets.run().pick_row(Key.LIBRARY, 0)
    press(edit(pets, **MEANT), "Read again with these")
    pets.click("Forget what was chosen")
    assert "no column 'label'" in said(pets)


def test_roles_that_make_no_run_are_refused_and_nothing_is_kept(
    pets: Visitor, library: Library, own_home: Path
) -> None:
    library.add("export", EXPORT)
    pets.run().pick_row(Key.LIBRARY, 0)
    wrong = {"taken_for": MEANT["taken_for"] | {0: "label (one)"}}
    press(edit(pets, **wrong), "Read again with these")
    assert "gives two columns, 'nr' and 'truth', the role" in said(pets)
    assert pets.view.run == "pets"
    assert not (own_home / "mappings").exists()


def test_a_readable_run_can_be_understood_otherwise(pets: Visitor) -> None:
    press(edit(pets, taken_for={3: "ignore"}), "Read again with these")
    run = loading.run_of(loading.open_handle("pets"))
    assert "place" not in run.metadata
    assert pets.rule.default == 0.3, "what was set stays"


def test_exports_of_other_tools_have_no_columns_to_change(library: Library) -> None:
    lines = "ImageID,Source,LabelName,Confidence\ni,verification,/m/a,1\ni,model,/m/a,0.5\n"
    (library.folder / "triples").mkdir()
    (library.folder / "triples" / "labels.csv").write_text(lines)
    visitor = Visitor.at_runs()
    assert not any(
        str(getattr(node, "key", "")).startswith(f"{Key.ROLES}_") for node in visitor.app._tree
    )
