"""Decisions for the tests, drawn up from random cases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

import evalcore as ec
from evalcore.decisions import Decision, Pinned, draw_up
from tests.support.cases import Case, random_case, random_rule

HOSTILE = (
    "=HYPERLINK(1)", "+1", "-1", "@sum", "\tcell", "\rcell", "'quoted", "</script><img src=x>",
    'a"b,c', "two\nlines", "# decision", "\u202etxt", "\\N{BULLET}'''", "ünï 🍎",
)  # fmt: skip
"""Names that mean something to a spreadsheet, a browser, Python or a reader of CSV."""


def decision_on(case: Case, rule: ec.Rule | float = 0.5, **rest: Any) -> Decision:
    """Draw up a decision on a case."""
    chosen = rule if isinstance(rule, ec.Rule) else ec.Rule(rule)
    return draw_up(case.evaluation, chosen, **({"title": "Strict enough", "author": "Ada"} | rest))


def odd_decision(rng: np.random.Generator) -> tuple[Case, Decision]:
    """Draw a case and a decision on it with every part filled with something odd."""
    case = random_case(rng, n_concepts=int(rng.integers(1, len(HOSTILE))))
    names = tuple(str(name) for name in rng.permutation(HOSTILE)[: case.n_concepts])
    case = replace(case, names=names)
    rule = random_rule(rng, names).with_own({names[0]: float(rng.standard_normal() / 3)})
    decision = decision_on(
        case,
        rule,
        title=str(rng.choice(HOSTILE)).strip() + " title",
        author="Zoë O'Hara <b>",
        reasons="first\n\n=second",
        goal=ec.Goal.least_cost(fp=0.1, fn=1 / 3, unit="€"),
        goal_concept=names[-1],
        confidence=0.95,
        pinned=[Pinned(id=str(case.run.ids[0]), note="</p>look")],
        run_key="a/b",
        split="a",
        part=("place", ""),
        view={"run": ["a/b"], "own": [names[0], "0.1"], "t": ["0.5"]},
    )
    return case, decision
