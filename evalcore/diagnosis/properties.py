"""Properties computed from the inputs themselves: of images and texts; measured once, and kept."""

from __future__ import annotations

import hashlib
import json
import unicodedata
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import imagehash
import numpy as np

from evalcore.arrays import FloatArray, IntArray, TextArray
from evalcore.base.jobs import report_progress
from evalcore.base.processor import N_THREADS
from evalcore.base.whole_writes import whole_file
from evalcore.diagnosis.image_numbers import camera_of, numbers_of, opened, reduced
from evalcore.runs.images import ImageError, Images
from evalcore.runs.run import EvalRun

__all__ = [
    "Properties",
    "folder_of",
    "keep",
    "kept",
    "place_of",
    "properties_of",
    "text_numbers",
]

NUMBERS = (
    "width",
    "height",
    "aspect",
    "brightness",
    "contrast",
    "sharpness",
    "saturation",
)
KINDS = ("file type", "hue", "camera")
AT_ONCE = 64
"""Images between two reports of progress."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Properties:
    """What was measured of every input.

    Parameters
    ----------
    values
        Name to one number (float64, NaN where it could not be measured) or one text per input.
    digests
        One text per input, the same for the same bytes or the same text; empty for none.
    hashes
        Perceptual hash of each image, 64 bits; None where there is none.
    unreadable
        Position to what is wrong with the image.
    """

    values: Mapping[str, FloatArray | TextArray]
    digests: TextArray
    hashes: tuple[int | None, ...]
    unreadable: Mapping[int, str] = field(default_factory=dict)

    def take(self, positions: IntArray) -> Properties:
        """Return what was measured of some inputs, in the given order."""
        return Properties(
            values={name: values[positions] for name, values in self.values.items()},
            digests=self.digests[positions],
            hashes=tuple(self.hashes[k] for k in positions.tolist()),
            unreadable={
                place: self.unreadable[k]
                for place, k in enumerate(positions.tolist())
                if k in self.unreadable
            },
        )


def properties_of(run: EvalRun) -> Properties:
    """Measure every input of a run; reports its progress, and can be stopped there."""
    return _of_texts(run) if run.images is None else _of_images(run.images)


def text_numbers(text: str) -> dict[str, float | str]:
    """Measure one text.

    Examples
    --------
    >>> found = text_numbers("Order 66!")
    >>> found["length"], round(found["digits"], 2), found["script"]
    (9.0, 0.22, 'LATIN')
    """
    n = max(len(text), 1)
    letters = [sign for sign in text if sign.isalpha()]
    scripts = [unicodedata.name(sign, "?").split()[0] for sign in letters[:200]]
    return {
        "length": float(len(text)),
        "digits": sum(sign.isdigit() for sign in text) / n,
        "capitals": sum(sign.isupper() for sign in letters) / max(len(letters), 1),
        "script": max(sorted(set(scripts)), key=scripts.count) if scripts else "none",
    }


def _of_images(images: Images) -> Properties:
    n = len(images)
    numbers = {name: np.full(n, np.nan) for name in NUMBERS}
    kinds = {name: np.full(n, "", dtype=object) for name in KINDS}
    digests = np.full(n, "", dtype=object)
    hashes: list[int | None] = [None] * n
    unreadable: dict[int, str] = {}
    # decoding releases the lock of the interpreter, so that several are decoded at a time
    with ThreadPoolExecutor(N_THREADS) as pool:
        for first in range(0, n, AT_ONCE):
            report_progress(first, of=n)
            chunk = range(first, min(first + AT_ONCE, n))
            for position, found in zip(
                chunk, pool.map(partial(_measured, images), chunk), strict=True
            ):
                if isinstance(found, str):
                    unreadable[position] = found
                    continue
                digests[position], hashes[position], measured = found
                for name, column in (*numbers.items(), *kinds.items()):
                    column[position] = measured[name]
    return Properties(
        values=numbers | kinds, digests=digests, hashes=tuple(hashes), unreadable=unreadable
    )


def _measured(images: Images, position: int) -> tuple[str, int, dict[str, float | str]] | str:
    """Return digest, perceptual hash and numbers of an image, or what is wrong with it."""
    try:
        data, image, size = opened(images, position)
        small = reduced(image)
    except ImageError as error:
        return str(error)
    except (OSError, ValueError, SyntaxError):
        return "not an image that can be read"
    bits = np.packbits(imagehash.phash(small.convert("L")).hash.ravel()).tobytes()
    digest = hashlib.blake2b(data, digest_size=16).hexdigest()
    kinds = {"file type": image.format or "", "camera": camera_of(image)}
    return digest, int.from_bytes(bits, "big"), numbers_of(small, size=size) | kinds


def _of_texts(run: EvalRun) -> Properties:

    if run.texts is None:
        empty = np.full(run.n_inputs, "", dtype=object)
        return Properties(values={}, digests=empty, hashes=(None,) * run.n_inputs)
    rows = []
    for position, text in enumerate(run.texts.tolist()):
        report_progress(position, of=run.n_inputs)
        rows.append(text_numbers(text))
    values: dict[str, FloatArray | TextArray] = {
        name: np.array([row[name] for row in rows], dtype=np.float64)
        for name in ("length", "digits", "capitals")
    }
    values["script"] = np.array([row["script"] for row in rows], dtype=object)
    return Properties(values=values, digests=run.texts.copy(), hashes=(None,) * run.n_inputs)


VERSION = 3
"""Of what is measured and how it is written; what another version has written is measured anew."""
FOLDER = "properties"


def folder_of(run: EvalRun, cache: Path) -> Path:
    """Return the folder of all that was measured of a run; it is there once anything was.

    The name follows from scores, labels, ids and texts.
    """
    key = hashlib.blake2b(f"{VERSION} {run.fingerprint}".encode(), digest_size=16).hexdigest()
    return cache / FOLDER / key


def place_of(run: EvalRun, cache: Path) -> Path:
    """Return where the properties of a run are kept, in its folder.

    The name follows from size and time of every image: when one is replaced, it is measured anew.
    Every image is asked for them, which takes long for very many.
    """
    digest = hashlib.blake2b(digest_size=16)
    if run.images is not None:
        for position in range(run.n_inputs):
            digest.update(run.images.stamp(position).encode() + b"\n")
    return folder_of(run, cache) / f"{digest.hexdigest()}.npz"


def keep(properties: Properties, place: Path) -> None:
    """Write properties; a disk that takes none is no error, they are measured again then."""
    numbers = {f"number {name}": v for name, v in properties.values.items() if v.dtype != object}
    texts = {
        "digests": properties.digests.tolist(),
        "hashes": list(properties.hashes),
        "unreadable": {str(k): text for k, text in properties.unreadable.items()},
        "texts": {name: v.tolist() for name, v in properties.values.items() if v.dtype == object},
    }
    payload = np.frombuffer(json.dumps(texts).encode(), dtype=np.uint8)
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with whole_file(place) as aside, aside.open("wb") as file:
            np.savez_compressed(file, texts=payload, **numbers)  # type: ignore[arg-type]


def kept(place: Path, *, n_inputs: int) -> Properties | None:
    """Return the properties that were kept; None where there are none, or they are damaged."""
    try:
        with place.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        texts = json.loads(arrays.pop("texts").tobytes())
        values: dict[str, FloatArray | TextArray] = {
            name.removeprefix("number "): array.astype(np.float64) for name, array in arrays.items()
        }
        values |= {name: np.array(own, dtype=object) for name, own in texts["texts"].items()}
        found = Properties(
            values=values,
            digests=np.array(texts["digests"], dtype=object),
            hashes=tuple(texts["hashes"]),
            unreadable={int(k): str(text) for k, text in texts["unreadable"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile):
        return None
    sizes = {found.digests.size, len(found.hashes), *(v.size for v in found.values.values())}
    return found if sizes == {n_inputs} else None
