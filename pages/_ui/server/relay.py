"""Channels of several processes that share one store: each hears what the others are told.

It goes by the store's notices. A process reads them while anybody follows there, and hands on the
numbers under a presenter's pointer only while somebody follows elsewhere: a server that is alone
pays for two small queries a second.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

import evalcore as ec
from evalcore.store import Store
from evalcore.store.notices import Notice
from pages._ui.server.channel import Channel

__all__ = ["Relay", "relay_of"]

HERE = "here "
"""Begins the kind of a notice that says how many follow in one process; its name comes behind."""
AGAIN = 10.0
"""Seconds after which a process says again who follows there."""
GONE = 3 * AGAIN
"""Seconds after which a process that has said nothing is not counted any more."""
LOOK = 0.5
"""Seconds after which a process looks at the notices, told or not."""
ON = 5.0
"""Seconds for which a process goes on reading when nobody follows there."""
PAUSE = 1.0
"""Seconds after an error of the store."""
KEPT = timedelta(days=30)


@dataclass(slots=True, kw_only=True)
class _Elsewhere:
    """Who follows one channel in another process, and when that was said."""

    streams: int
    people: int
    at: float


@dataclass(slots=True, kw_only=True, eq=False)
class _Line:
    """What is known of one channel."""

    channel: weakref.ref[Channel]
    seen: dict[str, int] = field(default_factory=dict)
    elsewhere: dict[str, _Elsewhere] = field(default_factory=dict)
    said: tuple[int, int] = (0, 0)
    said_at: float = 0.0
    lock: threading.RLock = field(default_factory=threading.RLock)


class Relay:
    """The wire of all channels of this process."""

    def __init__(self, store: Store) -> None:
        self._notices = store.notices
        self._name = secrets.token_hex(6)
        self._lines: dict[str, _Line] = {}
        self._lock = threading.Lock()
        self._waiting: dict[tuple[str, str], Notice] = {}
        self._is_reading = self._is_writing = False
        self._until = 0.0

    def tell(self, name: str, kind: str, number: int, text: str) -> None:
        """Hand on what was told here; return at once."""
        with self._lock:
            # of two that wait the newer is enough
            self._waiting[name, kind] = Notice(topic=name, kind=kind, number=number, text=text)
            begins, self._is_writing = not self._is_writing, True
        if begins:
            threading.Thread(target=self._write, name="notices", daemon=True).start()

    def is_heard(self, name: str) -> bool:
        """Return whether anybody follows elsewhere, so that a drag is worth handing on."""
        self.wake()
        with self._lock:
            line = self._lines.get(name)
        return line is not None and any(one.streams for one in _fresh(line))

    def wake(self) -> None:
        """Bring what is told elsewhere as soon as it comes, while anybody follows here."""
        self._until = time.monotonic() + ON
        if self._is_reading:
            return
        with self._lock:
            begins, self._is_reading = not self._is_reading, True
        if begins:
            threading.Thread(target=self._read, name="notices", daemon=True).start()

    def catch_up(self, channel: Channel) -> None:
        """Bring what was told elsewhere up to now; what cannot be read comes later."""
        with self._lock:
            line = self._lines.get(channel.name)
            if line is None or line.channel() is not channel:
                line = self._lines[channel.name] = _Line(channel=weakref.ref(channel))
            elif self._is_reading:
                return
        with suppress(ec.WorkshopError):
            self._bring(channel, line)

    def _bring(self, channel: Channel, line: _Line) -> None:
        with line.lock:
            for notice in self._notices.since(channel.name, line.seen):
                line.seen[notice.kind] = notice.number
                with suppress(ValueError, KeyError, TypeError):  # as another version says it
                    if notice.kind.startswith(HERE):
                        self._count(line, notice)
                    else:
                        channel.hear(notice.kind, notice.number, notice.text)
            people = sum(one.people for one in _fresh(line))
        channel.count_elsewhere(people)

    def _count(self, line: _Line, notice: Notice) -> None:
        source = notice.kind.removeprefix(HERE)
        if source != self._name:
            said = json.loads(notice.text)
            line.elsewhere[source] = _Elsewhere(
                streams=int(said["streams"]), people=int(said["people"]), at=time.monotonic()
            )

    def _read(self) -> None:
        try:
            while not self._has_ended():
                with self._pausing():
                    self._listen()
        except BaseException:
            self._is_reading = False  # the next who follows begins anew
            raise

    def _has_ended(self) -> bool:
        # looked at and noted at once: who comes meanwhile begins anew
        with self._lock:
            self._is_reading = self._is_needed()
            return not self._is_reading

    def _listen(self) -> None:
        with self._notices.listening() as wait:
            while self._is_needed():
                for channel, line in self._open_lines():
                    self._say_who_is_here(channel, line)
                    self._bring(channel, line)
                wait(LOOK)

    def _is_needed(self) -> bool:
        # takes no lock of a channel: who holds one hands on by ours
        open_here = (line.channel() for line in [*self._lines.values()])
        if any(one is not None and one.n_streams for one in open_here):
            self._until = time.monotonic() + ON
        return time.monotonic() < self._until

    def _open_lines(self) -> list[tuple[Channel, _Line]]:
        with self._lock:
            self._lines = {k: line for k, line in self._lines.items() if line.channel() is not None}
            found = [(line.channel(), line) for line in self._lines.values()]
        return [(channel, line) for channel, line in found if channel is not None]

    def _say_who_is_here(self, channel: Channel, line: _Line) -> None:
        here, now = (channel.n_streams, channel.n_people), time.monotonic()
        is_old = here[0] > 0 and now - line.said_at > AGAIN
        if here != line.said or is_old:
            line.said, line.said_at = here, now
            said = json.dumps({"streams": here[0], "people": here[1]})
            self.tell(channel.name, f"{HERE}{self._name}", time.time_ns() // 1_000_000, said)

    def _write(self) -> None:
        while True:
            with self._lock:
                new, self._waiting = [*self._waiting.values()], {}
                if not new:
                    self._is_writing = False
                    return
                for one in new:
                    if one.topic in self._lines:
                        self._lines[one.topic].seen[one.kind] = one.number
            with self._pausing():
                self._notices.post(new)
                if any(one.kind == "taken" for one in new):
                    self._notices.forget(age=KEPT)

    @contextmanager
    def _pausing(self) -> Iterator[None]:
        """Try again later where the store cannot be used: who sits here follows all the same."""
        try:
            yield
        except ec.WorkshopError:
            time.sleep(PAUSE)


def _fresh(line: _Line) -> list[_Elsewhere]:
    since = time.monotonic() - GONE
    with line.lock:
        line.elsewhere = {k: one for k, one in line.elsewhere.items() if one.at > since}
        return list(line.elsewhere.values())


_relays: weakref.WeakValueDictionary[str, Relay] = weakref.WeakValueDictionary()
_lock = threading.Lock()


def relay_of(store: Store) -> Relay:
    """Return the relay of a store; one serves all sessions."""
    with _lock:
        found = _relays.get(store.place)
        if found is None:
            found = _relays[store.place] = Relay(store)
        return found
