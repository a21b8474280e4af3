"""The load report: what a reader took each column for, what it mended, what it warns of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

__all__ = ["ColumnRole", "LoadReport", "Notice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRole:
    """One column of a run's table and what it was taken for.

    ``role`` is one of ``id``, ``image``, ``text``, ``labels``, ``not labelled``, ``unknown``,
    ``split``, ``score``, ``metadata``, ``ignored``; ``detail`` adds what it holds
    (``concept 'dog'``).
    """

    column: str
    role: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One kind of problem, with all its cases counted.

    ``level`` is ``warning`` (loaded, but look), ``mended`` (could only be meant one way) or
    ``info`` (good to know). ``left_out`` says in a few words which inputs the metrics leave out
    because of it, ``""`` when they leave out none.
    """

    level: str
    text: str
    count: int = 1
    left_out: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What was read, and how it was understood."""

    source: str = ""
    format: str = ""
    columns: Sequence[ColumnRole] = ()
    notices: Sequence[Notice] = ()

    @property
    def left_out(self) -> list[str]:
        """Which inputs the metrics leave out and why, for a quiet line beside them."""
        return [notice.left_out for notice in self.notices if notice.left_out]

    @property
    def warnings(self) -> list[Notice]:
        """The notices a person ought to look at."""
        return [notice for notice in self.notices if notice.level == "warning"]

    def with_unknown(self, n_pairs: int, *, n_inputs: int) -> LoadReport:
        """Add that nobody knows some labels, of pairs in so many inputs."""
        text = (
            f"{n_pairs:,} labels of {n_inputs:,} inputs are -1, -100 or NaN: nobody knows them, "
            "and they take no part in the numbers of their concepts."
        )
        notice = Notice(
            level="info",
            text=text,
            count=n_inputs,
            left_out=f"{n_inputs:,} inputs have labels that nobody knows (-1, -100 or NaN)",
        )
        return replace(self, notices=(*self.notices, notice))
