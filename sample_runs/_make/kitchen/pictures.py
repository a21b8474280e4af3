"""Number, draw, photograph and store the pictures; each depends on its number alone."""

import io
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped,unused-ignore]

from _make.kitchen.camera import photograph
from _make.kitchen.canvas import pick
from _make.kitchen.features import STRIDES, Vocabulary, describe, learn_vocabulary, read_picture
from _make.kitchen.scenes import SURFACES, plan_scene

SEED = 2024
N_PICTURES = 1600
N_VOCABULARY = 200
N_FURTHER = 1000
"""Pictures that the second model is trained on besides."""
WORKERS = 2

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is known about a picture from drawing it."""

    file: str
    concepts: tuple[str, ...]
    source: str
    surface: str


def draw_pictures(images: Path) -> list[Picture]:
    """Write the pictures of the run; return what each one shows."""
    with _workers() as pool:
        return list(pool.map(partial(_store, images), range(N_PICTURES), chunksize=25))


def learn_words() -> list[Vocabulary]:
    """Learn vocabularies from pictures outside the run."""
    outside = range(N_PICTURES, N_PICTURES + N_VOCABULARY)
    with _workers() as pool:
        others = list(pool.map(_draw_outside, outside, chunksize=25))
    rng = np.random.default_rng([SEED, 0, 1])
    return [learn_vocabulary(others, shrink=shrink, rng=rng) for shrink in STRIDES]


def read_features(files: Sequence[Path], words: Sequence[Vocabulary]) -> FloatArray:
    """Describe stored pictures by the words of vocabularies."""
    with _workers() as pool:
        return np.stack(list(pool.map(partial(_describe_file, words), files, chunksize=50)))


def draw_further(words: Sequence[Vocabulary]) -> tuple[FloatArray, list[tuple[str, ...]]]:
    """Draw and describe pictures that are stored nowhere, any object on any table."""
    first = N_PICTURES + N_VOCABULARY
    numbers = range(first, first + N_FURTHER)
    with _workers() as pool:
        rows = list(pool.map(partial(_describe_further, words), numbers, chunksize=25))
    return np.stack([features for features, _ in rows]), [concepts for _, concepts in rows]


def _workers() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(WORKERS, initializer=threadpool_limits, initargs=(1,))


def _draw(number: int, *, any_table: bool = False) -> tuple[bytes, Picture]:
    rng = np.random.default_rng([SEED, number])
    scene = plan_scene(rng)
    if any_table:
        scene = replace(scene, surface=pick(rng, SURFACES))
    image, concepts = photograph(scene, rng)
    file = io.BytesIO()
    image.save(file, "WEBP", quality=84, method=4)
    name = f"{number + 1:04d}.webp"
    picture = Picture(file=name, concepts=concepts, source=scene.source, surface=scene.surface)
    return file.getvalue(), picture


def _store(images: Path, number: int) -> Picture:
    data, picture = _draw(number)
    (images / picture.file).write_bytes(data)
    return picture


def _draw_outside(number: int) -> FloatArray:
    return read_picture(io.BytesIO(_draw(number)[0]))


def _describe_further(
    vocabularies: Sequence[Vocabulary], number: int
) -> tuple[FloatArray, tuple[str, ...]]:
    data, picture = _draw(number, any_table=True)
    return describe(read_picture(io.BytesIO(data)), vocabularies), picture.concepts


def _describe_file(vocabularies: Sequence[Vocabulary], file: Path) -> FloatArray:
    return describe(read_picture(file), vocabularies)
