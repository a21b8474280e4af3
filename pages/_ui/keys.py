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
    CONCEPT = "concept"
    CONCEPT_ORDER = "concept_order"
    PREVIOUS = "previous"
    NEXT = "next"
    OWN = "own"
    OPEN_CONCEPT = "open_concept"
    COMPARISON = "comparison"
    PRECISION_RECALL = "precision_recall"
    ROC = "roc"
    METRIC_LINES = "metric_lines"
    DISTRIBUTION = "distribution"
    RELIABILITY = "reliability"
    FALSE_POSITIVES = "false_positives"
    FALSE_NEGATIVES = "false_negatives"
    JUST_OUTSIDE = "just_outside"
    JUST_INSIDE = "just_inside"
    BACK = "back"
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
    ALL_SCORES = "all_scores"


LIVE = "live"
"""The fragment of all numbers that follow the threshold; while it is dragged see ``live``."""
SELECTION = "selection"
"""The fragment of the images, which follow as soon as the threshold rests."""
