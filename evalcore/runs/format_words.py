"""The words of the folder format: what files and columns of a run are called on disk."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["ALIASES", "METADATA_PREFIX", "SCORE_PREFIX", "TABLE_ENDINGS"]

SCORE_PREFIX = "score:"
METADATA_PREFIX = "metadata:"

TABLE_ENDINGS = (
    *(".csv", ".tsv", ".parquet", ".pq", ".jsonl", ".ndjson"),
    *(".arrow", ".arrows", ".feather", ".ipc"),
)

ALIASES: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "image": ("image", "image_path", "file_name", "filename", "path"),
    "text": ("text",),
    "labels": ("labels", "label"),
    "not labelled": ("not_labels",),
    "unknown": ("unknown_labels",),
    "split": ("fold", "split"),
}
"""Role to the column names that stand for it, first choice first."""
