"""The lines of the benchmark's table and how they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Line", "against", "alone", "format_bytes", "format_seconds", "render", "within"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: what was measured, ours, the other one's, and what we promised.

    Parameters
    ----------
    ours, theirs
        As they are shown; empty where there is nothing to show.
    ratio
        Theirs / ours for times, ours / theirs for memory; None without another.
    target
        The promise in words.
    kept
        Whether it was kept; None without a promise.
    """

    what: str
    ours: str
    theirs: str = ""
    rival: str = ""
    ratio: float | None = None
    target: str = ""
    kept: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """Return the line as text, one entry per column."""
        ratio = "" if self.ratio is None else f"{self.ratio:,.{0 if self.ratio >= 10 else 2}f}x"
        verdict = {True: "kept", False: "MISSED", None: ""}[self.kept]
        return (self.what, self.ours, self.theirs, ratio, self.target, verdict, self.rival)


HEADER = ("", "ours", "theirs", "ratio", "target", "", "they are")
LEFT = (0, 4, 5, 6)


def render(title: str, *, lines: Sequence[Line]) -> str:
    """Return a table as text, the columns in line."""
    rows = [HEADER, *(line.cells() for line in lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    texts = [_join(row, widths) for row in rows]
    rule = "-" * max(map(len, texts))
    return "\n".join([title, rule, texts[0], rule, *texts[1:]])


def against(
    what: str, ours: float, theirs: float, *, rival: str, wanted: float | None = None
) -> Line:
    """Return a line that compares two times; ``wanted`` is the least ratio."""
    ratio = theirs / ours
    return Line(
        what=what,
        ours=format_seconds(ours),
        theirs=format_seconds(theirs),
        rival=rival,
        ratio=ratio,
        target="" if wanted is None else f"at least {wanted:,}x",
        kept=None if wanted is None else ratio >= wanted,
    )


def within(
    what: str,
    ours: float,
    theirs: float | None = None,
    *,
    rival: str = "",
    wanted: float | None,
) -> Line:
    """Return a line for a time that must not exceed ``wanted`` seconds."""
    return Line(
        what=what,
        ours=format_seconds(ours),
        theirs="" if theirs is None else format_seconds(theirs),
        rival=rival,
        ratio=None if theirs is None else theirs / ours,
        target="" if wanted is None else f"at most {wanted * 1e3:.0f} ms",
        kept=None if wanted is None else ours <= wanted,
    )


def alone(what: str, seconds: float) -> Line:
    """Return a line for a time that nothing is compared with."""
    return Line(what=what, ours=format_seconds(seconds))


def format_seconds(seconds: float) -> str:
    """Return a time with a unit that suits it.

    >>> format_seconds(0.00021), format_seconds(0.0314), format_seconds(21.3)
    ('0.210 ms', '31.4 ms', '21.30 s')
    """
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.{3 if seconds < 0.001 else 1}f} ms"


def format_bytes(size: float) -> str:
    """Return a size in megabytes.

    >>> format_bytes(200_000_000)
    '200.0 MB'
    """
    return f"{size / 1e6:,.{1 if size >= 1e6 else 3}f} MB"


def _join(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        text.ljust(width) if k in LEFT else text.rjust(width)
        for k, (text, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()
