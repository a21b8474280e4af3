"""Bad inputs: archives, folders and paths."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import evalcore as ec
from evalcore.runs.images import ImageError
from tests.bad_inputs.book import (
    GOOD_CSV,
    GOOD_JSONL,
    BadInput,
    archive,
    folder,
    text,
)

__all__ = ["PLACES"]

_IMAGE = "image,label,score:a\n{},a,.5\n"


def _link_out(run: Path) -> None:
    (run.parent / "secret.csv").write_text(GOOD_CSV)
    (run / "predictions.csv").symlink_to("../secret.csv")


_ARCHIVES = (
    BadInput(
        line="a ZIP bomb",
        level="E",
        write=archive(("run/big", bytes(100 * 2**20))),
        says=("run.zip", "200 times", "Hint"),
    ),
    *(
        BadInput(
            line=f"a ZIP with the path {name}",
            level="E",
            write=archive((name, b"x")),
            says=("run.zip", repr(name), part, "Hint"),
        )
        for name, part in {
            "../evil": "leads out",
            "/etc/evil": "absolute",
            "C:\\evil": "drive",
            "run/a\\b": "backslash",
            "run/PREDICTIONS.csv": "'run/predictions.csv' and 'run/PREDICTIONS.csv'",
        }.items()
    ),
    *(
        BadInput(
            line=f"a ZIP with a {what}",
            level="E",
            write=archive(("run/odd", b"/etc/passwd"), kind=kind),
            says=("run.zip", "'run/odd'", what, "Hint"),
        )
        for what, kind in {
            "link": stat.S_IFLNK,
            "device": stat.S_IFCHR,
            "FIFO": stat.S_IFIFO,
        }.items()
    ),
    BadInput(
        line="an encrypted ZIP",
        level="E",
        write=archive(("run/x", b"x"), flags=1),
        says=("run.zip", "'run/x'", "encrypted", "Hint"),
    ),
    BadInput(
        line="a ZIP packed by a rare method",
        level="E",
        write=archive(("run/x", b"x" * 99), method=zipfile.ZIP_BZIP2),
        says=("run.zip", "method 12", "Hint"),
    ),
)


def _has_no_first_image(run: ec.EvalRun) -> bool:
    """Tell that nothing is read for the first input, whatever its path says."""
    try:
        return run.images is not None and not run.images.read(0)
    except ImageError:
        return True


_PATHS = (
    *(
        BadInput(
            line=f"the image path {name}",
            level="W",
            write=text(_IMAGE.format(name)),
            says=("pets.csv", "not opened", "row 2", part),
            holds=_has_no_first_image,
        )
        for name, part in {
            "../out.jpg": "'../out.jpg'",
            "/etc/passwd": "'/etc/passwd'",
            "C:\\x.jpg": "x.jpg",
            "a/../../x.jpg": "'a/../../x.jpg'",
        }.items()
    ),
    BadInput(
        line="an image that is a FIFO",
        level="E",
        write=folder(
            {"predictions.csv": _IMAGE.format("p.jpg")},
            change=lambda run: os.mkfifo(run / "p.jpg"),
        ),
        says=("predictions.csv", "row 2", "'p.jpg'", "no regular file", "Hint"),
    ),
    BadInput(
        line="predictions.csv is a FIFO",
        level="E",
        write=folder({}, change=lambda run: os.mkfifo(run / "predictions.csv")),
        says=("predictions.csv", "no regular file", "Hint"),
    ),
    BadInput(
        line="predictions.csv is a device",
        level="E",
        write=folder({}, change=lambda run: (run / "predictions.csv").symlink_to("/dev/zero")),
        says=("predictions.csv", "out of the run's folder", "Hint"),
    ),
    BadInput(
        line="predictions.csv is a link that leads out",
        level="E",
        write=folder({}, change=_link_out),
        says=("predictions.csv", "out of the run's folder", "Hint"),
    ),
    BadInput(
        line="predictions.csv is a link to itself",
        level="E",
        write=folder(
            {}, change=lambda run: (run / "predictions.csv").symlink_to("predictions.csv")
        ),
        says=("predictions.csv", "leads nowhere", "Hint"),
    ),
    BadInput(
        line="a folder that links to itself",
        level="kept",
        write=folder({"predictions.csv": GOOD_CSV}, change=lambda run: (run / "x").symlink_to(".")),
    ),
    BadInput(
        line="an empty folder",
        level="E",
        write=folder({}),
        says=("run", "holds no run", "It is empty", "Hint"),
    ),
    BadInput(
        line="a folder with two tables for one run",
        level="E",
        write=folder({"predictions.csv": GOOD_CSV, "predictions.jsonl": GOOD_JSONL}),
        says=("run", "'predictions.csv', 'predictions.jsonl'", "Hint"),
    ),
    BadInput(
        line="a folder with a dense and a sparse run",
        level="E",
        write=folder(
            {
                "predictions.csv": GOOD_CSV,
                "inputs.csv": "id,label\n1,a\n",
                "scores.csv": "id,concept,score\n1,a,.5\n",
            }
        ),
        says=("run", "'predictions.csv'", "'inputs' and 'scores'", "Hint"),
    ),
    BadInput(
        line="nothing at the path",
        level="E",
        write=lambda here: here / "nothing.csv",
        says=("nothing.csv", "no such file"),
    ),
)
PLACES = (*_ARCHIVES, *_PATHS)
