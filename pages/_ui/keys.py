"""Keys of widgets and fragments, in one place; the tests look widgets up by them."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["LIVE", "SELECTION", "Key"]


class Key(StrEnum):
    """Widget keys."""

    LIBRARY = "library"
    OPEN = "open"
    OPEN_ANOTHER = "open_another"
    UPLOAD = "upload"
    PATH = "open_path"
    REMOVE = "remove_upload"
    CANCEL = "cancel_reading"
    READ = "read_run"
    ROLES = "roles"
    APPLY_ROLES = "apply_roles"
    KEEP_ROLES = "keep_roles"
    FORGET_ROLES = "forget_roles"
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
