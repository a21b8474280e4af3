"""Keys of widgets and fragments, in one place; the tests look widgets up by them."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["LIVE", "SELECTION", "Key"]


class Key(StrEnum):
    """Widget keys."""

    LIBRARY = "library"
    OPEN = "open"
    RUN = "run"
    SPLIT = "split"
    SLICE = "slice"
    DECISION = "decision"
    OPERATOR = "operator"
    ONE_FOR_ALL = "one_for_all"
    DIAL = "dial"
    PANEL = "panel"
    COLUMNS = "columns"
    FIND = "find"
    SUMMARY = "summary"
    RULE_WORDS = "rule_words"
    FLIPS_WORDS = "flips_words"
    HEADLINE = "headline"
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
    SECTION = "section"
    FOR = "for"
    COMMON = "common"
    GOAL = "goal"
    LEVEL = "level"
    BETA = "beta"
    COST_FP = "cost_fp"
    COST_FN = "cost_fn"
    UNIT = "unit"
    REQUIRED = "required"
    CONFIDENCE = "confidence"
    ADVICE = "advice"
    USE = "use"
    UNDO = "undo"
    OWN = "own"
    TAKE_SOME = "take_some"
    TAKE_ALL = "take_all"
    RESET = "reset"
    ALL_SCORES = "all_scores"


LIVE = "live"
"""The fragment of all numbers that follow the threshold; while it is dragged see ``live``."""
SELECTION = "selection"
"""The fragment of the images, which follow as soon as the threshold rests."""
