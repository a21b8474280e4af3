"""Text that can be written down: no half of a character."""

from __future__ import annotations

__all__ = ["half_of_pair"]


def half_of_pair(text: str) -> str:
    r"""Return the first half of a surrogate pair in a text, ``""`` when it has none.

    Python keeps such halves, which JSON escapes and damaged files bring in; no page, no file and
    no database can be written with them.

    Examples
    --------
    >>> half_of_pair("dog \U0001f415"), half_of_pair("dog \ud83d")
    ('', '\ud83d')
    """
    if text.isascii():
        return ""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return text[error.start]
    return ""
