"""What the app was started with, after ``--``: runs, roots, store. Read here and nowhere else."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from functools import lru_cache

import streamlit as st

__all__ = ["Options", "options", "shows_paths"]

AT_HOME = frozenset({"localhost", "127.0.0.1", "::1"})
MOST_GIGABYTES = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The words of the command line; what is given without a value counts as not given."""

    runs: str | None
    """The library's folder."""
    run: tuple[str, ...]
    """Runs to list before those of the library."""
    roots: tuple[str, ...]
    """Folders below which a run may be opened by its path."""
    store: str | None
    """Where decisions are kept."""
    visitors_set_readings: bool
    """Whether visitors from elsewhere may set how runs that are not theirs are read."""
    everyone: str | None
    """The role of who is not named in the table of roles."""
    read_memory: int | None
    """Bytes of memory that reading a run may take; None for half of what is free."""


def options() -> Options:
    """Return the options as they are now."""
    return _read(tuple(sys.argv[1:]))


@lru_cache(maxsize=8)
def _read(words: tuple[str, ...]) -> Options:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for name in ("--runs", "--store", "--read-memory", "--everyone"):
        parser.add_argument(name, nargs="?")
    for name in ("--run", "--roots"):
        parser.add_argument(name, nargs="?", action="append", default=[])
    parser.add_argument("--visitors-set-readings", action="store_true")
    given = parser.parse_known_args(words)[0]
    return Options(
        runs=given.runs,
        run=tuple(filter(None, given.run)),
        roots=tuple(filter(None, given.roots)),
        store=given.store,
        visitors_set_readings=given.visitors_set_readings,
        everyone=given.everyone,
        read_memory=_bytes(given.read_memory),
    )


def shows_paths() -> bool:
    """Tell whether who looks sits at this machine, so that its paths may be shown.

    A server that can be reached from elsewhere does not tell its visitors where it keeps things.
    """
    return str(st.get_option("server.address")) in AT_HOME


def _bytes(gigabytes: str | None) -> int | None:
    """Return the bytes of a number of gigabytes; None for what is no positive number."""
    try:
        number = float(gigabytes or "")
    except ValueError:
        return None
    return int(number * 2**30) if 0 < number < MOST_GIGABYTES else None
