"""What an evaluation builds of its run: handed over when it was built before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from evalcore.arrays import FloatArray
from evalcore.counting.count_index import CountIndex, TopScores
from evalcore.counting.matrix import CellIndex
from evalcore.counting.rank_quality import RankQuality
from evalcore.counting.ranked_inputs import RankedInputs
from evalcore.counting.rules import Mode
from evalcore.counting.sorted_scores import SortedScores
from evalcore.runs.run import EvalRun

__all__ = ["Prebuilt"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prebuilt:
    """The parts of an evaluation that take long to build.

    Parameters
    ----------
    top, indices
        Always there.
    ranked, cells, ranking, mean_scores, score_range
        What is empty or None is built on first use; ``ranked`` and ``cells`` of a run in one piece
        only. ``mean_scores`` has the shape (n_concepts, n_concepts), float64.
    parts
        What was built of each part of a run in parts; empty for a run in one piece.
    """

    top: TopScores
    indices: Mapping[Mode, CountIndex]
    ranked: Mapping[Mode, RankedInputs] = field(default_factory=dict)
    cells: Mapping[Mode, CellIndex] = field(default_factory=dict)
    ranking: RankQuality | None = None
    mean_scores: FloatArray | None = None
    score_range: tuple[float, float] | None = None
    parts: tuple[Prebuilt, ...] = ()

    @classmethod
    def of(cls, run: EvalRun) -> Prebuilt:
        """Build what every question needs."""
        if run.parts:
            return cls.joined([cls.of(part) for part in run.parts])
        top = TopScores.of(run)
        return cls(
            top=top,
            indices={"every": CountIndex.of_every(run), "top": CountIndex.of_top(run.labels, top)},
        )

    @classmethod
    def joined(
        cls,
        parts: Sequence[Prebuilt],
        *,
        positives: Mapping[Mode, SortedScores] | None = None,
        indices: Mapping[Mode, CountIndex] | None = None,
        **whole: Any,  # noqa: ANN401 - fields of the whole run, which are typed above
    ) -> Prebuilt:
        """Take together what was built of the parts of a run; of one part, that part.

        Parameters
        ----------
        positives, indices
            Those of all parts, where they were put together before.
        """
        indices = indices or {
            mode: CountIndex.joined(
                [part.indices[mode] for part in parts], positives=(positives or {}).get(mode)
            )
            for mode in parts[0].indices
        }
        top = TopScores.joined([part.top for part in parts])
        if len(parts) == 1:
            return replace(parts[0], **whole)
        return cls(top=top, indices=indices, parts=tuple(parts), **whole)

    @property
    def pieces(self) -> tuple[Prebuilt, ...]:
        """What was built of each part; of a run in one piece, this."""
        return self.parts or (self,)

    def once(self) -> dict[str, object]:
        """Return what is there of the values that an evaluation computes once, by their names."""
        values = {
            "ranking": self.ranking,
            "_mean_scores": self.mean_scores,
            "score_range": self.score_range,
        }
        return {name: value for name, value in values.items() if value is not None}
