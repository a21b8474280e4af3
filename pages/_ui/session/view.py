"""Everything a person has set, as one value that can be written into a link and read back.

A :class:`Link` is what was read: both rules may be missing, since what they are by default depends
on the run. Beside its run it becomes a :class:`View`, which lacks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from evalcore import OPERATORS, EvalRun, Rule
from evalcore.counting.rules import MODES, Mode, Operator, default_mode
from evalcore.errors import RuleError, did_you_mean, name_list, shorten
from pages._ui.session.plan import Plan, read_plan, write_plan
from pages._ui.session.targets import Target, read_target, write_target

__all__ = [
    "Compared",
    "ConceptOrder",
    "Fate",
    "Link",
    "MatrixMode",
    "Order",
    "Panel",
    "Queue",
    "RightRule",
    "Scope",
    "Shares",
    "Sort",
    "ToneScale",
    "TruthSection",
    "TruthSide",
    "View",
    "read_link",
    "write_link",
]

MatrixMode = Literal["counts", "probability"]
Order = Literal["run", "name", "diagonal", "cluster", "confusion"]
Panel = Literal["summary", "slices", "flips"]
Scope = Literal["confused", "all"]
Shares = Literal["none", "row", "column", "whole"]
ToneScale = Literal["root", "log"]
Direction = Literal["up", "down"]
Sort = Literal["score", "score up", "doubt", "id"]
RightRule = Literal["same", "own", "precision", "recall", "predicted", "cost", "decision"]
ScopeOfMatch = Literal["each", "common"]
Compared = Literal[
    "roc_auc", "average_precision", "recall", "precision", "f1", "specificity", "accuracy"
]
Fate = Literal["mended", "broken", "both_wrong", "cell"]
ConceptOrder = Literal["f1", "auc", "name", "run"]
TruthSide = Literal["labelled", "agreed", "difference"]
RightTruth = Literal["labelled", "agreed"]
Queue = Literal[
    "suspected", "false_positives", "false_negatives", "gallery", "disputed", "audit", "assigned"
]
TruthSection = Literal["vote", "bring_in", "settle", "agreement", "audit", "result"]
Query = Mapping[str, Sequence[str]]

MOST_NAMED = 5
PLAIN = Plan()
_OPERATOR_CODES: dict[str, Operator] = {"gt": ">", "ge": ">="}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Everything that a link sets, on all pages.

    ``sliced_by`` and ``sliced_for`` say what the table of slices parts by, and of which concept it
    is. ``order_by`` sorts the table: the number of a column, then ``up`` or ``down``. ``target`` is
    what the gallery shows; None lets the page propose something. ``truth`` says by which labels
    everything is counted. ``right`` and what follows are of the page Compare: the other run, its
    part, truth and rule with the thresholds set by hand (concept, threshold, ...), the concepts
    matched by hand (left, right, ...), the decision carried over, and what is looked at;
    ``finding`` is the one that the page Improve shows, ``verdict`` its rules; ``left_out`` and
    ``drawn`` are the chapters that the report lacks and the concepts drawn in it; ``board`` and
    what begins with it are the columns of the versions on the page Runs.
    ``workshop`` is the one that the page takes part in. ``plan`` is what the Thresholds page asks.
    ``trial`` is the rule at which it previews ``target`` without setting it, ``trial_pinned`` the
    rule from which a flip there is counted. ``problems`` holds what a link asked for in vain.
    """

    run: str | None = None
    split: str | None = None
    slice: tuple[str, str] | None = None
    rule: Rule | None = None
    pinned: Rule | None = None
    concept: str | None = None
    concept_order: ConceptOrder = "f1"
    mode: MatrixMode = "counts"
    order: Order | None = None
    scope: Scope | None = None
    shares: Shares = "none"
    tone: ToneScale = "root"
    as_table: bool = False
    panel: Panel = "summary"
    sliced_by: str | None = None
    sliced_for: str | None = None
    every_column: bool = False
    intervals: bool = False
    find: str = ""
    order_by: tuple[int, Direction] | None = None
    target: Target | None = None
    sort: Sort = "score"
    search: str = ""
    page: int = 1
    input: str | None = None
    big: bool = False
    workshop: str | None = None
    truth: TruthSide = "labelled"
    queue: Queue = "suspected"
    truth_section: TruthSection = "vote"
    right: str | None = None
    right_part: str = ""
    right_truth: RightTruth = "labelled"
    right_own: tuple[str, ...] = ()
    matched: tuple[str, ...] = ()
    carried: str | None = None
    board: tuple[str, ...] = ("roc_auc", "average_precision", "best_f1")
    board_of: str = "macro"
    board_recall: str = "0.9"
    right_rule: RightRule = "same"
    match_scope: ScopeOfMatch = "each"
    compared: Compared = "recall"
    fate: Fate = "broken"
    finding: str | None = None
    verdict: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()
    trial: Rule | None = None
    trial_pinned: Rule | None = None
    plan: Plan = PLAIN
    problems: tuple[str, ...] = ()

    def complete(self, run: EvalRun) -> View:
        """Return the view of a run: what it proposes where nothing is set, without strangers.

        Of a rule that names a concept which the run has not the rest is kept, and ``problems``
        says so.
        """
        operator: Operator = ">=" if run.default_operator == ">=" else ">"
        proposed = Rule(run.default_threshold, operator=operator, mode=default_mode(run.task))

        strangers: dict[str, None] = {}

        def whole(rule: Rule | None) -> Rule:
            chosen = rule or proposed
            unknown = {name for name, _ in chosen.by_concept}.difference(run.concepts)
            strangers.update(dict.fromkeys(sorted(unknown)))
            return replace(chosen.without_own(unknown), mode=chosen.mode_for(run.task))

        plan = self.plan.known_to(run)
        fields = {name: getattr(self, name) for name in Link.__dataclass_fields__}
        fields |= {"rule": whole(self.rule), "pinned": whole(self.pinned), "plan": plan}
        tried = {"trial": self.trial, "trial_pinned": self.trial_pinned}
        fields |= {name: rule and whole(rule) for name, rule in tried.items()}
        asked = self.plan.concept
        problems = [*self.problems]
        if asked is not None and asked not in run.concepts:
            hint = did_you_mean(asked, run.concepts)
            problems.append(f"It asks for {shorten(asked)}, which is no concept of this run.{hint}")
        if strangers:
            names = name_list(map(shorten, strangers), limit=MOST_NAMED)
            problems.append(f"It has thresholds for what is no concept here: {names}.")
        return View(**(fields | {"problems": tuple(problems)}))


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Link):
    """What is set, beside the run that it is set for: both rules are there, and name their mode."""

    rule: Rule
    pinned: Rule


