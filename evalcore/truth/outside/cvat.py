"""Image tags of a CVAT export ("CVAT for images 1.1"): who tagged which image with what.

A file is of one job, task or project; the answers are those of who is named there as assignee. CVAT
gives ZIPs with ``annotations.xml`` inside; a ZIP may hold the files of several jobs.
"""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath
from xml.parsers import expat

from evalcore.errors import TruthError, listing, shorten
from evalcore.readers.tables.table import Cell
from evalcore.wording import plural

__all__ = ["Tags", "has_cvat", "read_tags"]

MOST_BYTES = 64 * 2**20
"""Of all files together, unpacked."""
MOST_FILES = 200
DEEPEST = 32
MOST_LETTERS = 2_000
HOLDERS = frozenset(["job", "task", "project"])
SHAPES = frozenset(
    ["box", "polygon", "polyline", "points", "cuboid", "ellipse", "mask", "skeleton"]
)
BY_MODEL = "auto"
BEGINS = (b"<", b"\xef\xbb\xbf<")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """The tags of an export.

    Parameters
    ----------
    given
        Image, person, and the labels that the image was tagged with.
    told
        What was left out, and whom the answers are taken for.
    """

    given: tuple[tuple[str, str, Cell], ...]
    told: tuple[str, ...]


def has_cvat(data: bytes, *, suffix: str) -> bool:
    """Tell whether bytes are XML, or a ZIP with XML files and no spreadsheet."""
    if data.startswith(b"PK\x03\x04"):
        try:
            names = zipfile.ZipFile(BytesIO(data)).namelist()
        except (zipfile.BadZipFile, ValueError):
            return False
        return "[Content_Types].xml" not in names and any(map(_is_xml, names))
    return suffix.casefold() == ".xml" or data.lstrip().startswith(BEGINS)


def read_tags(data: bytes, name: str) -> Tags:
    """Read the tags of an export.

    Raises
    ------
    TruthError
        When it is no such export, is damaged, declares a document type, or holds no tag.
    """
    exports = [_Export(one).read(content) for one, content in _files(data, name)]
    tally = sum((export.left_out for export in exports), Counter[str]())
    given = [one for export in exports for one in export.given()]
    if not any(labels for _, _, labels in given):
        shapes = "; ".join(f"{n:,} x {kind}" for kind, n in tally.items() if kind in SHAPES)
        msg = (
            f"{name}: no image in it is tagged{f'; it holds shapes ({shapes})' if shapes else ''}. "
            "Hint: export the tags of images as 'CVAT for images 1.1'."
        )
        raise TruthError(msg)
    guessed = {name for export in exports for name in export.guessed}
    return Tags(given=tuple(given), told=_told(guessed, tally))


def _files(data: bytes, name: str) -> list[tuple[str, bytes]]:
    if not data.startswith(b"PK\x03\x04"):
        return [(name, data)]
    found: list[tuple[str, bytes]] = []
    left = MOST_BYTES
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            inside = [one for one in archive.infolist() if _is_xml(one.filename)]
            if len(inside) > MOST_FILES:
                msg = f"{name}: {len(inside):,} XML files; at most {MOST_FILES} are read."
                raise TruthError(msg)
            for one in inside:
                with archive.open(one) as file:
                    content = file.read(left + 1)
                left -= len(content)
                if left < 0:
                    msg = f"{name}: unpacked it is larger than the {MOST_BYTES >> 20} MB allowed."
                    raise TruthError(msg)
                found.append((f"{name}, {one.filename}" if len(inside) > 1 else name, content))
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        OSError,
        EOFError,
        zlib.error,
    ) as error:
        msg = f"{name}: this ZIP cannot be read: {error}."
        raise TruthError(msg) from None
    return found


def _is_xml(name: str) -> bool:
    return name.casefold().endswith(".xml") and not name.startswith("__MACOSX/")


@dataclass(slots=True)
class _Holder:
    """A job, task or project as ``<meta>`` describes it: its id, and people's names by part."""

    kind: str
    id: str = ""
    people: dict[str, str] = field(default_factory=dict)


