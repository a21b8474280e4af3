"""Bad inputs: files of each format."""

from __future__ import annotations

import codecs

import numpy as np
import pyarrow as pa

from tests.bad_inputs.book import (
    GOOD_CSV,
    GOOD_JSONL,
    BadInput,
    Write,
    array_file,
    folder,
    parquet,
    text,
)

__all__ = ["FORMATS"]

_TYPED = {"id": ["a", "b"], "label": ["x", "y"], "score:x": [0.9, 0.1], "score:y": [0.1, 0.9]}
_ARRAYS = {
    "scores": np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]]),
    "labels": np.array(["x", "y", ""]),
    "concepts": np.array(["x", "y"]),
}


def _jsonl(old: str, new: str) -> Write:
    return text(GOOD_JSONL.replace(old, new), name="pets.jsonl")


def _manifest(content: str) -> Write:
    return folder({"predictions.csv": GOOD_CSV, "run.json": content})


def _arrays(**changes: object) -> Write:
    return array_file(**(_ARRAYS | changes))


def _beyond_unicode() -> np.ndarray:
    names = np.array(["x", "y"])
    names.view(np.uint32)[0] = 0x7FFFFFFF
    return names


_DAMAGED = (
    BadInput(
        line="truncated Parquet",
        level="E",
        write=parquet(_TYPED, keep=0.7),
        says=("pets.parquet", "truncated or damaged", "bytes", "Hint"),
    ),
    BadInput(
        line="text named .parquet",
        level="E",
        write=text(GOOD_CSV, name="pets.parquet"),
        says=("pets.parquet", "no Parquet file", "starts with", "Hint"),
    ),
    BadInput(
        line="Parquet with text that is no UTF-8",
        level="E",
        write=parquet(
            _TYPED
            | {"label": pa.StringArray.from_buffers(2, *pa.array([b"\xff", b"y"]).buffers()[1:3])}
        ),
        says=("pets.parquet", "0xff", "Hint"),
    ),
    BadInput(
        line="truncated NPZ",
        level="E",
        write=array_file(keep=0.6, **_ARRAYS),
        says=("pets.npz", "truncated or damaged"),
    ),
    BadInput(
        line="truncated ZIP",
        level="E",
        write=text(b"PK\3\4" + b"\0" * 60, name="run.zip"),
        says=("run.zip", "truncated or damaged", "Hint"),
    ),
    BadInput(
        line="truncated JSONL",
        level="E",
        write=text(GOOD_JSONL[:-20], name="pets.jsonl"),
        says=("pets.jsonl", "row 2", "cut off", "Hint"),
    ),
    BadInput(
        line="an impossible date",
        level="E",
        write=parquet(_TYPED | {"day": pa.array([2**30, 1], pa.date32())}),
        says=("pets.parquet", "'day'", "no calendar", "Hint"),
    ),
)
_JSON = (
    BadInput(
        line="JSON with duplicate keys",
        level="E",
        write=_jsonl('"id": "b"', '"id": "b", "id": "c"'),
        says=("pets.jsonl", "row 2", "'id'", "more than once", "Hint"),
    ),
    BadInput(
        line="JSON with NaN",
        level="E",
        write=_jsonl("0.8", "NaN"),
        says=("pets.jsonl", "row 2", "NaN", "finite number", "Hint"),
    ),
    BadInput(
        line="JSON with Infinity",
        level="E",
        write=_jsonl("0.8", "-Infinity"),
        says=("pets.jsonl", "row 2", "-Infinity", "Hint"),
    ),
    BadInput(
        line="JSON of absurd depth",
        level="E",
        write=_jsonl('"b"', "[" * 100_000),
        says=("pets.jsonl", "row 2", "nested too deeply", "Hint"),
    ),
    BadInput(
        line="JSON with a trailing comma",
        level="E",
        write=_jsonl("0.8}", "0.8,}"),
        says=("pets.jsonl", "row 2", "column", "Hint"),
    ),
    BadInput(
        line="JSON with half a character",
        level="E",
        write=_jsonl('"b"', '"\\ud800"'),
        says=("pets.jsonl", "row 2", "surrogate"),
    ),
    BadInput(
        line="JSONL with BOM and blank lines",
        level="kept",
        write=text(
            codecs.BOM_UTF8 + b"\n" + GOOD_JSONL.replace("\n", "\n\n").encode(), name="a.jsonl"
        ),
        holds=lambda run: run.ids.tolist() == ["a", "b"],
    ),
    BadInput(
        line="JSONL with nested metadata",
        level="kept",
        write=_jsonl('"labels"', '"camera": {"lens": {"mm": [35, 50]}}, "labels"'),
        holds=lambda run: run.n_inputs == 2,
    ),
    BadInput(
        line="one JSON list instead of lines",
        level="F",
        write=text("[" + GOOD_JSONL.replace("}}\n{", "}},{") + "]", name="pets.json"),
        says=("pets.json", "a list of objects was read as a table"),
    ),
    *(
        BadInput(
            line=f"run.json with {what}",
            level="E",
            write=_manifest(content),
            says=("run.json", *parts),
        )
        for what, content, parts in (
            ("a list", "[1]", ["one object", "[1]"]),
            ("duplicate keys", '{"name": "a", "name": "b"}', ["'name'", "more than once", "Hint"]),
            ("NaN", '{"default_threshold": NaN}', ["NaN", "finite number"]),
            ("a number of 1,000 digits", '{"default_threshold": 9%s}' % ("9" * 1000), ["finite"]),
            ("absurd depth", "[" * 100_000, ["nested too deeply"]),
            ("half a character", '{"name": "\\ud800"}', ["'name'", "surrogate", "Hint"]),
            (
                "several values of the wrong kind, all named at once",
                '{"name": 5, "operator": ">>", "concepts": "dog"}',
                ["'name'", "got 5", "'operator'", "'>>'", "'concepts'", "got 'dog'"],
            ),
        )
    ),
    BadInput(
        line="run.json with an unknown key",
        level="W",
        write=_manifest('{"nmae": "x"}'),
        says=("run.json", "'nmae'", "ignored", "Did you mean 'name'?"),
    ),
)
_ARRAY_FILES = (
    BadInput(
        line="NPZ with pickled objects",
        level="E",
        write=_arrays(labels=np.array(["x", None, 3], object)),
        says=("pets.npz", "'labels'", "pickled", "np.savez", "Hint"),
    ),
    BadInput(
        line="arrays of unequal length",
        level="E",
        write=_arrays(labels=np.array(["x", "y"])),
        says=("pets.npz", "(3, 2)", "(2,)", "Hint"),
    ),
    BadInput(
        line="transposed arrays",
        level="E",
        write=_arrays(scores=_ARRAYS["scores"].T),
        says=("pets.npz", "(2, 3)", "(3,)", "transpose"),
    ),
    BadInput(
        line="arrays without rows",
        level="E",
        write=_arrays(scores=np.zeros((0, 2)), labels=np.zeros(0, int)),
        says=("pets.npz", "'scores' has no rows", "Hint"),
    ),
    BadInput(
        line="labels in a column of their own",
        level="F",
        write=_arrays(labels=np.array([[0], [1], [-1]])),
        says=("pets.npz", "(3, 1)", "one label per input"),
        holds=lambda run: run.labels.total.tolist() == [1, 1],
    ),
    BadInput(
        line="the same concept twice in an array",
        level="E",
        write=_arrays(concepts=np.array(["x", "x"])),
        says=("pets.npz", "'x' at positions 0 and 1", "Hint"),
    ),
    BadInput(
        line="the same id twice in an array",
        level="E",
        write=_arrays(ids=np.array(["a", "b", "a"])),
        says=("pets.npz", "1 ids", "'a' at positions 0 and 2", "Hint"),
    ),
    BadInput(
        line="an array of codes that are no characters",
        level="E",
        write=_arrays(concepts=_beyond_unicode()),
        says=("pets.npz", "'concepts'", "0x7fffffff", "Hint"),
    ),
    BadInput(
        line="a table that would decompress to far more than its size says",
        level="E",
        write=array_file(
            compressed=True,
            scores=np.zeros((100_000, 2)),
            labels=np.zeros(100_000, int),
        ),
        limits={"evalcore.readers.npz.arrays.SUSPICIOUS_BYTES": 100_000},
        says=("pets.npz", "'scores' would unpack from", "1,600,000 bytes", "Hint"),
    ),
)
FORMATS = (*_DAMAGED, *_JSON, *_ARRAY_FILES)
