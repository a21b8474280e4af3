"""Properties kept on disk beside the prepared runs: measured once, whoever asks again."""

from __future__ import annotations

import hashlib
import json
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np

from evalcore.arrays import FloatArray, TextArray
from evalcore.base.whole_writes import whole_file
from evalcore.diagnosis.properties import Properties
from evalcore.runs.run import EvalRun

__all__ = ["keep", "kept", "place_of"]

VERSION = 2
"""Of what is measured and how it is written; what another version has written is measured anew."""
FOLDER = "properties"


def place_of(run: EvalRun, cache: Path) -> Path:
    """Return where the properties of a run are kept.

    The name follows from scores, labels, ids and texts, and from size and time of every image:
    when an image is replaced, it is measured anew.
    """
    digest = hashlib.blake2b(f"{VERSION} {run.fingerprint}".encode(), digest_size=16)
    if run.images is not None:
        for position in range(run.n_inputs):
            digest.update(run.images.stamp(position).encode() + b"\n")
    return cache / FOLDER / f"{digest.hexdigest()}.npz"


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
