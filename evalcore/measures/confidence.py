"""How sure is sure enough, and the error that this leaves."""

from __future__ import annotations

from evalcore.errors import GoalError, shorten

__all__ = ["error_of"]


def error_of(confidence: float) -> float:
    """Return 1 - confidence, as it would be written.

    Raises
    ------
    GoalError
        When the confidence is not a number between 0 and 1.

    Examples
    --------
    >>> error_of(0.95), 1 - 0.95
    (0.05, 0.050000000000000044)
    """
    if not (isinstance(confidence, (int, float)) and 1e-9 <= confidence <= 1 - 1e-9):
        msg = f"The confidence must lie between 0 and 1, got {shorten(confidence)}."
        raise GoalError(msg + " Hint: write 0.95 for 95 %.")
    return round(1 - confidence, 12)
