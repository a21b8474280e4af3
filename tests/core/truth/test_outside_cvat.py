"""CVAT's exports as answers: whose tags they are, what is left out, and what is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

import evalcore as ec
from evalcore.errors import TruthError
from evalcore.store import Store
from evalcore.truth.log import read
from evalcore.truth.outside import OutsideAnswers, cvat, read_answers, take_over

HEAD = '<?xml version="1.0" encoding="utf-8"?>'
IMAGES = """
  <image id="0" name="set/a.png" width="640" height="480">
    <box label="dog" source="manual" occluded="0" xtl="1" ytl="2" xbr="3" ybr="4" z_order="0">
      <attribute name="age">old</attribute>
    </box>
    <tag label="cat" source="manual"></tag>
  </image>
  <image id="1" name="set/b.png" width="640" height="480">
    <tag label="Cat" source="manual"><attribute name="sure">no</attribute></tag>
    <tag label="dog" source="auto"></tag>
    <tag label="dog" source="semi-auto"></tag>
  </image>
  <image id="2" name="set/c.png" width="640" height="480"></image>
"""


def export(images: str = IMAGES, *, who: str = "", owner: str = "root", kind: str = "job") -> str:
    assignee = f"<username>{who}</username><email></email>" if who else ""
    return f"""{HEAD}
<annotations>
  <version>1.1</version>
  <meta>
    <{kind}>
      <id>7</id>
      <name>Disputed &amp; hard</name>
      <size>3</size>
      <mode>annotation</mode>
      <segments><segment><id>1</id><start>0</start><stop>2</stop></segment></segments>
      <owner><username>{owner}</username><email>root@lab.example</email></owner>
      <assignee>{assignee}</assignee>
      <labels><label><name>dog</name><type>tag</type></label></labels>
    </{kind}>
    <dumped>2026-11-30 10:00:00.000000+00:00</dumped>
  </meta>{images}</annotations>
