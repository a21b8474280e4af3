"""Which inputs and concepts of two runs are the same, and what is said of those that are not."""

from __future__ import annotations

import numpy as np

import evalcore as ec
from evalcore.comparison.pairing import pair_concepts, pair_inputs, relabelled
from evalcore.runs.images import EmbeddedImages


def run_of(ids: list[str], labels: list[object] | None = None, **rest: object) -> ec.EvalRun:
    scores = np.linspace(0.1, 0.9, 2 * len(ids)).reshape(-1, 2)
    return ec.EvalRun.from_arrays(
        scores,
        labels or [[0]] * len(ids),
        concepts=["dog", "cat"],
        ids=ids,
        task="multi_label",
        **rest,  # type: ignore[arg-type]
    )


def pictures(*payloads: bytes | None) -> EmbeddedImages:
    return EmbeddedImages(payloads=payloads, names=[""] * len(payloads))


def test_inputs_are_paired_by_their_ids_in_whatever_order() -> None:
    pairing = pair_inputs(run_of(["a", "b", "c"]), run_of(["c", "x", "a"]))

    assert pairing.by == "id"
    assert list(zip(pairing.left, pairing.right, strict=True)) == [(0, 2), (2, 0)]
    assert pairing.only_left.tolist() == [1]
    assert pairing.only_right.tolist() == [1]
    assert not pairing.is_complete


def test_without_a_common_id_the_bytes_of_the_images_decide() -> None:
    left = run_of(["a", "b", "c"], images=pictures(b"one", b"two", None))
    right = run_of(["1", "2", "3"], images=pictures(b"two", None, b"one"))

    pairing = pair_inputs(left, right)

    assert pairing.by == "image"
    assert list(zip(pairing.left, pairing.right, strict=True)) == [(0, 2), (1, 0)]


def test_an_image_that_occurs_twice_is_paired_once() -> None:
    left = run_of(["a", "b"], images=pictures(b"one", b"one"))
    right = run_of(["1", "2"], images=pictures(b"one", b"one"))

    assert pair_inputs(left, right).n_pairs == 1


def test_texts_are_paired_when_nothing_else_is_the_same() -> None:
    left, right = run_of(["a", "b"], texts=["x", "y"]), run_of(["1", "2"], texts=["y", "z"])

    pairing = pair_inputs(left, right)

    assert (pairing.by, pairing.left.tolist(), pairing.right.tolist()) == ("text", [1], [0])


def test_runs_without_anything_in_common_are_not_paired() -> None:
    pairing = pair_inputs(run_of(["a"]), run_of(["b"]))

    assert (pairing.by, pairing.n_pairs) == ("nothing", 0)


def test_inputs_with_another_label_are_listed_and_unknown_is_not_another() -> None:
    known = np.array([[True, True], [True, True], [False, True]])
    left = run_of(["a", "b", "c"], [[0], [0], []], known=known)
    right = run_of(["c", "b", "a"], [[0], [0, 1], [0]])
    pairing = pair_inputs(left, right)

    found = relabelled(left, right, pairing, pair_concepts(left.concepts, right.concepts))

    assert pairing.left[found].tolist() == [1]


def test_names_that_differ_by_case_accents_or_spaces_are_offered_and_not_taken() -> None:
    pairs = pair_concepts(["Dog", "café au lait", "egg"], ["dog", "Cafe-au-lait", "egg", "ape"])

    assert pairs.left == ("egg",)
    assert pairs.offered == (("Dog", "dog"), ("café au lait", "Cafe-au-lait"))
    assert pairs.only_right == ("dog", "Cafe-au-lait", "ape")


def test_what_a_person_matched_is_paired_and_nothing_twice() -> None:
    pairs = pair_concepts(["Dog", "dog"], ["dog", "cat"], matched=[("Dog", "dog"), ("x", "y")])

    assert list(zip(pairs.left, pairs.right, strict=True)) == [("Dog", "dog")]
    assert pairs.only_left == ("dog",)
    assert pairs.only_right == ("cat",)


def test_names_of_signs_alone_are_not_alike() -> None:
    assert pair_concepts(["?"], ["!"]).offered == ()
