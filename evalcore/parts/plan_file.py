"""What was prepared of a run in parts: one small file, written last, that names everything else."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evalcore.base.home import home
from evalcore.base.strict_json import RefusedError, strict_decoder
from evalcore.base.whole_writes import whole_file
from evalcore.errors import RunError
from evalcore.parts.columns import Columns
from evalcore.parts.files import SourceFile, stamps_at
from evalcore.parts.pieces import MEMORY, VERSION, Piece, Span

__all__ = [
    "PLAN",
    "Prepared",
    "memory_before",
    "origin_of",
    "prepared_at",
    "prepared_folder",
    "read_prepared",
]

PLAN = "parts.json"
FORMAT = "threshold-workshop run in parts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What stands in the file.

    Parameters
    ----------
    address
        Where the run's own files are.
    about
        Fields of the run that all parts share.
    whole
        Name of what belongs to all parts together.
    stamps
        Of every file, those without rows included.
    memory
        Bytes that building one part was allowed to take: what the division into parts follows from.
    """

    address: str
    about: Mapping[str, Any]
    columns: Columns
    pieces: tuple[Piece, ...]
    whole: str
    stamps: Mapping[str, str]
    memory: int = MEMORY

    @property
    def is_current(self) -> bool:
        """Whether the run's files are those that were prepared.

        Raises
        ------
        RunError
            When they cannot be reached.
        """
        return stamps_at(self.address) == self.stamps

    def write(self, out: Path) -> None:
        """Make this what is prepared in a folder, which is known from now on as our own.

        Raises
        ------
        OSError
            When it cannot be written; then what was prepared before stays.
        """
        text = self.to_json()
        if not _is_at_home(out):
            _seal_of(out).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with whole_file(_seal_of(out)) as aside:
                aside.write_text(_digest(text.encode()), encoding="utf-8")
        with whole_file(out / PLAN) as aside:
            aside.write_text(text, encoding="utf-8")

    def to_json(self) -> str:
        """Return the text of the file."""
        return json.dumps({"format": FORMAT, "version": VERSION, **asdict(self)})

    @classmethod
    def from_json(cls, text: str) -> Prepared:
        """Return what a file's text says.

        Raises
        ------
        RunError
            When it is of another version.
        RefusedError, KeyError, TypeError, ValueError
            When it is damaged.
        """
        entries = strict_decoder().decode(text)
        if entries["format"] == FORMAT and entries["version"] != VERSION:
            msg = (
                f"Prepared by another version of Threshold Workshop ({entries['version']}; this "
                f"one writes {VERSION}). Hint: prepare the run again."
            )
            raise RunError(msg)
        return cls(
            address=entries["address"],
            about=entries["about"],
            columns=_columns(entries["columns"]),
            pieces=tuple(_piece(piece) for piece in entries["pieces"]),
            whole=entries["whole"],
            stamps=entries["stamps"],
            memory=entries.get("memory", MEMORY),
        )


def prepared_folder(address: str) -> Path:
    """Return where a run in parts is prepared when nobody says otherwise."""
    place = str(Path(address).resolve()) if "://" not in address else address
    return home() / "parts" / _digest(place.encode("utf-8", "surrogateescape"))


def origin_of(given: str, *, out: Path | None = None, vouched: bool = False) -> tuple[str, Path]:
    """Return a run's own address and where it is prepared, whichever of the two is given.

    Parameters
    ----------
    vouched
        Whether somebody vouches for what a folder that is not our own says of its run's address.

    Raises
    ------
    RunError
        When nobody does, or it was prepared by another version, or is damaged.
    """
    if "://" not in given and (Path(given) / PLAN).is_file():
        before = read_prepared(Path(given)) if vouched else prepared_at(Path(given))[1]
        if before is not None:
            return before.address, Path(given).resolve() if out is None else out.resolve()
    return given, prepared_folder(given) if out is None else out.resolve()


def read_prepared(out: Path) -> Prepared | None:
    """Return what is prepared in a folder; None where nothing is.

    Raises
    ------
    RunError
        When it was prepared by another version, or is damaged.
    """
    try:
        return Prepared.from_json((out / PLAN).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, RefusedError, KeyError, TypeError, ValueError) as error:
        msg = f"{out}: {PLAN} is damaged ({error}). Hint: remove it and prepare the run again."
        raise RunError(msg) from None


def memory_before(out: Path) -> int:
    """Return the bytes that a part was allowed to take when a folder was prepared last.

    1 GiB where nothing is prepared, or nothing that can be read: then all is written anew.
    """
    try:
        before = read_prepared(out)
    except RunError:
        return MEMORY
    return MEMORY if before is None else before.memory


def _columns(entries: Mapping[str, Any]) -> Columns:
    lists = {name: tuple(entries.get(name, ())) for name in ("concepts", "scores", "lists", "pair")}
    return Columns(**{**entries, **lists})


def _piece(entries: Mapping[str, Any]) -> Piece:
    spans, pairs = (
        tuple(_span(one) for one in entries.get(name, ())) for name in ("spans", "pairs")
    )
    n_inputs = entries.get("n_inputs", sum(span.n_rows for span in spans))
    return Piece(key=entries["key"], spans=spans, n_inputs=n_inputs, pairs=pairs)


def _span(entries: Mapping[str, Any]) -> Span:
    file = {**entries["file"], "groups": tuple(entries["file"]["groups"])}
    return Span(**{**entries, "file": SourceFile(**file), "groups": tuple(entries["groups"])})


def prepared_at(path: Path) -> tuple[Path, Prepared | None]:
    """Return the folder in which a run in parts is prepared, and what is there.

    Parameters
    ----------
    path
        The run's folder, or that of what was prepared.

    Raises
    ------
    RunError
        When it is not our own, was prepared by another version, or is damaged.
    """
    if not (path / PLAN).is_file():
        out = prepared_folder(str(path))
        return out, read_prepared(out)
    if not _is_own(path):
        msg = (
            f"{path.name}: this was prepared, or changed, by somebody else, and says itself from "
            "which files and servers the run is read. Hint: if you trust it, python -m evalcore "
            f"prepare {shlex.quote(str(path))} makes it your own; finished parts are kept."
        )
        raise RunError(msg)
    return path, read_prepared(path)


def _is_own(out: Path) -> bool:
    if _is_at_home(out):
        return True
    try:
        return _seal_of(out).read_text(encoding="utf-8") == _digest((out / PLAN).read_bytes())
    except OSError:
        return False


def _is_at_home(out: Path) -> bool:
    return out.resolve().is_relative_to((home() / "parts").resolve())


def _seal_of(out: Path) -> Path:
    """Return where it is kept what a folder that is not at home was left with."""
    place = str(out.resolve()).encode("utf-8", "surrogateescape")
    return home() / "parts" / "elsewhere" / _digest(place)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
