"""A process that forks a writer for each line it is sent, and says what was acknowledged.

A line is ``WHERE WRITER STREAM NUMBER``; the writer appends NUMBER events and says one line for
each. Forking spares the tests the start of an interpreter for every process that they kill.
"""

from __future__ import annotations

import os
import sys
import uuid

from evalcore.store import Store


def write(where: str, writer: str, stream: str, number: int) -> None:
    with Store.open(where) as store:
        for count in range(number):
            event = store.append(
                stream,
                kind="vote",
                payload={"count": count, "padding": "x" * (count * 997 % 5_000)},
                author=writer,
                event_id=str(uuid.uuid4()),
            )
            say(f"saved {event.id} {event.version} {event.hash}")
            if count % 5 == 0:
                store.drafts.save(writer, "note", str(event.version))
                say(f"draft {event.version}")


def say(line: str) -> None:
    # one system call: a kill leaves whole lines
    os.write(1, f"{line}\n".encode())


def main() -> None:
    say("ready")
    for line in sys.stdin:
        where, writer, stream, number = line.split()
        pid = os.fork()
        if not pid:
            write(where, writer, stream, int(number))
            os._exit(0)
        say(f"pid {pid}")
        os.waitpid(pid, 0)
        say("ended")


if __name__ == "__main__":
    main()
