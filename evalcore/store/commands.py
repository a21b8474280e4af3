"""The commands ``python -m evalcore store ...``: look at the record, check it, carry it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from evalcore.store.address import STORE_VARIABLE, chosen_place
from evalcore.store.store import Store

__all__ = ["add_to", "run"]

_HELP = {
    "info": "print where it is and what it holds",
    "verify": "check every event against its hash and the event before it",
    "export": "write the events as JSON Lines",
    "import": "add the events of an export that are not there yet",
    "backup": "write a copy of the SQLite file, also while the app uses it",
}
_FILES = {
    "export": "a file to write",
    "import": "a file that export has written",
    "backup": "a file that does not exist yet",
}


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``store`` to a parser's commands."""
    store = commands.add_parser("store", help="look at the record of decisions, check or carry it")
    tasks = store.add_subparsers(dest="task", required=True)
    for name, words in _HELP.items():
        task = tasks.add_parser(name, help=words)
        if name in _FILES:
            task.add_argument("file", type=Path, metavar="FILE", help=_FILES[name])
        if name == "export":
            task.add_argument("--prefix", help="only streams whose names begin so")
        task.add_argument(
            "--store",
            metavar="WHERE",
            help=f"a file or postgresql://...; else ${STORE_VARIABLE}, else the app's own file",
        )


def run(options: argparse.Namespace) -> Iterator[str]:
    """Do what the options say, and yield the lines to print.

    Raises
    ------
    StoreError
        When the store or the file cannot be used, or the record was changed.
    """
    where = chosen_place(options.store)
    with Store.open(where, create=options.task == "import") as store:
        match options.task:
            case "verify":
                yield f"{store.verify():,} events are as they were saved: {store.place}"
            case "export":
                number = store.export(options.file, prefix=options.prefix)
                yield f"{number:,} events written to {options.file}"
            case "import":
                loaded = store.load(options.file)
                yield f"{loaded.added:,} events added, {loaded.known:,} were there: {store.place}"
            case "backup":
                yield f"Copied to {store.backup(options.file)}"
            case _:
                yield from _info(store)


def _info(store: Store) -> Iterator[str]:
    events = store.events()
    yield f"place     {store.place}"
    yield f"schema    {store.schema}"
    yield f"streams   {len({event.stream for event in events}):,}"
    yield f"events    {len(events):,}"
    if events:
        yield f"first     {events[0].time:%Y-%m-%d %H:%M:%S} UTC"
        yield f"last      {events[-1].time:%Y-%m-%d %H:%M:%S} UTC"
    yield f"revision  {store.revision()}"
