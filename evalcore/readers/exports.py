"""The readers of other tools' exports, registered in one place."""

from __future__ import annotations

from evalcore.readers.clarifai import ClarifaiReader
from evalcore.readers.fiftyone import FiftyOneReader
from evalcore.readers.huggingface import HuggingFaceReader
from evalcore.readers.openimages import OpenImagesReader
from evalcore.readers.registry import READERS, Reader, register
from evalcore.readers.vertex import VertexReader

__all__ = ["EXPORT_READERS", "register_exports"]

EXPORT_READERS: tuple[Reader, ...] = (
    ClarifaiReader(),
    FiftyOneReader(),
    VertexReader(),
    OpenImagesReader(),
    HuggingFaceReader(),
)
"""The narrowest marks first; no two of them recognise the same file."""


def register_exports() -> None:
    """Register each of them, once."""
    for reader in EXPORT_READERS:
        if reader not in READERS:
            register(reader)