def write_link(view: Link) -> dict[str, list[str]]:
    """Return the query of a link that reopens the view; only what differs from the defaults.

    The run and both rules are always written, since their defaults depend on the library and run.
    """
    base = Link()
    query: dict[str, list[str]] = {"run": [view.run]} if view.run is not None else {}
    for name, prefix in _RULES.items():
        rule: Rule | None = getattr(view, name)
        query |= _write_rule(prefix, rule) if rule else {}
    if view.slice is not None:
        query["slice"] = list(view.slice)
    for name in _TEXTS:
        value = getattr(view, name)
        if value != getattr(base, name) and value is not None:
            query[name] = [value]
    if view.order_by is not None:
        query["order_by"] = [str(view.order_by[0]), view.order_by[1]]
    if view.page != 1:
        query["page"] = [str(view.page)]
    query |= {name: ["1"] for name in _FLAGS if getattr(view, name)}
    lists = {name: getattr(view, name) for name in _LISTS}
    query |= {name: [*own] for name, own in lists.items() if own != getattr(base, name)}
    if view.target is not None:
        query["show"] = write_target(view.target)
    return query | write_plan(view.plan)


def read_link(query: Query) -> Link:
    """Return what a link sets, listing what it asks in vain in ``problems``."""
    problems: list[str] = []
    fields: dict[str, Any] = {}
    for name, allowed in _TEXTS.items():
        value = _last(query, name)
        if value is None:
            continue
        if allowed and value not in allowed:
            problems.append(f"{name}={value} is not one of {', '.join(allowed)}.")
        else:
            fields[name] = value
    fields["run"] = _last(query, "run")
    fields |= {name: _read_rule(query, prefix, problems) for name, prefix in _RULES.items()}
    fields |= {name: _last(query, name) == "1" for name in _FLAGS}
    fields |= {name: tuple(query[name]) for name in _LISTS if query.get(name)}
    fields["page"] = _read_page(query, problems)
    pair = tuple(query.get("slice", ()))
    fields["slice"] = pair if len(pair) == 2 else None
    fields["order_by"] = _read_order(query, problems)
    if pair and len(pair) != 2:
        problems.append("slice needs a column and a value: slice=column&slice=value.")
    if "show" in query:
        fields["target"] = read_target(list(query["show"]))
        if fields["target"] is None:
            problems.append(f"show={'&show='.join(query['show'])} names nothing that can be shown.")
    fields["plan"] = read_plan(query, problems)
    return Link(**fields, problems=tuple(problems))


