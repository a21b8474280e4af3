"""The digits run: scikit-learn's handwritten digits, images embedded in a Parquet file."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from _make.output import describe_run, fresh_folder, score_columns

CONCEPTS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
N_SPLITS = 5
SIDE = 128
SHADES = 16

FloatArray = npt.NDArray[np.float64]


def make(out: Path) -> pd.DataFrame:
    """Write the run and return its predictions, without the images."""
    folder = fresh_folder(out / "digits")
    drawings, digits = load_digits(return_X_y=True)
    fold, scores = cross_validate(drawings, digits)
    ids = [f"digit-{number:04d}" for number in range(1, len(digits) + 1)]
    table = pd.DataFrame(
        {
            "id": ids,
            "label": [CONCEPTS[digit] for digit in digits],
            "fold": fold,
            "ink": amount_of_ink(drawings),
            "slant": slant(drawings),
            **score_columns(CONCEPTS, scores.astype(np.float32)),
        }
    )
    pictures = [
        {"bytes": enlarge(drawing), "path": f"{name}.png"}
        for name, drawing in zip(ids, drawings, strict=True)
    ]
    write_parquet(folder / "predictions.parquet", table, pictures)
    describe_run(folder, DESCRIPTION)
    return table


def cross_validate(
    drawings: FloatArray, digits: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """Score each image with a model that was trained without its split."""
    fold = np.zeros(len(digits), dtype=np.int64)
    scores = np.zeros((len(digits), len(CONCEPTS)))
    splits = StratifiedKFold(N_SPLITS, shuffle=True, random_state=7).split(drawings, digits)
    for number, (train, test) in enumerate(splits):
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
        model.fit(drawings[train], digits[train])
        scores[test] = model.predict_proba(drawings[test])
        fold[test] = number
    return fold, scores


def enlarge(drawing: FloatArray) -> bytes:
    """Draw 8 x 8 values as dark ink on paper, 128 x 128 pixels in 16 shades, as PNG."""
    ink = Image.fromarray(np.pad(drawing.reshape(8, 8), 1).astype(np.float32))
    smooth = np.asarray(ink.resize((SIDE, SIDE), Image.Resampling.BICUBIC))
    # A steeper slope around the middle gives the stroke an edge again.
    cover = np.clip((smooth / 16 - 0.5) * 1.25 + 0.5, 0, 1)
    image = Image.fromarray(np.rint((SHADES - 1) * cover).astype(np.uint8), mode="P")
    shade = np.linspace(0, 1, SHADES)[:, None]
    paper, dark = np.array([250, 248, 243]), np.array([28, 34, 56])
    image.putpalette(np.rint(paper + (dark - paper) * shade).astype(np.uint8).tobytes())
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True, bits=4)
    return file.getvalue()


def amount_of_ink(drawings: FloatArray) -> list[str]:
    """Sort the images into thirds by how much ink they hold."""
    total = drawings.sum(axis=1)
    third = np.searchsorted(np.quantile(total, [1 / 3, 2 / 3]), total)
    return [("light", "medium", "heavy")[at] for at in third]


def slant(drawings: FloatArray) -> list[str]:
    """Sort the images into thirds by the lean of their strokes, from second moments."""
    ink = drawings.reshape(-1, 8, 8)
    mass = ink.sum(axis=(1, 2))
    rows, columns = np.mgrid[:8, :8]
    row, column = ((ink * grid).sum(axis=(1, 2)) / mass for grid in (rows, columns))
    off_row = rows - row[:, None, None]
    off_column = columns - column[:, None, None]
    # Rows count downwards, so a stroke that leans right has columns falling as rows rise.
    lean = -(ink * off_row * off_column).sum(axis=(1, 2)) / (ink * off_row**2).sum(axis=(1, 2))
    third = np.searchsorted(np.quantile(lean, [1 / 3, 2 / 3]), lean)
    return [("left", "upright", "right")[at] for at in third]


def write_parquet(
    path: Path, table: pd.DataFrame, pictures: Sequence[Mapping[str, object]]
) -> None:
    """Write the table with its images in the form that Hugging Face data sets use."""
    columns = {name: pa.array(table[name].to_numpy()) for name in table.columns}
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    columns = {"id": columns.pop("id"), "image": pa.array(pictures, kind), **columns}
    pq.write_table(pa.table(columns), path, compression="zstd", compression_level=15)


DESCRIPTION = {
    "name": "digits",
    "model": "logistic regression on 8 x 8 pixels",
    "model_version": "1",
    "dataset": "scikit-learn handwritten digits",
    "dataset_version": "UCI test set, 1998",
    "task": "single_label",
    "concepts": list(CONCEPTS),
    "description": (
        "1,797 handwritten digits, scored by a logistic regression, five-fold cross-validated. "
        "The images are enlarged from 8 x 8 to 128 x 128 pixels for viewing; the model saw 8 x 8."
    ),
}
