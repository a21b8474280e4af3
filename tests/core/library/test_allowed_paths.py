"""Paths: below the roots and nowhere else, and an answer tells nothing about the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalcore.errors import RunError
from evalcore.library.allowed_paths import Roots


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "allowed" / "pets").mkdir(parents=True)
    (tmp_path / "allowed" / "pets" / "predictions.csv").write_text("x")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "there.csv").write_text("x")
    return tmp_path


@pytest.fixture
def roots(place: Path) -> Roots:
    return Roots(folders=[place / "allowed"])


@pytest.mark.parametrize(
    "text", ["pets", " pets ", "./pets", "pets/predictions.csv", "pets/../pets"]
)
def test_a_relative_path_is_looked_for_below_the_roots(
    roots: Roots, place: Path, text: str
) -> None:
    assert roots.find(text).is_relative_to(place / "allowed" / "pets")


def test_a_whole_path_below_a_root_is_found(roots: Roots, place: Path) -> None:
    assert roots.find(str(place / "allowed" / "pets")) == place / "allowed" / "pets"


def test_every_root_is_searched(place: Path) -> None:
    both = Roots(folders=[place / "allowed", place / "secret"])
    assert both.find("there.csv") == place / "secret" / "there.csv"


@pytest.mark.parametrize(
    "text",
    ["../secret/there.csv", "pets/../../secret/there.csv", "/etc/passwd", "{}/secret/there.csv"],
)
def test_a_path_outside_is_refused_and_the_roots_are_named(
    roots: Roots, place: Path, text: str
) -> None:
    with pytest.raises(RunError, match="outside the folders") as refused:
        roots.find(text.format(place))
    assert str(place / "allowed") in str(refused.value)


@pytest.mark.parametrize("name", ["there.csv", "theer.csv", "nothing/at/all.csv"])
def test_the_answer_outside_is_the_same_whether_or_not_something_is_there(
    roots: Roots, place: Path, name: str
) -> None:
    asked = str(place / "secret" / name)
    with pytest.raises(RunError) as refused:
        roots.find(asked)
    elsewhere = str(refused.value).replace(asked, "PATH")
    with pytest.raises(RunError) as other:
        roots.find("/no/such/place")
    assert elsewhere == str(other.value).replace("/no/such/place", "PATH")


def test_a_link_that_leads_out_is_refused(roots: Roots, place: Path) -> None:
    (place / "allowed" / "link").symlink_to(place / "secret")
    with pytest.raises(RunError, match="leads out"):
        roots.find("link/there.csv")
    with pytest.raises(RunError) as missing:
        roots.find("link/theer.csv")
    assert "there.csv" not in str(missing.value), "names of the outside are not offered"


def test_a_link_inside_is_followed(roots: Roots, place: Path) -> None:
    (place / "allowed" / "link").symlink_to(place / "allowed" / "pets")
    assert roots.find("link") == place / "allowed" / "link"


def test_a_misspelt_path_inside_is_said_with_the_nearest(roots: Roots) -> None:
    with pytest.raises(RunError, match=r"no such file or folder\. Did you mean 'pets'"):
        roots.find("pest")


def test_a_single_run_may_lie_anywhere(place: Path) -> None:
    there = place / "secret" / "there.csv"
    roots = Roots(folders=[place / "allowed"], given=[there])
    assert roots.find(str(there)) == there
    with pytest.raises(RunError, match="outside"):
        roots.find(str(place / "secret" / "other.csv"))


@pytest.mark.parametrize("text", ["", "  ", "a\0b", "x" * 5_000, "\udcff"])
def test_odd_texts_are_no_paths(roots: Roots, text: str) -> None:
    with pytest.raises(RunError):
        roots.find(text)
