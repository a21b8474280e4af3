"""What a file is, judged by its first bytes, and how its text is encoded."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from evalcore.errors import RunError

__all__ = [
    "WESTERN",
    "bad_byte",
    "encoding_of",
    "is_parquet",
    "read_head",
    "refuse_non_text",
    "western_word",
]

WESTERN = "cp1252"
"""What spreadsheets on Windows write in western Europe and America; Latin-1 is a part of it."""

MAX_LINE = 16 * 2**20
_WORD = re.compile(r'[^\s,;|"]*[^\x00-\x7f][^\s,;|"]*')
_SIGNS = frozenset("\u2018\u2019\u201c\u201d\u201e\u2013\u2014\u2026\u2022€£§°±\u00d7²³½«»¿¡®™")
"""Quotation marks, dashes and signs that people write beside letters."""
_SAVE_AS_CSV = 'Hint: open it and save it as "CSV UTF-8".'
_MAGIC = (
    (b"PK\x03\x04", "a ZIP archive", "Hint: unpack it and open the folder or the table inside."),
    (b"PK\x05\x06", "an empty ZIP archive", "Hint: export the table again."),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", _SAVE_AS_CSV),
    (b"%PDF", "a PDF document", "Hint: export the table as CSV."),
    (b"\x1f\x8b", "a gzip archive", "Hint: unpack it first."),
    (b"BZh", "a bzip2 archive", "Hint: unpack it first."),
    (b"\xfd7zXZ", "an xz archive", "Hint: unpack it first."),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "Hint: unpack it first."),
    (b"\x89PNG", "a PNG image", "Hint: export the table as CSV."),
    (b"\xff\xd8\xff", "a JPEG image", "Hint: export the table as CSV."),
    (
        b"\x93NUMPY",
        "a single NumPy array",
        "Hint: save scores, labels and concepts with np.savez('run.npz', scores=..., labels=...).",
    ),
    (
        b"\x80\x04",
        "pickled Python objects",
        "Hint: call run.save(folder) instead.",
    ),
    (
        b"\x80\x05",
        "pickled Python objects",
        "Hint: call run.save(folder) instead.",
    ),
    (b"\x89HDF", "an HDF5 file", "Hint: save the arrays with np.savez, or as Parquet."),
    (b"SQLite format 3", "an SQLite database", "Hint: export the table as CSV."),
    (b"version https://git-lfs", "a Git LFS pointer, not the table", "Hint: run `git lfs pull`."),
)
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<!-- ", b"<table")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_head(path: Path, *, size: int = 4096) -> bytes:
    """Return the first bytes of a file.

    Raises
    ------
    RunError
        When the file cannot be opened.
    """
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        msg = f"{path.name}: cannot be read: {(error.strerror or 'unknown reason').lower()}."
        raise RunError(msg) from None


def is_parquet(head: bytes) -> bool:
    """Tell whether a file starts like Parquet."""
    return head.startswith(b"PAR1")


def refuse_non_text(file: str, head: bytes) -> None:
    """Say what a file is when it is no table of text.

    Raises
    ------
    RunError
        When it is empty, or another kind of file.
    """
    if not head.strip():
        msg = f"{file}: the file is empty, so it has no rows. Hint: export the table again."
        raise RunError(msg)
    what, hint = _what(head)
    if what:
        msg = f"{file}: this is {what}, not a table of text. {hint}"
        raise RunError(msg)
    if b"\0" in head and encoding_of(head).startswith("utf-8"):
        position = head.index(b"\0")
        msg = (
            f"{file}: byte {position} is NUL, so this is no UTF-8 text (UTF-16 without its mark, "
            "or not a table). Hint: save it as UTF-8."
        )
        raise RunError(msg)


def encoding_of(head: bytes) -> str:
    """Return the encoding that the byte order mark names, else UTF-8.

    Examples
    --------
    >>> encoding_of(b"id,label"), encoding_of("id".encode("utf-16"))
    ('utf-8', 'utf-16')
    """
    return next((name for mark, name in _BOMS if head.startswith(mark)), "utf-8")


def bad_byte(path: Path, encoding: str) -> tuple[int, int]:
    """Return the position and the row of the first byte that the encoding does not allow."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    start, row = 0, 1
    with path.open("rb") as file:
        while chunk := file.read(2**20):
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                inside = max(error.start - pending, 0)
                return start - pending + error.start, row + chunk[:inside].count(b"\n")
            start += len(chunk)
            row += chunk.count(b"\n")
    return start, row


def western_word(path: Path) -> str:
    """Return a word of a file that is not UTF-8 but Windows-1252, ``""`` for any other file.

    One with whole letters of UTF-8 in it is damaged; one with bytes that Windows-1252 has not, or
    that would be signs nobody writes, is of yet another kind.
    """
    word, n_usual, n_other = "", 0, 0
    with path.open("rb") as file:
        while line := file.readline(MAX_LINE):
            if line.isascii():
                continue
            if len(line) == MAX_LINE or _starts_as_utf8(line):
                return ""
            try:
                text = line.decode(WESTERN)
            except UnicodeDecodeError:
                return ""
            word = word or str(_WORD.findall(text)[0])
            signs = [sign for sign in text if not sign.isascii()]
            usual = sum(sign.isalpha() or sign in _SIGNS for sign in signs)
            n_usual, n_other = n_usual + usual, n_other + len(signs) - usual
    return word if n_usual > 4 * n_other else ""


def _starts_as_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        return not line[: error.start].isascii()
    return True


def _what(head: bytes) -> tuple[str, str]:
    for magic, what, hint in _MAGIC:
        if head.startswith(magic):
            if magic.startswith(b"PK") and (b"[Content_Types].xml" in head or b"xl/" in head):
                return "an Excel workbook (.xlsx)", _SAVE_AS_CSV
            return what, hint
    start = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith(_HTML):
        return "an HTML page", "Hint: the download failed or needs a login; fetch the table itself."
    if start.startswith(b"<?xml"):
        return "an XML document", "Hint: export the table as CSV."
    if start.startswith((b"{", b"[")):
        return "JSON", "Hint: write one object per line (JSONL), or export the table as CSV."
    return "", ""
