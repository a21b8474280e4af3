"""Whether the events are what was once saved: every hash, every link, no gap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evalcore.errors import StoreMismatch, shorten
from evalcore.store.events import FIRST, Event

__all__ = ["check_chain", "gaps"]

N_NAMED = 5


def check_chain(events: Iterable[Event], *, place: str) -> int:
    """Check events that are in the order of saving; return how many there are.

    Raises
    ------
    StoreMismatch
        When an event was changed, removed or put in between, with the first of them.
    """
    heads: dict[str, tuple[int, str]] = {}
    problems: list[str] = []
    number = 0
    for number, event in enumerate(events, start=1):  # noqa: B007 - the last number is the count
        problems += gaps(event, heads)
    if problems:
        more = f" and {len(problems) - N_NAMED:,} more" if len(problems) > N_NAMED else ""
        msg = (
            f"{place}: the record was changed outside of Threshold Workshop: "
            f"{'; '.join(problems[:N_NAMED])}{more}. Hint: compare it with a backup or an export."
        )
        raise StoreMismatch(msg)
    return number


def gaps(event: Event, heads: dict[str, tuple[int, str]]) -> Iterator[str]:
    """Yield what is wrong with an event after those before it, and make it the head.

    Parameters
    ----------
    heads
        Version and hash of the last event of each stream.
    """
    version, previous = heads.get(event.stream, (0, FIRST))
    where = f"version {event.version} of {shorten(event.stream)}"
    if event.version != version + 1:
        yield f"{where} follows version {version}"
    elif event.previous != previous:
        yield f"{where} does not follow the event before it"
    if event.seal() != event.hash:
        yield f"{where} does not have the content that its hash seals"
    heads[event.stream] = (event.version, event.hash)
