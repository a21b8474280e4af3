"""The readers of other tools' exports."""

from __future__ import annotations

from evalcore.readers.clarifai.reader import ClarifaiReader
from evalcore.readers.fiftyone.reader import FiftyOneReader
from evalcore.readers.huggingface.reader import HuggingFaceReader
from evalcore.readers.openimages.reader import OpenImagesReader
from evalcore.readers.reader import Reader
from evalcore.readers.vertex.reader import VertexReader

__all__ = ["EXPORT_READERS"]

EXPORT_READERS: tuple[Reader, ...] = (
    ClarifaiReader(),
    FiftyOneReader(),
    VertexReader(),
    OpenImagesReader(),
    HuggingFaceReader(),
)
"""The narrowest marks first; no two of them recognise the same file."""
