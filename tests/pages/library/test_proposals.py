"""A file that can be meant in more than one way is asked about on Runs, for every way in."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import pytest

import evalcore as ec
from pages._ui.session.keys import Key
from pages._ui.shell import loading, sources
from tests.pages.conftest import Library
from tests.pages.library.test_open_another import edit, pets, press, rows, said, upload
from tests.support.visitor import Visitor

__all__ = ["pets"]

ASKED = "id,label,prob\n" + "".join(f"{k},{'dog' if k % 3 else 'cat'},0.{k}\n" for k in range(1, 9))
STRANGE = "id,label,dog,cat\n" + "".join(
    f"{k},{('dog', 'cat', 'eule')[k % 3]},1.{k},-0.{k}\n" for k in range(1, 10)
)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("THRESHOLD_WORKSHOP_ROOTS", raising=False)
    return tmp_path / "home"


def choices(visitor: Visitor) -> list[str]:
    return list(visitor.app.radio[0].options)


def take(visitor: Visitor, words: str) -> Visitor:
    radio = visitor.app.radio[0]
    plain = [text.replace("\\", "").replace("\u2060", "") for text in radio.options]
    radio.set_value(next(k for k, text in enumerate(plain) if words in text))
    visitor._act(visitor.app._tree.get_widget_states())
    return visitor.click("Read it so")


def test_from_elsewhere_nobody_sets_for_everybody_how_a_run_is_read(
    pets: Visitor, library: Library, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add("export", ASKED)
    pets.run().pick_row(Key.LIBRARY, 0)
    pets.run()
    monkeypatch.setattr(sources, "shows_paths", lambda: False)
    pets.click("Read it so")  # the page is still open from before
    assert pets.view.run == "pets"
    assert not list(own_home.glob("mappings/*"))
    assert pets.app.button(key=Key.TAKE_PROPOSAL).disabled
    assert any("holds for everybody" in box.value for box in pets.app.info)
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--visitors-set-readings"])
    take(pets.run(), "'cat'")
    assert pets.view.run == "export"


def test_a_run_of_the_library_is_asked_about_and_read_as_chosen(
    pets: Visitor, library: Library
) -> None:
    library.add("export", ASKED)
    pets.run().pick_row(Key.LIBRARY, 0)
    assert pets.view.run == "pets"
    assert len(choices(pets)) == 2
    take(pets, "'cat'")
    assert pets.view.run == "export"
    run = loading.run_of(loading.open_handle("export"))
    assert run.concepts == ("cat",)
    assert run.labels.total.tolist() == [2]


def test_a_file_of_the_library_that_is_no_run_yet_is_listed_with_the_reason(
    pets: Visitor, library: Library
) -> None:
    (library.folder / "asked.csv").write_text(ASKED.replace("label", "animal"))
    (library.folder / "notes.txt").write_text("nothing\n")
    pets.run()
    assert rows(pets) == ["pets", "asked"]
    notes = pets.table(Key.LIBRARY)["note"].tolist()
    assert notes[1].startswith("Not read yet: asked.csv: no column 'label'")


@pytest.mark.parametrize("is_empty", [False, True])
def test_an_upload_that_asks_is_kept_and_read_as_chosen(
    library: Library, *, is_empty: bool
) -> None:
    if not is_empty:
        library.add("pets")
    visitor = Visitor.at_runs().run()
    upload(visitor, "mine.csv", ASKED)
    assert "mine.csv was not opened; below is why" in said(visitor)
    assert len(choices(visitor)) == 2
    take(visitor, "'dog'")
    assert loading.run_of(loading.open_handle(str(visitor.view.run))).concepts == ("dog",)


def test_a_zip_that_asks_is_kept_and_read_as_chosen(library: Library) -> None:
    library.add("pets")
    visitor = Visitor.at_runs().run()
    upload(visitor, "mine.zip", zipped(**{"mine/predictions.csv": ASKED}))
    assert len(choices(visitor)) == 2
    take(visitor, "'dog'")
    run = loading.run_of(loading.open_handle(str(visitor.view.run)))
    assert (run.concepts, run.n_inputs) == (("dog",), 8)


def test_a_refused_zip_of_two_files_offers_the_roles_of_both(library: Library) -> None:
    library.add("pets")
    visitor = Visitor.at_runs().run()
    truth = "id,what\n" + "".join(f"{k},{('dog', 'cat')[k % 2]}\n" for k in range(8))
    scores = "id,p,q\n" + "".join(f"{k},0.{k},0.{9 - k}\n" for k in range(8))
    upload(visitor, "two.zip", zipped(**{"predictions.csv": scores, "labels.csv": truth}))
    assert "no column 'label'" in said(visitor)
    meant = {
        "taken_for": {1: "score of", 2: "score of", 3: "label (one)"},
        "concept": {1: "dog", 2: "cat"},
    }
    press(edit(visitor, **meant), "Read again with these")
    run = loading.run_of(loading.open_handle(str(visitor.view.run)))
    assert (run.concepts, run.labels.total.tolist()) == (("dog", "cat"), [4, 4])


def zipped(**files: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def test_the_preview_writes_a_dash_for_a_missing_score(pets: Visitor, library: Library) -> None:
    library.add("gaps", "id,label,dog,cat\n1,dog,0.9,0.05\n2,cat,,\n3,cat,0.2,0.8\n")
    pets.run().pick_row(Key.LIBRARY, 0)
    first = pets.app.dataframe[-1].value
    assert first["dog"].tolist() == ["0.9", "–", "0.2"]


def test_a_path_that_asks_stays_while_one_answers(pets: Visitor, library: Library) -> None:
    path = library.folder / "deep" / "deeper"
    path.mkdir(parents=True)
    (path / "odd.csv").write_text(ASKED)
    pets.set(Key.PATH, "deep/deeper/odd.csv")
    assert len(choices(pets)) == 2
    radio = pets.app.radio[0]
    radio.set_value(1)
    pets._act(pets.app._tree.get_widget_states())
    assert len(choices(pets)) == 2, "the first choice does not throw the file away"
    pets.click("Read it so")
    run = loading.run_of(loading.open_handle(str(pets.view.run)))
    assert run.concepts in {("dog",), ("cat",)}
    assert "odd" in rows(pets)


def test_evaluate_says_which_inputs_are_left_out(library: Library) -> None:
    library.add("owls", STRANGE)
    with pytest.raises(ec.AmbiguousReading) as caught:
        ec.load_run(library.folder / "owls")
    line = next(p.line for p in caught.value.proposals if "nobody knows" in p.title)
    (library.folder / "owls" / "run.json").write_text(f"{{{line}}}")
    visitor = Visitor.at_evaluate(run="owls").run()
    captions = " ".join(caption.value for caption in visitor.app.caption)
    captions = captions.replace("\\", "").replace("\u2060", "")
    assert "3 inputs unknown: they are labelled 'eule'" in captions
    assert "3 without a label in no row of the matrix" in captions
