"""A bad run is looked at before its columns get a role: the look says why and never crashes."""

from __future__ import annotations

from pathlib import Path

import pytest

import evalcore as ec
from evalcore.readers.folder.preview import preview
from tests.bad_inputs.book import BadInput
from tests.bad_inputs.formats import FORMATS
from tests.bad_inputs.labels import LABELS
from tests.bad_inputs.places import PLACES
from tests.bad_inputs.scores import SCORES
from tests.bad_inputs.tables import TABLES

EVERY = (*TABLES, *LABELS, *SCORES, *FORMATS, *PLACES)


@pytest.mark.parametrize("entry", EVERY, ids=lambda entry: entry.line)
def test_a_look_at_it_shows_columns_or_says_why(entry: BadInput, tmp_path: Path) -> None:
    path = entry.write(tmp_path)
    try:
        seen = preview(path)
    except ec.RunError as error:
        said = str(error)
        assert said
    else:
        assert all(len(row) == len(seen.columns) for row in seen.rows)
