"""Bad inputs: ids and labels."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

import evalcore as ec
from tests.bad_inputs.book import GOOD_CSV, GOOD_JSONL, BadInput, Write, folder, parquet, text

__all__ = ["LABELS", "ODD_NAMES"]

ODD_NAMES = {
    "a name of 300 characters": "l" * 300,
    "a name that runs right to left": "שלום עולם",
    "an emoji": "🐶👩‍🔬",
    "a newline": "one\ntwo",
    "a comma": "a,b",
    "a quote": 'say "dog"',
    "a.b": "a.b",
    "a[0]": "a[0]",
    ":red[x]": ":red[x]",
    "$a$": "$a$",
    "__proto__": "__proto__",
    "HTML": "<img src=x onerror=alert(1)>",
    "a Markdown image": "![a](https://example.invalid/y.png)",
    "a formula": "=cmd|' /C calc'!A0",
}
"""Concept names that are data like any other."""
_INVISIBLE = {
    "bidi override": "evil\u202egnp.exe",
    "zero-width": "do\u200bg",
    "only spaces": "   ",
    "empty": "",
}
_TAKEN = ("id", "image", "label", "fold", "score")


def _two_concepts(name: str) -> Write:
    quoted = name.replace('"', '""')
    return text(f'id,label,"score:{quoted}",score:b\n1,"{quoted}",.9,.1\n2,b,.2,.8\n')


def _sparse(inputs: str, scores: str) -> Write:
    return folder({"inputs.csv": inputs, "scores.csv": scores})


def _unknown(run: ec.EvalRun) -> bool:
    """Tell whether the third input is a negative of nothing."""
    return run.labels.known is not None and not run.labels.known[2].any()


_IDS = "id,label\n1,a\n2,b\n3,a\n"
_PAIRS = "id,concept,score\n{}1,a,.5\n{}2,b,.5\n{}3,a,.4\n"
_BIG = 2**53 + 1

LABELS = (
    BadInput(
        line="duplicate ids",
        level="E",
        write=text(GOOD_CSV + "007,dog,.5,.5\n" * 5),
        says=("pets.csv", "5 ids", "'007' in rows 2 and 4", "and 2 more", "Hint"),
    ),
    BadInput(
        line="007, 12E3 are text, kept to the letter",
        level="kept",
        write=text(GOOD_CSV),
        holds=lambda run: run.ids.tolist() == ["007", "12E3"],
    ),
    BadInput(
        line="integers above 2^53 are kept to the letter",
        level="kept",
        write=parquet(
            {"id": [_BIG, _BIG + 1], "label": ["a", "b"], "score:a": [1, 0], "score:b": [0.5, 1]}
        ),
        holds=lambda run: run.ids.tolist() == [str(_BIG), str(_BIG + 1)],
    ),
    BadInput(
        line="integers with a blank",
        level="E",
        write=parquet({"id": pa.array([_BIG, None]), "label": ["a", "b"], "score:a": [0.1, 0.2]}),
        says=("pets.parquet", "1 id(s) are empty", "row 2", "Hint"),
    ),
    BadInput(
        line="an id 1.50 in JSON is kept to the letter",
        level="kept",
        write=text(GOOD_JSONL.replace('"a"', "1.50"), name="pets.jsonl"),
        holds=lambda run: run.ids.tolist() == ["1.50", "b"],
    ),
    BadInput(
        line="an id that is a list",
        level="E",
        write=text(GOOD_JSONL.replace('"a"', "[1]"), name="pets.jsonl"),
        says=("pets.jsonl", "'id' holds lists", "one text per row", "Hint"),
    ),
    BadInput(
        line="ids of two files that do not match, 1 / 1.0",
        level="E",
        write=_sparse(_IDS, "id,concept,score\n1.0,a,.5\n2.0,b,.5\n3.0,a,.4\n"),
        says=("scores.csv", "3 of 3 ids", "'1.0'", "'1'", "3 would match", "Hint"),
    ),
    BadInput(
        line="ids of two files that do not match, spaces",
        level="E",
        write=_sparse(_IDS, _PAIRS.format(" ", " ", " ")),
        says=("scores.csv", "3 of 3 ids", "' 1'", "would match", "Hint"),
    ),
    BadInput(
        line="ids of two files that do not match, case",
        level="E",
        write=_sparse("id,label\nA,a\nB,b\n", "id,concept,score\na,a,.5\nb,b,.5\n"),
        says=("scores.csv", "2 of 2 ids", "'a'", "'A'", "would match but for case", "Hint"),
    ),
    BadInput(
        line="ids of two files that do not match, Unicode form, half of them",
        level="W",
        write=_sparse("id,label\ncafe\u0301,a\nb,b\n", "id,concept,score\ncafé,a,.5\nb,b,.5\n"),
        says=("scores.csv", "1 of 2 ids", "'café'", "1 would match", "Unicode form"),
    ),
    BadInput(
        line="a few ids that do not match",
        level="W",
        write=_sparse(_IDS, _PAIRS.format("", "", "") + "9,a,.1\n"),
        says=("scores.csv", "1 of 4 ids", "'9'", "left out"),
    ),
    BadInput(
        line="label that is no concept",
        level="W",
        write=text(GOOD_CSV + "3,dgo,.5,.5\n"),
        says=("pets.csv", "1 label(s)", "'dgo' (1 x)", "Did you mean 'dog'?", "unknown"),
        holds=_unknown,
    ),
    BadInput(
        line="label 1.0 where the concept is 1",
        level="F",
        write=text("id,label,score:0,score:1\n1,0,.6,.4\n2,1,.2,.8\n3,1.0,.1,.9\n"),
        says=("'1.0 = 1'",),
        holds=lambda run: run.labels.total.tolist() == [1, 2],
    ),
    *(
        BadInput(
            line=f"a label that is literally {name}",
            level="kept",
            write=_two_concepts(name),
            holds=lambda run: run.labels.total.tolist() == [1, 1],
        )
        for name in ("NA", "None", "null", "nan")
    ),
    BadInput(
        line="unlabelled against labelled-negative: both counted",
        level="kept",
        write=text("id,labels,not_labels,score:a,score:b\n1,a,b,.9,.1\n2,,a|b,.2,.3\n3,b,,.1,.8\n"),
        holds=lambda run: (
            run.labels.known is not None
            and run.labels.known.tolist() == [[True, True], [True, True], [False, True]]
            and run.labels.unlabelled.tolist() == [1]
        ),
    ),
    BadInput(
        line="one image labelled twice, differently",
        level="E",
        write=text("id,image,label,score:a,score:b\n1,x.jpg,a,.5,.5\n2,x.jpg,b,.5,.5\n"),
        says=("pets.csv", "'x.jpg'", "'a' in row 2", "'b' in row 3", "Hint"),
    ),
    BadInput(
        line="concept without positives",
        level="W",
        write=text("id,label,score:a,score:b\n1,a,.9,.1\n2,,.2,.3\n"),
        says=("1 concept(s)", "'b'", "recall and ROC AUC are undefined", "left out of averages"),
    ),
    BadInput(
        line="concept with nothing but positives",
        level="W",
        write=text("id,labels,score:a,score:b\n1,a|b,.9,.1\n2,a,.2,.3\n"),
        says=("1 concept(s)", "'a'", "specificity", "left out of averages"),
    ),
    *(
        BadInput(
            line=f"a concept name that is {what}",
            level="kept",
            write=_two_concepts(name),
            holds=lambda run, name=name: (
                run.concepts == (name, "b") and run.labels.total.tolist() == [1, 1]
            ),
        )
        for what, name in ODD_NAMES.items()
    ),
    *(
        BadInput(
            line=f"a concept name with {what}",
            level="W",
            write=_two_concepts(name),
            says=("invisible characters", ascii(name)),
            holds=lambda run, name=name: run.concepts == (name, "b"),
        )
        for what, name in _INVISIBLE.items()
    ),
    *(
        BadInput(
            line=f"two names equal after {what} folding",
            level="W",
            write=text(f"id,label,score:a,score:{other}\n1,a,.9,.1\n2,{other},.2,.8\n"),
            says=("differ only in", "'a' (1 labelled)", f"{other!r} (1 labelled)"),
        )
        for what, other in {"case": "A", "space": "a ", "Unicode": "\uff41"}.items()
    ),
    *(
        BadInput(
            line=f"a concept called {name} works with the score: prefix",
            level="kept",
            write=_two_concepts(name),
            holds=lambda run, name=name: run.concepts == (name, "b"),
        )
        for name in _TAKEN
    ),
    BadInput(
        line="labels as bytes",
        level="E",
        write=parquet({"id": ["a", "b"], "label": [b"x", b"y"], "score:x": [0.1, 0.2]}),
        says=("pets.parquet", "'label' holds bytes", "texts or lists of texts", "Hint"),
    ),
    BadInput(
        line="labels as nested records",
        level="E",
        write=parquet({"id": ["a"], "labels": [[{"name": "x"}]], "score:x": [0.1]}),
        says=("pets.parquet", "'labels' holds nested values", "Hint"),
    ),
    BadInput(
        line="labels as a list with blanks in it",
        level="kept",
        write=parquet(
            {
                "id": ["a", "b"],
                "labels": pa.array([["x", None], None]),
                "score:x": np.float32([0.9, 0.1]),
                "score:y": np.float32([0.2, 0.3]),
            }
        ),
        holds=lambda run: run.labels.total.tolist() == [1, 0],
    ),
)