class _Export:
    """One file while it is read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.left_out = Counter[str]()
        self._stack: list[str] = []
        self._text: list[str] = []
        self._open: list[_Holder] = []
        self._holders: list[_Holder] = []
        self._images: list[tuple[str, str, list[str]]] = []
        self.guessed: set[str] = set()
        """Names that stand for people although nobody is the assignee."""
        self._parser = expat.ParserCreate()

    def read(self, data: bytes) -> _Export:
        """Read the file; entities are never expanded, as nothing may declare them."""
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._letters
        try:
            self._parser.Parse(data, True)  # noqa: FBT003 - as expat calls it
        except (expat.ExpatError, LookupError, ValueError) as error:
            msg = f"{self.name}: this XML is damaged: {error}."
            raise TruthError(msg) from None
        return self

    def given(self) -> list[tuple[str, str, Cell]]:
        """Return image, person and labels of every image with a tag."""
        return [
            (image, self._person(task), tuple(dict.fromkeys(labels)))
            for image, task, labels in self._images
            if labels
        ]

    def _person(self, task: str) -> str:
        holders = [one for one in self._holders if task and (one.kind, one.id) == ("task", task)]
        holders = holders or sorted(self._holders, key=lambda one: one.kind)
        named = [one.people["assignee"] for one in holders if one.people.get("assignee")]
        if named:
            return named[0]
        owners = [one.people["owner"] for one in holders if one.people.get("owner")]
        guess = owners[0] if owners else PurePosixPath(self.name.rpartition(", ")[2]).stem
        self.guessed.add(guess)
        return guess

    def _refuse_doctype(self, *_: object) -> None:
        self._require(None, "this XML declares a document type, which no export of CVAT does")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self._stack and tag != "annotations":
            msg = f"{self.name}: this XML is no export of CVAT: it begins with <{shorten(tag)}>."
            raise TruthError(msg)
        self._stack.append(tag)
        self._text = []
        self._require(len(self._stack) <= DEEPEST, f"nested deeper than {DEEPEST} elements")
        if tag in HOLDERS and "meta" in self._stack:
            self._open.append(_Holder(tag))
        elif tag == "image" and len(self._stack) == 2:
            place = attributes.get("name", "").strip()
            self._require(place, "an <image> must have a name")
            self._images.append((place, attributes.get("task_id", ""), []))
        elif self._stack[1:-1] == ["image"]:
            self._mark(tag, attributes)
        elif tag == "track":
            self.left_out["track"] += 1

    def _mark(self, tag: str, attributes: dict[str, str]) -> None:
        """Take in what an image is marked with."""
        # "annotation_type" is what earlier versions of CVAT call it
        source = attributes.get("source", attributes.get("annotation_type", "")).casefold()
        if tag != "tag":
            self.left_out[tag] += tag in SHAPES
        elif source.startswith(BY_MODEL):
            self.left_out[BY_MODEL] += 1
        else:
            label = attributes.get("label", "")
            self._require(label.strip(), "a <tag> must have a label")
            self._images[-1][2].append(label)

    def _require(self, holds: object, rule: str) -> None:
        if not holds:
            msg = f"{self.name}, line {self._parser.CurrentLineNumber}: {rule}."
            raise TruthError(msg)

    def _end(self, tag: str) -> None:
        self._stack.pop()
        text = "".join(self._text).strip()[:MOST_LETTERS]
        self._text = []
        if tag == "image" and len(self._stack) == 1:
            self.left_out["blank"] += not self._images[-1][2]
        if not self._open:
            return
        holder, parent = self._open[-1], self._stack[-1]
        if tag == "id" and parent == holder.kind:
            holder.id = text
        elif tag == "username" and parent in {"assignee", "owner"}:
            holder.people[parent] = text
        elif tag == holder.kind:
            self._holders.append(self._open.pop())

    def _letters(self, text: str) -> None:
        if sum(map(len, self._text)) < MOST_LETTERS:
            self._text.append(text)


def _told(guessed: set[str], tally: Counter[str]) -> tuple[str, ...]:
    shapes = sum(n for kind, n in tally.items() if kind in SHAPES | {"track"})
    told = []
    if guessed:
        whose = listing(sorted(guessed))
        told.append(f"Nobody is named as the assignee: the answers are taken for those of {whose}.")
    if tally["blank"]:
        told.append(f"{plural(tally['blank'], 'image')} without a tag by a person: no answer.")
    if tally[BY_MODEL]:
        told.append(f"{plural(tally[BY_MODEL], 'tag')} made by a model: left out.")
    if shapes:
        told.append(f"{plural(shapes, 'shape')} left out: only tags say what an image shows.")
    return tuple(told)
