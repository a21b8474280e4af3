"""The readers of other tools' exports."""

from __future__ import annotations

from evalcore.readers.clarifai import ClarifaiReader
from evalcore.readers.fiftyone import FiftyOneReader
from evalcore.readers.huggingface import HuggingFaceReader
from evalcore.readers.openimages import OpenImagesReader
from evalcore.readers.reader import Reader
from evalcore.readers.vertex import VertexReader

__all__ = ["EXPORT_READERS"]

EXPORT_READERS: tuple[Reader, ...] = (
    ClarifaiReader(),
    FiftyOneReader(),
    VertexReader(),
    OpenImagesReader(),
    HuggingFaceReader(),
)
"""The narrowest marks first; no two of them recognise the same file."""
