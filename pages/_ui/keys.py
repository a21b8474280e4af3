"""Keys of widgets and fragments, in one place; the tests look widgets up by them."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["FRAGMENTS", "Fragment", "Key"]


class Key(StrEnum):
    """Widget keys."""

    LIBRARY = "library"
    OPEN = "open"
    RUN = "run"
    SPLIT = "split"
    SLICE = "slice"
    DECISION = "decision"
    OPERATOR = "operator"
    DIAL = "dial"
    PANEL = "panel"
    COLUMNS = "columns"
    FIND = "find"
    SUMMARY = "summary"
    FLIPS = "flips"
    MODE = "mode"
    ORDER = "order"
    FORM = "form"
    MATRIX = "matrix"
    HEATMAP = "heatmap"
    MATRIX_TABLE = "matrix_table"
    PART = "part"
    SORT = "sort"
    PAGE = "gallery_page"
    GALLERY = "gallery"
    DOTS = "dots"
    ALL_SCORES = "all_scores"


class Fragment(StrEnum):
    """Parts of the Evaluate page that follow the live threshold."""

    RULE = "rule_fragment"
    NUMBERS = "numbers_fragment"
    MATRIX = "matrix_fragment"
    SELECTION = "selection_fragment"


FRAGMENTS: list[str] = [fragment.value for fragment in Fragment]
