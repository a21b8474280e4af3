"""What of a run and of the evidence is no longer as it was when a decision was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evalcore.decisions.decision import Decision
from evalcore.decisions.digests import Digests, digests_of, digests_of_input
from evalcore.decisions.parts import Pinned
from evalcore.runs.run import EvalRun

__all__ = ["Changes", "changes_since", "evidence_since"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What of a run is no longer as it was when a decision was made.

    Parameters
    ----------
    inputs, scores, labels
        Whether there are other inputs, scores or labels.
    missing, new
        Concepts that the run has no longer, and that it has now.
    n_inputs_before, n_inputs_now
    evidence
        The id of each pinned input that no longer looks as it did, and what of it has changed.
    """

    inputs: bool
    scores: bool
    labels: bool
    missing: tuple[str, ...]
    new: tuple[str, ...]
    n_inputs_before: int
    n_inputs_now: int
    evidence: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def nothing(self) -> bool:
        """True when the numbers of the run are as they were."""
        return not (self.inputs or self.scores or self.labels or self.missing or self.new)

    def in_words(self) -> str:
        """Say what has changed in one sentence, without the names of concepts."""
        if self.nothing:
            return "The run is as it was."
        if self.missing or self.new:
            return (
                f"The run's concepts have changed: {len(self.missing):,} are gone, "
                f"{len(self.new):,} are new."
            )
        if self.inputs:
            return (
                f"The run's inputs have changed: {self.n_inputs_before:,} then, "
                f"{self.n_inputs_now:,} now."
            )
        if self.scores and self.labels:
            return "The run's scores and labels have changed; its inputs and concepts have not."
        changed, kept = ("scores", "labels") if self.scores else ("labels", "scores")
        return f"The run's {changed} have changed, its {kept} have not."


def evidence_since(decision: Decision, run: EvalRun) -> dict[str, str]:
    """Say of each pinned input that no longer looks as it did what of it has changed.

    Inputs that were recorded without hashes, by an earlier version, are told as not known.
    """
    there = {name: position for position, name in enumerate(run.ids.tolist())}
    said = {one.id: _seen_since(one, run, there.get(one.id)) for one in decision.pinned}
    return {name: words for name, words in said.items() if words}


def _seen_since(one: Pinned, run: EvalRun, position: int | None) -> str:
    if position is None:
        return "not in this run any more"
    if one.scores_digest is None:
        return "whether it has changed since is not on record"
    now = digests_of_input(run, position)
    changed = [
        what
        for what in ("image", "text", "scores")
        if now[f"{what}_digest"] != getattr(one, f"{what}_digest")
    ]
    if not changed:
        return ""
    have = "have" if changed[-1] == "scores" or len(changed) > 1 else "has"
    return f"its {' and '.join(changed)} {have} changed since"


def changes_since(
    decision: Decision,
    run: EvalRun,
    *,
    digests: Digests | None = None,
    evidence: Mapping[str, str] | None = None,
) -> Changes:
    """Say what of a run has changed since a decision was made on it.

    Parameters
    ----------
    run
        The same part of the run (split and slice) that was decided on.
    digests, evidence
        Of the run, and what :func:`evidence_since` says of it, when they are known already.
    """
    now, then = digests or digests_of(run), decision.run
    there, before = set(run.concepts), set(decision.names)
    return Changes(
        inputs=now.inputs != then.inputs_digest,
        scores=now.scores != then.scores_digest,
        labels=now.labels != then.labels_digest,
        missing=tuple(name for name in decision.names if name not in there),
        new=tuple(name for name in run.concepts if name not in before),
        n_inputs_before=then.n_inputs,
        n_inputs_now=run.n_inputs,
        evidence=evidence_since(decision, run) if evidence is None else evidence,
    )
