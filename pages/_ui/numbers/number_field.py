"""The one field for a number: reads what people write, and refuses beside it what means nothing.

What was typed stays in the field. As long as it is refused nothing may be shown that was computed
with the number from before: the field says whether it is whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from pages._ui import wording
from pages._ui.numbers.typed_number import RefusedNumber, TypedRange, read_number
from pages._ui.session import state
from pages._ui.session.keys import Kept

__all__ = ["kept_number", "number_field", "written_number"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    text: str
    problem: str
    value: float  # that the field had; with another one the text is no longer of interest


def number_field(
    label: str,
    key: str,
    value: float,
    *,
    within: TypedRange,
    take: Callable[[float], object],
    width: int,
    help: str | None = None,  # noqa: A002 - the word of Streamlit's fields
) -> bool:
    """Draw the field; return whether what it shows is the number that is set.

    Parameters
    ----------
    value
        The number that is set.
    take
        Is given a number that was typed.
    """
    refused = _refused().get(key)
    if refused is not None and refused.value != value:
        del _refused()[key]
        refused = None
    state.seed(key, refused.text if refused else written_number(value, within))

    def typed() -> None:
        text = str(st.session_state[key])
        _refused().pop(key, None)
        try:
            number = read_number(text, within)
        except RefusedNumber as problem:
            _refused()[key] = _Refused(text=text, problem=str(problem), value=value)
        else:
            take(number)

    with st.container(width=state.wide(max(width, 230) if refused else width), gap="xsmall"):
        st.text_input(label, key=key, help=help, on_change=typed)
        if refused:
            st.error(wording.escape(refused.problem))
    return refused is None


def kept_number(
    label: str,
    key: str,
    first: float,
    *,
    within: TypedRange,
    width: int,
) -> bool:
    """Draw a field that is part of a form: what is typed counts when the form is sent.

    Its text is read with :func:`read_number` then; see :func:`number_field`.

    Parameters
    ----------
    first
        What the field shows until something is typed.
    """
    kept: dict[str, float] = st.session_state.setdefault(Kept.TYPED_NUMBERS, {})

    def take(number: float) -> None:
        kept[key] = number

    value = kept.get(key, first)
    return number_field(label, key, value, within=within, take=take, width=width)


def written_number(value: float, within: TypedRange) -> str:
    """Write a number as its field shows it, to its last digit."""
    if within.in_percent:
        return wording.percent(value)
    return repr(float(value)).removesuffix(".0")


def _refused() -> dict[str, _Refused]:
    found: dict[str, _Refused] = st.session_state.setdefault(Kept.REFUSED_NUMBERS, {})
    return found