_TEXTS: dict[str, tuple[str, ...]] = {
    "split": (),
    "concept": (),
    "concept_order": get_args(ConceptOrder),
    "mode": get_args(MatrixMode),
    "order": get_args(Order),
    "scope": get_args(Scope),
    "shares": get_args(Shares),
    "tone": get_args(ToneScale),
    "panel": get_args(Panel),
    "sliced_by": (),
    "sliced_for": (),
    "find": (),
    "sort": get_args(Sort),
    "search": (),
    "input": (),
    "workshop": (),
    "truth": get_args(TruthSide),
    "queue": get_args(Queue),
    "truth_section": get_args(TruthSection),
    "right": (),
    "right_part": (),
    "right_truth": get_args(RightTruth),
    "carried": (),
    "board_of": (),
    "board_recall": ("0.5", "0.8", "0.9", "0.95", "0.99"),
    "right_rule": get_args(RightRule),
    "match_scope": get_args(ScopeOfMatch),
    "compared": get_args(Compared),
    "fate": get_args(Fate),
    "finding": (),
}
"""Fields that are one text in the link, and what they may be (empty: anything)."""
_RULES = {"rule": "", "pinned": "pin_", "trial": "try_", "trial_pinned": "try_pin_"}
"""Fields that are a rule, and how the words of the link begin that hold it."""
_FLAGS = ("as_table", "every_column", "intervals", "big")
_LISTS = ("left_out", "drawn", "right_own", "matched", "board", "verdict")
"""Fields that are several texts in the link."""


def _last(query: Query, name: str) -> str | None:
    values = query.get(name)
    return values[-1] if values else None


def _write_rule(prefix: str, rule: Rule) -> dict[str, list[str]]:
    codes = {operator: code for code, operator in _OPERATOR_CODES.items()}
    words: dict[str, list[str]] = {
        f"{prefix}t": [repr(rule.default)],
        f"{prefix}op": [codes[rule.operator]],
        f"{prefix}decision": [rule.mode or MODES[0]],
    }
    if not rule.is_common:
        words[f"{prefix}own"] = [part for name, t in rule.by_concept for part in (name, repr(t))]
    return words


def _read_rule(query: Query, prefix: str, problems: list[str]) -> Rule | None:
    threshold = _last(query, f"{prefix}t")
    if threshold is None:
        if any(f"{prefix}{name}" in query for name in ("op", "decision", "own")):
            words = f"{prefix}op, {prefix}decision and {prefix}own"
            problems.append(f"{words} need a {prefix}t beside them.")
        return None
    operator = _OPERATOR_CODES.get(_last(query, f"{prefix}op") or "gt")
    decision = _last(query, f"{prefix}decision")
    known = operator in OPERATORS and (decision is None or decision in MODES)
    if not known:
        problems.append("The operator must be gt or ge, the decision every or top.")
    chosen: Mode | None = "top" if decision == "top" else "every" if decision else None
    own = list(query.get(f"{prefix}own", ()))
    if len(own) % 2:
        problems.append(f"{prefix}own needs pairs: {prefix}own=concept&{prefix}own=threshold.")
        own = []
    try:
        rule = Rule(threshold, operator=operator or ">", mode=chosen)  # type: ignore[arg-type]
        rule = rule.with_own(dict(zip(own[::2], own[1::2], strict=True)))  # type: ignore[arg-type]
    except RuleError as error:
        problems.append(str(error))
        return None
    return rule if known else None


def _read_order(query: Query, problems: list[str]) -> tuple[int, Direction] | None:
    words = list(query.get("order_by", ()))
    if not words:
        return None
    for direction in get_args(Direction):
        if len(words) == 2 and words[0].isdecimal() and words[1] == direction:
            return int(words[0][:9]), direction
    problems.append("order_by needs the number of a column, then up or down.")
    return None


def _read_page(query: Query, problems: list[str]) -> int:
    text = _last(query, "page") or "1"
    if text.isdecimal() and int(text[:9]) >= 1:
        return int(text[:9])
    problems.append(f"page={text} is not a page number.")
    return 1
