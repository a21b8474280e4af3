"""Bad inputs: scores."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa

from tests.bad_inputs.book import (
    GOOD_CSV,
    GOOD_JSONL,
    BadInput,
    Write,
    array_file,
    parquet,
    text,
)

__all__ = ["SCORES"]


def _typed(scores: object) -> Write:
    return parquet({"id": ["a", "b"], "label": ["x", ""], "score:x": scores})


def _arrays(scores: np.ndarray) -> Write:
    return array_file(scores=scores, labels=np.array([0, 1]), concepts=np.array(["x", "y"]))


_HALVES = np.array([[0.9, 0.1], [0.3, 0.7]])

SCORES = (
    BadInput(
        line="blank in a dense run",
        level="E",
        write=text(GOOD_CSV + "3,dog,,.5\n4,cat,.5,\n"),
        says=("pets.csv", "2 scores", "row 4", "'score:dog'", "row 5", "the sparse form"),
    ),
    BadInput(
        line="NaN in a dense run",
        level="E",
        write=_typed([float("nan"), 0.5]),
        says=("pets.parquet", "1 score", "row 1", "'score:x'", "nan", "the sparse form"),
    ),
    BadInput(
        line="NaN in arrays",
        level="E",
        write=_arrays(_HALVES * np.nan),
        says=("pets.npz", "4 scores", "scores[0, 0] is nan", "and 1 more", "sparse"),
    ),
    *(
        BadInput(
            line=f"a score of {value}",
            level="E",
            write=text(GOOD_CSV + f"3,dog,.5,{value}\n"),
            says=("pets.csv", "row 4", "'score:cat'", repr(value), "finite number", hint),
        )
        for value, hint in {
            "inf": "clip",
            "-inf": "clip",
            "1e400": "clip",
            "Infinity": "clip",
            "1_000": "Hint",
            "0x10": "Hint",
            "1e": "leave no score empty",
            "1 000": "Hint",
            "½": "Hint",
        }.items()
    ),
    BadInput(
        line="a score of 1e400 in JSON",
        level="E",
        write=text(GOOD_JSONL.replace("0.9", "1e400"), name="pets.jsonl"),
        says=("pets.jsonl", "row 1", "'score:dog'", "1e400", "Hint"),
    ),
    BadInput(
        line="a score of 400 digits in JSON, shortened",
        level="E",
        write=text(GOOD_JSONL.replace("0.9", "9" * 400), name="pets.jsonl"),
        says=("pets.jsonl", "row 1", "999…", "Hint"),
    ),
    BadInput(
        line="spaces around a score, no-break spaces as well",
        level="kept",
        write=text(GOOD_CSV.replace("0.9", " \u00a00.9 ")),
        holds=lambda run: run.scores[0, 0] == 0.9,
    ),
    BadInput(
        line="a score too small for its type is 0",
        level="kept",
        write=text(GOOD_CSV.replace("0.1", "1e-400").replace("0.9", "1")),
        holds=lambda run: run.scores[0, 1] == 0,
    ),
    BadInput(
        line="outside 0..1: looks like logits",
        level="W",
        write=text(GOOD_CSV + "3,dog,-3.5,7\n"),
        says=("from -3.5 to 7", "logits", "The threshold's range follows"),
    ),
    BadInput(
        line="outside 0..1: looks like percent",
        level="W",
        write=text("id,label,score:a,score:b\n1,a,90,10\n2,b,20,80\n"),
        says=("from 10 to 90", "percent"),
    ),
    BadInput(
        line="all equal",
        level="W",
        write=text("id,label,score:a,score:b\n1,a,.5,.5\n2,b,.5,.5\n"),
        says=("2 concept(s)", "'a', 'b'", "same score for every input", "threshold"),
    ),
    BadInput(
        line="only 0 and 1",
        level="W",
        write=text("id,label,score:a,score:b\n1,a,1,0\n2,b,0,1\n"),
        says=("0 or 1", "threshold has no effect"),
    ),
    BadInput(
        line="rows that do not sum to 1 in a single-label run",
        level="W",
        write=text(GOOD_CSV + "3,dog,.9,.6\n4,cat,.1,.1\n"),
        says=("2 of 4 inputs", "sums from 0.200 to 1.500"),
        holds=lambda run: sum("sum to 1" in item.text for item in run.report.warnings) == 1,
    ),
    *(
        BadInput(
            line=f"{dtype} scores keep their precision",
            level="kept",
            write=_arrays(_HALVES.astype(dtype)),
            holds=lambda run, dtype=dtype: (
                run.scores.dtype == dtype and run.scores.tolist() == _HALVES.astype(dtype).tolist()
            ),
        )
        for dtype in ("float16", "float32", "float64")
    ),
    BadInput(
        line="integer scores",
        level="W",
        write=_typed(pa.array([3, 1], pa.int8())),
        says=("from 1 to 3",),
        holds=lambda run: run.scores.tolist() == [[3.0], [1.0]],
    ),
    BadInput(
        line="complex scores",
        level="E",
        write=_arrays(_HALVES.astype(complex)),
        says=("pets.npz", "'scores'", "complex128", "float64", "Hint"),
    ),
    BadInput(
        line="Decimal scores",
        level="E",
        write=_typed([Decimal("0.5"), Decimal("0.1")]),
        says=("pets.parquet", "'score:x'", "decimal128", "real numbers", "Hint"),
    ),
    BadInput(
        line="object scores",
        level="E",
        write=_arrays(_HALVES.astype(object)),
        says=("pets.npz", "'scores'", "pickled Python objects", "Hint"),
    ),
    BadInput(
        line="scores as text in Parquet",
        level="E",
        write=_typed(["0.5", "0.1"]),
        says=("pets.parquet", "'score:x'", "string", "real numbers", "Hint"),
    ),
    BadInput(
        line="scores as text in JSON",
        level="E",
        write=text(GOOD_JSONL.replace("0.9", '"0.9"'), name="pets.jsonl"),
        says=("pets.jsonl", "row 1", "'score:dog'", "'0.9'", "without quotes"),
    ),
    BadInput(
        line="dates as scores",
        level="E",
        write=_typed(pa.array([0, 1], pa.date32())),
        says=("pets.parquet", "'score:x'", "date32", "Hint"),
    ),
)
