"""Loads mutations of one valid file, in a process of its own with bounded memory and time.

``python fuzz_child.py FILE SEED COUNT`` prints one JSON object per mutation: what became of it.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import tempfile
from pathlib import Path

import numpy as np

import evalcore as ec
from evalcore.library.archive import is_archive, load_archive

SECONDS = 5
BYTES = 2 * 2**30
"""Room beyond what the process has when it starts; the files are of some kB."""


def mutate(data: bytes, rng: np.random.Generator) -> bytes:
    """Return the bytes of a file with one to three faults."""
    content = bytearray(data)
    for _ in range(int(rng.integers(1, 4))):
        at = int(rng.integers(0, max(len(content), 1)))
        match int(rng.integers(0, 6)):
            case 0:
                content[at : at + 1] = rng.bytes(1)
            case 1:
                del content[at:]
            case 2:
                del content[at : at + int(rng.integers(1, 64))]
            case 3:
                content[at:at] = rng.bytes(int(rng.integers(1, 16)))
            case 4:
                content[at : at + 8] = b"\xff" * 8
            case _:
                content[at:at] = content[at : at + int(rng.integers(1, 256))]
    return bytes(content)


def load(path: Path, folder: Path) -> ec.EvalRun:
    if is_archive(path):
        return load_archive(path, into=folder)
    return ec.load_run(path)


def outcome(path: Path, wanted: str) -> dict[str, str]:
    """Return whether a file loads equal, loads as another run, or is refused in words."""
    signal.alarm(SECONDS)
    try:
        with tempfile.TemporaryDirectory() as folder:
            run = load(path, Path(folder))
            if run.images is not None:
                for k in range(run.n_inputs):
                    run.images.name(k)
            return {"result": "equal" if run.fingerprint == wanted else "other"}
    except ec.WorkshopError as error:
        return {"result": "refused", "message": str(error)}
    except Exception as error:  # noqa: BLE001 - what is looked for
        return {"result": "crash", "message": f"{type(error).__name__}: {error}"[:300]}
    finally:
        signal.alarm(0)


def main(path: Path, seed: int, count: int) -> None:
    data = path.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        wanted = load(path, Path(folder)).fingerprint
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + BYTES, used + BYTES))
    rng = np.random.default_rng(seed)
    for _ in range(count):
        mutated = mutate(data, rng)
        path.write_bytes(mutated)
        found = outcome(path, "" if mutated == data else wanted)
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
