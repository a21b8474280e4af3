"""The agreed truth: what the votes on each pair come to under the group's rule.

How reliable people are follows A. P. Dawid and A. M. Skene (1979), "Maximum likelihood estimation
of observer error-rates using the EM algorithm", pooled over the concepts: a person rarely answers
one concept often enough. Scores of the model never take part: truth that is mixed with them
flatters the model under test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalcore.arrays import FloatArray, IntArray
from evalcore.truth.log import Log
from evalcore.truth.votes import ANSWERS, AgreementRule, Answer, Pair, RuleKind, Vote

__all__ = [
    "Outcome",
    "Reliability",
    "Verdict",
    "agree",
    "answer_table",
    "dawid_skene",
    "reliability",
]

ROUNDS = 200
SMOOTHING = 1.0
ENOUGH = 1e-9

Outcome = Literal["yes", "no", "unknown", "disputed", "open"]
"""``unknown``: people agree that it is unclear. ``open``: answers are missing, which is no dispute.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the votes on one pair come to.

    Parameters
    ----------
    yes, no, unclear, definition_unclear
        People by their last answer.
    settled
        Whether an adjudicator decided.
    likely
        Probability of a yes by the reliability of those who voted; None under other rules.
    """

    outcome: Outcome
    yes: int = 0
    no: int = 0
    unclear: int = 0
    definition_unclear: int = 0
    settled: bool = False
    likely: float | None = None

    @property
    def n_votes(self) -> int:
        """How many people have answered."""
        return self.yes + self.no + self.unclear + self.definition_unclear

    @property
    def share_yes(self) -> float | None:
        """The share of yes among yes and no; None without either."""
        return self.yes / (self.yes + self.no) if self.yes + self.no else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reliability:
    """What comes out of all yes and no answers together.

    Parameters
    ----------
    likely : ndarray of shape (n_pairs,), float64
        Probability that the pair is a yes; NaN where nobody has answered yes or no.
    sensitivity, specificity : ndarray of shape (n_people,), float64
        Estimated chance of a yes where it is one, and of a no where it is none.
    n_answers : ndarray of shape (n_people,), int64
        Yes and no answers that the estimate of each person rests on.
    """

    likely: FloatArray
    sensitivity: FloatArray
    specificity: FloatArray
    n_answers: IntArray


def agree(log: Log, *, rule: AgreementRule | None = None) -> dict[Pair, Verdict]:
    """Return what the votes on every pair come to.

    A settlement stands above the votes. An answer that the definition is unclear counts as unclear.

    Parameters
    ----------
    rule
        Another rule than the one that was chosen, to see what it would do.
    """
    rule = rule or log.rule
    pairs = log.pairs
    likely = _likely(log, pairs) if rule.kind == "weighted" else {}
    return {pair: _verdict(log, pair, rule, likely.get(pair)) for pair in pairs}


def answer_table(
    log: Log, pairs: Sequence[Pair], voters: Sequence[str], *, codes: Mapping[Answer, int]
) -> IntArray:
    """Return the last answers as a table of pairs and people, -1 where there is none.

    Parameters
    ----------
    codes
        Answer to number; an answer without one is taken for none.

    Returns
    -------
    ndarray of shape (n_pairs, n_people), int64
    """
    column = {name: k for k, name in enumerate(voters)}
    table = np.full((len(pairs), len(voters)), -1, dtype=np.int64)
    for row, pair in enumerate(pairs):
        for name, vote in log.answers(pair).items():
            if name in column:
                table[row, column[name]] = codes.get(vote.answer, -1)
    return table


def reliability(log: Log) -> tuple[tuple[str, ...], Reliability]:
    """Return the people, and how reliable each of them turned out."""
    table = answer_table(log, log.pairs, log.voters, codes={"no": 0, "yes": 1})
    return log.voters, dawid_skene(table)


def dawid_skene(answers: IntArray) -> Reliability:
    """Estimate the truth of pairs and the reliability of people from each other.

    Parameters
    ----------
    answers : ndarray of shape (n_pairs, n_people), int
        1 for yes, 0 for no, -1 for neither.

    Notes
    -----
    It starts from the shares of the votes. Every person's rates begin with one right answer more,
    so that one with few answers is taken for neither perfect nor hopeless.

    Examples
    --------
    >>> two_against_one = np.array([[1, 1, 0]] * 9 + [[0, 0, 1]] * 9 + [[1, 1, 1]] * 2)
    >>> found = dawid_skene(two_against_one)
    >>> found.likely.round().tolist() == [1.0] * 9 + [0.0] * 9 + [1.0] * 2
    True
    >>> bool(found.sensitivity[2] < 0.5)
    True
    """
    yes, no = (answers == 1).astype(np.float64), (answers == 0).astype(np.float64)
    n = (yes + no).sum(axis=1)
    likely = np.divide(yes.sum(axis=1), n, out=np.full(len(n), 0.5), where=n > 0)
    voted = n > 0
    sensitivity = specificity = np.full(answers.shape[1], np.nan)
    for _ in range(ROUNDS if voted.any() else 0):
        sensitivity = _rate(yes, no, likely * voted)
        specificity = _rate(no, yes, (1 - likely) * voted)
        prior = (likely[voted].sum() + 1) / (voted.sum() + 2)
        log_odds = (
            np.log(prior / (1 - prior))
            + yes @ np.log(sensitivity / (1 - specificity))
            + no @ np.log((1 - sensitivity) / specificity)
        )
        before, likely = likely, 1 / (1 + np.exp(-np.clip(log_odds, -700, 700)))
        if np.abs(likely - before)[voted].max() < ENOUGH:
            break
    return Reliability(
        likely=np.where(voted, likely, np.nan),
        sensitivity=sensitivity,
        specificity=specificity,
        n_answers=(yes + no).sum(axis=0).astype(np.int64),
    )


def _rate(right: FloatArray, wrong: FloatArray, weight: FloatArray) -> FloatArray:
    hits, misses = weight @ right, weight @ wrong
    return (hits + 2 * SMOOTHING) / (hits + misses + 3 * SMOOTHING)


def _likely(log: Log, pairs: Sequence[Pair]) -> dict[Pair, float]:
    _, found = reliability(log)
    return dict(zip(pairs, found.likely.tolist(), strict=True))


def _verdict(log: Log, pair: Pair, rule: AgreementRule, likely: float | None) -> Verdict:
    votes = log.answers(pair)
    counts = {answer: _count(votes, answer) for answer in ANSWERS}
    settled = log.settlements.get(pair)
    if settled is not None:
        outcome = _OUTCOME_OF[settled.answer]
    elif len(votes) < rule.least:
        outcome = "open"
    else:
        outcome = _RULES[rule.kind](_Ballot.of(counts, likely), rule)
    return Verdict(outcome=outcome, settled=settled is not None, likely=likely, **counts)


def _count(votes: Mapping[str, Vote], answer: Answer) -> int:
    return sum(vote.answer == answer for vote in votes.values())


_OUTCOME_OF: Mapping[Answer, Outcome] = {
    "yes": "yes",
    "no": "no",
    "unclear": "unknown",
    "definition_unclear": "unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ballot:
    """How many people stand behind each outcome."""

    behind: Mapping[Outcome, int]
    likely: float | None

    @classmethod
    def of(cls, counts: Mapping[Answer, int], likely: float | None) -> _Ballot:
        behind: dict[Outcome, int] = {"yes": 0, "no": 0, "unknown": 0}
        for answer, n in counts.items():
            behind[_OUTCOME_OF[answer]] += n
        return cls(behind=behind, likely=likely)

    @property
    def n(self) -> int:
        return sum(self.behind.values())

    @property
    def differs(self) -> bool:
        return sum(n > 0 for n in self.behind.values()) > 1

    def only(self, *, least: float) -> Outcome:
        """Return the one outcome that so many stand behind; disputed when there is no such one."""
        enough: list[Outcome] = [one for one, n in self.behind.items() if n >= least]
        return enough[0] if len(enough) == 1 else "disputed"


def _majority(ballot: _Ballot, rule: AgreementRule) -> Outcome:  # noqa: ARG001 - one signature
    return ballot.only(least=ballot.n / 2 + 0.5)


def _k_of_n(ballot: _Ballot, rule: AgreementRule) -> Outcome:
    outcome = ballot.only(least=rule.k)
    reached = max(ballot.behind.values()) >= rule.k
    return "open" if not reached and ballot.n < rule.n else outcome


def _unanimous(ballot: _Ballot, rule: AgreementRule) -> Outcome:  # noqa: ARG001 - one signature
    return ballot.only(least=ballot.n)


def _adjudicator(ballot: _Ballot, rule: AgreementRule) -> Outcome:  # noqa: ARG001 - one signature
    return "disputed" if ballot.differs else "open"


def _weighted(ballot: _Ballot, rule: AgreementRule) -> Outcome:
    if ballot.behind["unknown"] * 2 > ballot.n:
        return "unknown"
    likely = ballot.likely
    if likely is None or np.isnan(likely):
        return "disputed"
    if likely >= rule.share:
        return "yes"
    return "no" if likely <= 1 - rule.share else "disputed"


_RULES: Mapping[RuleKind, Callable[[_Ballot, AgreementRule], Outcome]] = {
    "majority": _majority,
    "k_of_n": _k_of_n,
    "unanimous": _unanimous,
    "adjudicator": _adjudicator,
    "weighted": _weighted,
}
