"""A few lines of Python that apply a decision with numpy alone."""

from __future__ import annotations

import textwrap

from evalcore.decisions.decision import Decision, State, first_line

__all__ = ["to_python"]

_HEAD = """\
# {first_line}
# Made by Threshold Workshop. Needs numpy and nothing else.
import numpy as np

OPERATOR = {operator!r}
MODE = {mode!r}
THRESHOLDS = {{
{thresholds}
}}


def predict(scores):
    \"\"\"Return which concepts are predicted; bool (n_inputs, n_concepts).

    scores: float array (n_inputs, n_concepts), columns in the order of THRESHOLDS, in the
    precision that the model gives. Thresholds are rounded to it before they are compared.
    \"\"\"
    scores = np.asarray(scores)
    if scores.dtype.kind != "f":
        scores = scores.astype(np.float64)
    if scores.ndim != 2 or scores.shape[1] != len(THRESHOLDS):
        raise ValueError(f"scores need {{len(THRESHOLDS)}} columns, got the shape {{scores.shape}}")
    with np.errstate(over="ignore"):
        thresholds = np.array(list(THRESHOLDS.values()), dtype=np.float64).astype(scores.dtype)
"""
_STRICT = "    passes = scores > thresholds\n"
_LOOSE = """\
    passes = (scores >= thresholds) & (scores > -np.inf)  # -inf: not scored
"""
_TOP = """\
    # only the highest-scoring concept counts; the first one wins an exact tie
    passes &= np.arange(scores.shape[1]) == scores.argmax(axis=1)[:, None]
"""


def to_python(decision: Decision, *, state: State = "in force") -> str:
    r"""Return a module with a function ``predict(scores)``.

    Names stand in it as ASCII literals, so that nothing in them is ever executed.

    Examples
    --------
    >>> import numpy as np
    >>> from evalcore import Evaluation, EvalRun, Rule
    >>> from evalcore.decisions import draw_up
    >>> run = EvalRun.from_arrays([[0.9], [0.5]], [[0], [0]], concepts=["dog"])
    >>> decision = draw_up(Evaluation(run), Rule(0.5), title="T", author="Ada")
    >>> print("".join(line for line in to_python(decision).splitlines(True) if "dog" in line))
        'dog': 0.5,
    <BLANKLINE>
    """
    thresholds = [f"{concept.name!a}: {concept.threshold!r}," for concept in decision.concepts]
    code = _HEAD.format(
        first_line=first_line(decision, state=state),
        operator=decision.operator,
        mode=decision.mode,
        thresholds=textwrap.indent("\n".join(thresholds), "    "),
    )
    code += _STRICT if decision.operator == ">" else _LOOSE
    code += _TOP if decision.mode == "top" else ""
    return code + "    return passes\n"
