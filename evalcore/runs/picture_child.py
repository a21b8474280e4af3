"""The program that decodes large pictures: asked on its input, it answers on its output.

See :mod:`evalcore.runs.decoding`. It ends when it is asked nothing for a while, or has taken much
memory, so that nothing stays taken.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
import time
from pathlib import Path
from typing import BinaryIO

from evalcore.runs.decoding import CPU_SECONDS, REPLY, REQUEST
from evalcore.runs.images import ImageError
from evalcore.runs.thumbnails import shrunk

MOST_BYTES = 640 * 2**20
"""Beyond what the process has when it starts: fifty million pixels of four bytes, and a copy."""
KEPT_BYTES = 320 * 2**20
"""A process that holds more than this ends after its answer."""
IDLE_SECONDS = 30.0


def main() -> None:
    """Answer until nothing is asked any more."""
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    _limit()
    while select.select([requests], [], [], IDLE_SECONDS)[0]:
        head = requests.read(REQUEST.size)
        if len(head) < REQUEST.size:
            return
        size, length = REQUEST.unpack(head)
        _take_time(CPU_SECONDS)
        _answer(requests.read(length), size, replies)
        if _used() > KEPT_BYTES:
            return


def _answer(data: bytes, size: int, replies: BinaryIO) -> None:
    try:
        picture = shrunk(data, size=size)
    except ImageError as error:
        text = str(error).encode()
        replies.write(REPLY.pack(b"", 0, 0, len(text)) + text)
    else:
        head = REPLY.pack(picture.mime.encode(), picture.width, picture.height, len(picture.data))
        replies.write(head + picture.data)
    replies.flush()


def _limit() -> None:
    """Take little of the processor, and no more memory than agreed, where the system has a say."""
    with contextlib.suppress(ImportError, AttributeError, OSError, ValueError):
        os.nice(5)
        import resource  # noqa: PLC0415 - Windows has none

        most = _used(of=0) + MOST_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _take_time(seconds: int) -> None:
    """End this process when its next answer takes more time of a processor, where that works."""
    with contextlib.suppress(ImportError, AttributeError, OSError, ValueError):
        import resource  # noqa: PLC0415 - Windows has none

        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + seconds + 1, hard))


def _used(*, of: int = 1) -> int:
    """Return the bytes this process has: of addresses (0) or resident (1); 0 where unknown."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[of]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


if __name__ == "__main__":
    main()
