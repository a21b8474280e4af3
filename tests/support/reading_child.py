"""Reads runs in a process of its own with bounded memory and says what each took.

``python reading_child.py MEGABYTES SECONDS PATH ...`` prints one JSON object per path. Its seconds
are those of the processor: what else the machine does is not in them.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path

import evalcore as ec
from evalcore.library.archive import is_archive, load_archive


def read(path: Path) -> str:
    """Return ``loaded``, or the message with which a run is refused."""
    try:
        if is_archive(path):
            with tempfile.TemporaryDirectory() as folder:
                load_archive(path, into=Path(folder))
        else:
            ec.load_run(path)
    except ec.RunError as error:
        return str(error)
    return "loaded"


def _peak() -> int:
    """Return the most bytes that this process has had so far, its parent's left out."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def main(megabytes: int, seconds: int, paths: list[str]) -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + megabytes * 2**20,) * 2)
    for path in paths:
        signal.alarm(seconds)
        start = time.process_time()
        said = read(Path(path))
        found = {
            "name": Path(path).name,
            "said": said,
            "seconds": time.process_time() - start,
            "peak": _peak(),
        }
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
