"""What an evaluation builds of its run: handed over when it was built before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evalcore.arrays import FloatArray
from evalcore.counting.count_index import CountIndex, TopScores
from evalcore.counting.rank_quality import RankQuality
from evalcore.counting.ranked_inputs import RankedInputs
from evalcore.counting.rules import Mode
from evalcore.runs.run import EvalRun

__all__ = ["Prebuilt"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prebuilt:
    """The parts of an evaluation that take long to build.

    Parameters
    ----------
    top, indices
        Always there.
    ranked, ranking, mean_scores, score_range
        What is empty or None is built on first use. ``mean_scores`` has the shape
        (n_concepts, n_concepts), float64.
    """

    top: TopScores
    indices: Mapping[Mode, CountIndex]
    ranked: Mapping[Mode, RankedInputs] = field(default_factory=dict)
    ranking: RankQuality | None = None
    mean_scores: FloatArray | None = None
    score_range: tuple[float, float] | None = None

    @classmethod
    def of(cls, run: EvalRun) -> Prebuilt:
        """Build what every question needs."""
        top = TopScores.of(run)
        return cls(
            top=top,
            indices={"every": CountIndex.of_every(run), "top": CountIndex.of_top(run.labels, top)},
        )

    def once(self) -> dict[str, object]:
        """Return what is there of the values that an evaluation computes once, by their names."""
        values = {
            "ranking": self.ranking,
            "_mean_scores": self.mean_scores,
            "score_range": self.score_range,
        }
        return {name: value for name, value in values.items() if value is not None}
