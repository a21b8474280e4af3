"""Numbers read off the finished image files: colours, edges, and which visual words occur."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image
from sklearn.cluster import MiniBatchKMeans

FloatArray = npt.NDArray[np.float32]

SIDE = 112
PATCH = 10
WORDS = 256
KEPT = 80
STRIDES = {1: 3, 2: 2}
"""Pixels between patches at full size and, with its own vocabulary, at half size."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vocabulary:
    """Visual words: whitened colour patches of 10 x 10 pixels, grouped by k-means.

    The picture is first shrunk by `shrink`, so that a patch sees more of it.
    """

    shrink: int
    mean: FloatArray
    whiten: FloatArray
    words: FloatArray


def read_picture(file: Path | BinaryIO) -> FloatArray:
    """Read an image file as 112 x 112 x 3 numbers from 0 to 1."""
    with Image.open(file) as image:
        small = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float32) / np.float32(255)


def learn_vocabulary(
    pictures: Sequence[FloatArray], *, shrink: int, rng: np.random.Generator
) -> Vocabulary:
    """Learn visual words from pictures that are not part of the run."""
    per_picture = [_patches(picture, shrink) for picture in pictures]
    sample = np.concatenate([rows[rng.permutation(len(rows))[:160]] for rows in per_picture])
    mean = sample.mean(axis=0)
    _, spread, axes = np.linalg.svd(sample - mean, full_matrices=False)
    deviation = spread[:KEPT] / np.sqrt(len(sample))
    whiten = (axes[:KEPT].T / (deviation + 0.05)).astype(np.float32)
    groups = MiniBatchKMeans(WORDS, n_init=1, batch_size=2048, max_iter=40, random_state=0)
    groups.fit((sample - mean) @ whiten)
    words = groups.cluster_centers_.astype(np.float32)
    return Vocabulary(shrink=shrink, mean=mean, whiten=whiten, words=words)


def describe(picture: FloatArray, vocabularies: Sequence[Vocabulary]) -> FloatArray:
    """Return the features of one picture, a vector."""
    words = [_word_counts(picture, vocabulary) for vocabulary in vocabularies]
    return np.concatenate([*words, _colour_histogram(picture), _edge_histogram(picture)])


def _patches(picture: FloatArray, shrink: int) -> FloatArray:
    side, stride = SIDE // shrink, STRIDES[shrink]
    small = picture.reshape(side, shrink, side, shrink, 3).mean(axis=(1, 3))
    windows = sliding_window_view(small, (PATCH, PATCH), axis=(0, 1))[::stride, ::stride]
    rows: FloatArray = windows.reshape(-1, 3 * PATCH * PATCH)
    # Brightness is divided out in part: a patch of a dark picture is still the same patch.
    level: FloatArray = rows.mean(axis=1, keepdims=True) + rows.std(axis=1, keepdims=True)
    return rows / (level + np.float32(0.25))


def _word_counts(picture: FloatArray, vocabulary: Vocabulary) -> FloatArray:
    """Code each patch by how much nearer than average each word is; pool by mean and by maximum."""
    points = (_patches(picture, vocabulary.shrink) - vocabulary.mean) @ vocabulary.whiten
    words = vocabulary.words
    squares = (points**2).sum(axis=1)[:, None] + (words**2).sum(axis=1)[None, :]
    distance = np.sqrt(np.maximum(squares - 2 * points @ words.T, 0))
    nearness = np.maximum(distance.mean(axis=1, keepdims=True) - distance, 0)
    return np.concatenate([np.sqrt(nearness.mean(axis=0)), nearness.max(axis=0)])


def _colour_histogram(picture: FloatArray) -> FloatArray:
    """Count colours in 4 x 4 x 4 boxes; the root tames large plain areas."""
    boxes = np.minimum((picture * 4).astype(int), 3) @ np.array([16, 4, 1])
    counts = np.bincount(boxes.ravel(), minlength=64)
    shares: FloatArray = np.sqrt(counts / boxes.size).astype(np.float32)
    return shares


def _edge_histogram(picture: FloatArray) -> FloatArray:
    """Sum gradient strength by direction in 9 bins, over the picture and each of 4 x 4 cells."""
    down, right = np.gradient(picture.mean(axis=2))
    strength = np.hypot(down, right)
    bins = ((np.arctan2(down, right) % np.pi) / np.pi * 9).astype(int) % 9
    layers = np.stack([np.where(bins == number, strength, 0) for number in range(9)])
    cells = layers.reshape(9, 4, SIDE // 4, 4, SIDE // 4).mean(axis=(2, 4))
    both = np.concatenate([cells.ravel(), cells.mean(axis=(1, 2)), cells.max(axis=(1, 2))])
    return np.sqrt(both.astype(np.float32))
