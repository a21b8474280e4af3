"""What people say of one input and one concept: votes, settlements, their rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, Self, get_args

from evalcore.errors import TruthError, did_you_mean, shorten

__all__ = [
    "ANSWERS",
    "ANSWER_WORDS",
    "LONGEST_NAME",
    "LONGEST_REMARK",
    "RULE_KINDS",
    "AgreementRule",
    "Answer",
    "Pair",
    "RuleKind",
    "Settlement",
    "Vote",
    "checked_answer",
    "checked_name",
    "checked_text",
]

Answer = Literal["yes", "no", "unclear", "definition_unclear"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)
"""Does the input show the concept? The last one says that the concept itself is not clear."""
ANSWER_WORDS = {one: "the definition is unclear" if "_" in one else one for one in ANSWERS}
RuleKind = Literal["majority", "k_of_n", "unanimous", "adjudicator", "weighted"]
RULE_KINDS: tuple[RuleKind, ...] = get_args(RuleKind)
LONGEST_NAME = 200
LONGEST_REMARK = 2_000
MOST_PEOPLE = 1_000


class Pair(NamedTuple):
    """One input and one concept, by id and by name: what a vote is about."""

    input: str
    concept: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One person's answer on one pair.

    Parameters
    ----------
    id
        Made by who votes (a UUID as text), so that voting twice counts once.
    shown
        The rule that was on the screen, in words; ``""`` where none was.
    definition
        The version of the concept's definition that was on the screen, 0 for none.
    time
        Of the record, in UTC.
    """

    id: str
    voter: str
    time: datetime
    pair: Pair
    answer: Answer
    remark: str = ""
    shown: str = ""
    definition: int = 0

    @classmethod
    def of(cls, payload: Mapping[str, Any], **record: Any) -> Self:  # noqa: ANN401 - id, voter, time
        """Read a vote from what the record says.

        Raises
        ------
        TruthError
            When an entry is missing or breaks its rule.
        """
        version = payload.get("definition")
        if isinstance(version, bool) or not isinstance(version, int) or version < 0:
            msg = f"A definition's version must be a whole number from 0, got {shorten(version)}."
            raise TruthError(msg)
        return cls(
            **record,
            pair=_pair(payload),
            answer=checked_answer(payload.get("answer")),
            remark=checked_text(payload.get("remark"), "remark"),
            shown=checked_text(payload.get("shown"), "rule on the screen"),
            definition=version,
        )

    def payload(self) -> dict[str, Any]:
        """Return what is saved of it, besides who and when."""
        return {
            **self.pair._asdict(),
            "answer": self.answer,
            "remark": self.remark,
            "shown": self.shown,
            "definition": self.definition,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """An adjudicator's answer on a pair, which stands above all votes, and the reason."""

    id: str
    adjudicator: str
    time: datetime
    pair: Pair
    answer: Answer
    reason: str

    @classmethod
    def of(cls, payload: Mapping[str, Any], **record: Any) -> Self:  # noqa: ANN401 - id, who, time
        """Read a settlement from what the record says; raise TruthError when it is none."""
        reason = checked_text(payload.get("reason"), "reason")
        if not reason:
            msg = "Who settles a dispute gives a reason."
            raise TruthError(msg)
        return cls(
            **record,
            pair=_pair(payload),
            answer=checked_answer(payload.get("answer")),
            reason=reason,
        )

    def payload(self) -> dict[str, Any]:
        """Return what is saved of it, besides who and when."""
        return {**self.pair._asdict(), "answer": self.answer, "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRule:
    """How votes become the agreed truth; chosen by the group.

    Parameters
    ----------
    kind
        ``majority``: what more than half of the answers say. ``k_of_n``: what ``k`` people say,
        open until then, disputed when ``n`` have answered without it. ``unanimous``: what all say.
        ``adjudicator``: only what has been settled. ``weighted``: what is likely given how reliable
        each person turned out (Dawid and Skene), when its probability reaches ``share``.
    least
        So many answers must be there before the votes are counted.
    """

    kind: RuleKind = "majority"
    least: int = 1
    k: int = 2
    n: int = 3
    share: float = 0.9

    def __post_init__(self) -> None:
        """Check what was chosen."""
        if self.kind not in RULE_KINDS:
            hint = did_you_mean(str(self.kind), RULE_KINDS)
            kinds = ", ".join(RULE_KINDS)
            msg = f"A rule of agreement is one of {kinds}, got {shorten(self.kind)}.{hint}"
            raise TruthError(msg)
        for name in ("least", "k", "n"):
            value = getattr(self, name)
            if type(value) is not int or not 1 <= value <= MOST_PEOPLE:
                msg = f"{name} must be a whole number from 1 to 1,000, got {shorten(value)}."
                raise TruthError(msg)
        if self.k > self.n:
            msg = f"{self.k} of {self.n} can never agree. Hint: k is at most n."
            raise TruthError(msg)
        if not (isinstance(self.share, float) and 0.5 <= self.share < 1):
            msg = f"The probability that decides lies from 0.5 to below 1, got {self.share!r}."
            raise TruthError(msg)

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Self:
        """Read a rule from what the record says; raise TruthError when it is none."""
        unknown = set(payload) - set(cls.__dataclass_fields__)
        if unknown:
            msg = f"A rule of agreement has no entry {shorten(min(unknown))}."
            raise TruthError(msg)
        return cls(**payload)

    def payload(self) -> dict[str, Any]:
        """Return what is saved of it."""
        return asdict(self)


def checked_text(value: object, what: str) -> str:
    """Return a text that may be empty, without blanks around it.

    Raises
    ------
    TruthError
        When it is no text, or too long.
    """
    if not isinstance(value, str):
        msg = f"The {what} must be a text, got {shorten(value)}."
        raise TruthError(msg)
    text = value.strip()
    if len(text) > LONGEST_REMARK:
        msg = f"The {what} may have {LONGEST_REMARK:,} characters, it has {len(text):,}."
        raise TruthError(msg)
    return text


def checked_name(value: object) -> str:
    """Return a person's name, with single blanks between its parts.

    Raises
    ------
    TruthError
        When it is empty or too long.
    """
    name = " ".join(checked_text(value, "name").split())
    if not 0 < len(name) <= LONGEST_NAME:
        msg = f"A name has 1 to {LONGEST_NAME} characters, got {shorten(value)}."
        raise TruthError(msg)
    return name


def checked_answer(given: object) -> Answer:
    """Return an answer; raise TruthError when it is none."""
    for answer in ANSWERS:
        if given == answer:
            return answer
    msg = f"An answer is one of {', '.join(ANSWERS)}, got {shorten(given)}."
    raise TruthError(msg)


def _pair(payload: Mapping[str, Any]) -> Pair:
    found = {name: payload.get(name) for name in Pair._fields}
    for name, value in found.items():
        if not isinstance(value, str):
            msg = f"The {name} must be a text, got {shorten(value)}."
            raise TruthError(msg)
    return Pair(*map(str, found.values()))