"""


def run() -> ec.EvalRun:
    return ec.EvalRun.from_arrays(
        [[0.9, 0.2], [0.1, 0.8], [0.4, 0.5]],
        [["dog"], ["cat"], ["dog"]],
        concepts=["dog", "cat"],
        ids=["a.png", "b.png", "c.png"],
        task="multi_label",
    )


def answers(tmp_path: Path, data: str | bytes, name: str = "annotations.xml") -> OutsideAnswers:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_answers(path, run())


def said(found: OutsideAnswers) -> set[tuple[str, str, str, str]]:
    return {(one.voter, *one.pair, one.answer) for one in found.answers}


def zipped(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/") + ".xml", text)
        archive.writestr("images/a.png", b"no XML")
    return content.getvalue()


@pytest.mark.parametrize("kind", ["job", "task", "project"])
def test_tags_are_the_labels_of_who_is_the_assignee(kind: str, tmp_path: Path) -> None:
    found = answers(tmp_path, export(who="ada", kind=kind))
    assert said(found) == {
        ("ada", "a.png", "dog", "no"),
        ("ada", "a.png", "cat", "yes"),
        ("ada", "b.png", "dog", "yes"),
        ("ada", "b.png", "cat", "yes"),
    }
    assert found.form == "CVAT, tags of images"
    assert found.told == (
        "1 image without a tag by a person: no answer.",
        "1 tag made by a model: left out.",
        "1 shape left out: only tags say what an image shows.",
        "Labels that are spelled otherwise were taken for their concepts: 'Cat = cat'.",
    )


@pytest.mark.parametrize(("owner", "voter"), [("root", "root"), ("", "annotations")])
def test_without_an_assignee_it_is_said_whose_the_answers_are_taken_for(
    owner: str, voter: str, tmp_path: Path
) -> None:
    found = answers(tmp_path, export(owner=owner))
    assert found.voters == (voter,)
    assert found.told[0] == (
        f"Nobody is named as the assignee: the answers are taken for those of '{voter}'."
    )


def test_an_export_of_a_project_knows_the_assignee_of_every_task(tmp_path: Path) -> None:
    people = "".join(
        f"<task><id>{k}</id><assignee><username>{who}</username></assignee></task>"
        for k, who in enumerate(("ada", "bo"), start=1)
    )
    text = f"""{HEAD}<annotations><meta><project><id>1</id><tasks>{people}</tasks>
      <owner><username>root</username></owner></project></meta>
      <image id="0" name="a.png" subset="default" task_id="1"><tag label="dog"/></image>
      <image id="0" name="a.png" subset="default" task_id="2"><tag label="cat"/></image>
    </annotations>"""
    assert said(answers(tmp_path, text)) == {
        ("ada", "a.png", "dog", "yes"),
        ("ada", "a.png", "cat", "no"),
        ("bo", "a.png", "dog", "no"),
        ("bo", "a.png", "cat", "yes"),
    }


def test_a_zip_holds_the_files_of_several_jobs(tmp_path: Path) -> None:
    one = '<image id="0" name="a.png"><tag label="{}" source="manual"/></image>'
    data = zipped(
        ada__annotations=export(one.format("dog"), who="ada"),
        job_2=export(one.format("cat"), owner=""),
    )
    found = answers(tmp_path, data, "jobs.zip")
    assert found.voters == ("ada", "job_2")
    assert ("job_2", "a.png", "dog", "no") in said(found)
    with Store.open(tmp_path / "w.db") as store:
        assert take_over(store, "truth/x", found, by="Eve") == 4
        assert take_over(store, "truth/x", found, by="Eve") == 0
        assert len(read(store, "truth/x").votes) == 2


BOMB = f"""{HEAD}<!DOCTYPE annotations [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY file SYSTEM "file:///etc/passwd">]><annotations><image name="&file;">
<tag label="&b;"/></image></annotations>"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB, "declares a document type"),
        (f"{HEAD}<!DOCTYPE annotations SYSTEM 'http://x.example/a.dtd'><annotations/>", "document"),
        (
            f"{HEAD}<annotations><image name='a.png'>",
            "this XML is damaged: no element found: line 1",
        ),
        (f"{HEAD}<annotations><image><tag label='dog'/></image></annotations>", "line 1: an <imag"),
        (f"{HEAD}<annotations><image name='a.png'><tag/></image></annotations>", "a <tag> must"),
        (f"{HEAD}<html><body/></html>", "no export of CVAT: it begins with <'html'>"),
        (f"{HEAD}<annotations>" + "<x>" * 40, "line 1: nested deeper than 32"),
        (f"{HEAD}<annotations>&nothing;</annotations>", "undefined entity"),
        (export('<track id="0" label="dog"></track>', who="ada"), "no image in it is tagged"),
        (export('<image id="0" name="a.png"><box label="dog"/></image>'), "shapes (1 x box)"),
        (export('<image id="0" name="a.png"><tag label="fox"/></image>'), "concept of this run"),
        (export('<image id="0" name="z.png"><tag label="dog"/></image>'), "about an input of this"),
        (export('<image id="0" name="a.png"><tag label="dog"/></image>' * 2), "labels 'a.png' twi"),
        (HEAD.replace("utf-8", "klingon") + "<annotations/>", "unknown encoding"),
        ("<", "this XML is damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(TruthError) as caught:
        answers(tmp_path, text)
    assert words in str(caught.value)
    assert str(caught.value).startswith("annotations.xml")


def test_what_unfolds_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cvat, "MOST_BYTES", 1_000)
    with pytest.raises(TruthError, match="unpacked it is larger"):
        answers(tmp_path, zipped(a=export(who="ada"), b=export(who="bo")), "jobs.zip")
    monkeypatch.setattr(cvat, "MOST_FILES", 1)
    with pytest.raises(TruthError, match="2 XML files; at most 1 are read"):
        answers(tmp_path, zipped(a="<a/>", b="<a/>"), "jobs.zip")
    broken = zipped(a=export(who="ada"))
    with pytest.raises(TruthError, match="this ZIP cannot be read"):
        answers(tmp_path, broken[:40] + b"\0" * 40 + broken[80:], "jobs.zip")


def test_other_encodings_are_read(tmp_path: Path) -> None:
    text = export(who="zoë").replace("utf-8", "utf-16")
    assert answers(tmp_path, text.encode("utf-16")).voters == ("zoë",)
