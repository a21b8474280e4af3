"""Properties of images and texts, duplicates, and what is seen without any test."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

import evalcore as ec
from evalcore.diagnosis.amounts import (
    image_findings,
    labelled_needed,
    never_predicted,
    on_threshold,
    open_set,
    too_few,
)
from evalcore.diagnosis.duplicates import alike, duplicate_findings
from evalcore.diagnosis.image_numbers import image_numbers
from evalcore.diagnosis.properties import (
    folder_of,
    keep,
    kept,
    place_of,
    properties_of,
    text_numbers,
)
from evalcore.diagnosis.score_findings import far_from_goal, not_probabilities
from evalcore.measures.intervals import wilson
from evalcore.runs.images import EmbeddedImages, FileImages


def picture(seed: int, *, size: int = 96) -> Image.Image:
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 255, (6, 6, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((size, size), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def run_of(
    payloads: list[bytes | None], labels: list[list[int]], folds: list[str] | None = None
) -> ec.EvalRun:
    n = len(payloads)
    return ec.EvalRun.from_arrays(
        np.full((n, 2), 0.4),
        labels,
        task="multi_label",
        concepts=["dog", "cat"],
        images=EmbeddedImages(payloads=payloads, names=[f"{k}.png" for k in range(n)]),
        folds=folds,
    )


def test_a_blurred_image_is_less_sharp_and_a_dark_one_less_bright() -> None:
    image = picture(1)
    plain = image_numbers(image)
    blurred = image_numbers(image.filter(ImageFilter.GaussianBlur(3)))
    dark = image_numbers(image.point([value // 4 for value in range(256)] * 3))

    assert blurred["sharpness"] < plain["sharpness"]
    assert dark["brightness"] == pytest.approx(float(plain["brightness"]) / 4, abs=0.01)
    assert dark["contrast"] < plain["contrast"]
    assert (plain["width"], plain["height"], plain["aspect"]) == (96, 96, 1)


def test_sharpness_is_the_variance_of_the_laplacian() -> None:
    grey = np.random.default_rng(3).integers(0, 255, (30, 40), dtype=np.uint8)
    expected = [
        float(grey[i - 1, j]) + grey[i + 1, j] + grey[i, j - 1] + grey[i, j + 1] - 4.0 * grey[i, j]
        for i in range(1, 29)
        for j in range(1, 39)
    ]

    found = image_numbers(Image.fromarray(grey))

    assert found["sharpness"] == pytest.approx(np.var(expected), rel=1e-4)
    assert found["brightness"] == pytest.approx(grey.mean() / 255, abs=1e-4)
    assert found["hue"] == "grey"


@pytest.mark.parametrize(
    ("colour", "hue"),
    [((200, 10, 10), "red"), ((10, 200, 10), "green"), ((20, 20, 220), "blue"),
     ((200, 200, 20), "yellow"), ((120, 122, 121), "grey")],
)  # fmt: skip
def test_a_hue_has_a_name(colour: tuple[int, int, int], hue: str) -> None:
    assert image_numbers(Image.new("RGB", (20, 20), colour))["hue"] == hue


def test_properties_of_texts() -> None:
    found = text_numbers("ПРИВЕТ 12")

    assert found["length"] == 9
    assert found["digits"] == pytest.approx(2 / 9)
    assert found["capitals"] == 1.0
    assert found["script"] == "CYRILLIC"
    assert text_numbers("")["script"] == "none"


def test_images_that_cannot_be_read_are_listed_and_do_not_stop_the_rest() -> None:
    run = run_of([encoded(picture(1)), None, b"no image", encoded(picture(2))], [[0]] * 4)

    properties = properties_of(run)
    found = {finding.subject: finding for finding in image_findings(run, properties)}

    assert found["unreadable"].inputs.tolist() == [1, 2]
    assert found["small"].inputs.tolist() == [0, 3]
    assert np.isnan(properties.values["width"].astype(float)).tolist() == [False, True, True, False]
    assert properties.values["file type"].tolist() == ["PNG", "", "", "PNG"]


def test_texts_have_properties_as_well() -> None:
    run = ec.EvalRun.from_arrays([[0.1], [0.2]], [[0], []], texts=["Ab", "Ab"])

    properties = properties_of(run)

    assert properties.values["length"].tolist() == [2, 2]
    assert [group.tolist() for group in alike(properties.digests, properties.hashes)] == [[0, 1]]


def test_the_same_and_nearly_the_same_images_are_found_and_others_are_not() -> None:
    near = picture(1).resize((80, 80))
    payloads = [encoded(picture(k)) for k in range(1, 30)]
    payloads += [payloads[4], encoded(near, "JPEG")]
    labels = [[0]] * 29 + [[1], [0]]
    run = run_of(payloads, labels, folds=["a"] * 30 + ["b"])
    properties = properties_of(run)

    groups = alike(properties.digests, properties.hashes)
    found = {finding.kind: finding for finding in duplicate_findings(run, groups)}

    assert [group.tolist() for group in groups] == [[0, 30], [4, 29]]
    assert found["duplicates"].inputs.tolist() == [4, 29]
    assert found["leak"].inputs.tolist() == [0, 30]


def evaluation_of(
    scores: np.ndarray, labels: list[list[int]], *, known: np.ndarray | None = None
) -> ec.Evaluation:
    return ec.Evaluation(
        ec.EvalRun.from_arrays(
            scores, labels, concepts=["dog", "cat"], task="multi_label", known=known
        )
    )


def test_how_many_inputs_are_needed_is_the_least_number_that_will_do() -> None:
    for rate in (0.5, 0.9, 0.97):
        n = labelled_needed(rate)
        widths = [
            float((wilson([rate * k], [k]).high - wilson([rate * k], [k]).low)[0]) / 2
            for k in (n - 1, n)
        ]
        assert widths[1] <= 0.05 < widths[0]


def test_what_is_seen_is_counted_by_the_core() -> None:
    scores = np.column_stack([np.repeat([0.9, 0.5, 0.1], 20), np.full(60, 0.2)])
    labels = [[0, 1] if k < 30 else [1] for k in range(60)]
    evaluation, rule = evaluation_of(scores, labels), ec.Rule(0.5)

    (few,) = too_few(evaluation, rule)
    unseen = open_set(evaluation)
    (never,) = never_predicted(evaluation, rule)
    (ties,) = on_threshold(evaluation, rule)

    assert few.concepts == ("dog",)
    assert few.inputs.size == 30
    assert few.mistakes == 10
    assert [finding.concepts for finding in unseen] == [(), ("cat",)]
    assert never.concepts == ("cat",)
    assert never.inputs.size == 60
    assert ties.inputs.tolist() == list(range(20, 40))


def test_honest_scores_are_probabilities_and_stretched_ones_are_not() -> None:
    rng = np.random.default_rng(5)
    chances = rng.random((4_000, 2))
    labelled = rng.random(chances.shape) < chances
    scores = np.column_stack([chances[:, 0], np.sqrt(chances[:, 1])])
    run = ec.EvalRun.from_arrays(scores, labelled, task="multi_label")

    found, n_tests = not_probabilities(ec.Evaluation(run), skilled=np.ones(2, dtype=bool), rng=rng)

    assert n_tests == 2
    assert found[0].p_value > 0.01
    assert found[1].p_value < 1e-6
    assert found[1].low < found[1].number < found[1].high


def test_a_threshold_far_from_the_best_is_found_and_a_good_one_is_not() -> None:
    rng = np.random.default_rng(5)
    labelled = rng.random((600, 2)) < 0.4
    scores = np.clip(0.3 * labelled + rng.random((600, 2)) * 0.4, 0, 1)
    evaluation = ec.Evaluation(
        ec.EvalRun.from_arrays(scores, labelled, concepts=["dog", "cat"], task="multi_label")
    )

    found = far_from_goal(evaluation, ec.Rule({"dog": 0.65, "cat": 0.35}))

    assert [finding.concepts for finding in found] == [("dog",)]
    assert found[0].mistakes > 50


def test_an_image_that_is_decoded_smaller_keeps_its_own_size() -> None:
    large = encoded(picture(1, size=1200), "JPEG")
    found = properties_of(run_of([large], [[0]]))

    assert (found.values["width"].tolist(), found.values["height"].tolist()) == ([1200.0], [1200.0])


def test_what_was_measured_is_kept_until_an_image_changes(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    for k in range(3):
        (folder / f"{k}.png").write_bytes(encoded(picture(k)))
    (folder / "3.png").write_bytes(b"no image")
    images = FileImages(root=folder, paths=[f"{k}.png" for k in range(4)])
    run = ec.EvalRun.from_arrays([[0.5]] * 4, [[0], [], [0], []], concepts=["a"], images=images)
    place, measured = place_of(run, tmp_path / "cache"), properties_of(run)
    assert kept(place, n_inputs=4) is None
    assert not folder_of(run, tmp_path / "cache").exists()

    keep(measured, place)
    assert folder_of(run, tmp_path / "cache").is_dir()
    found = kept(place, n_inputs=4)
    assert found is not None
    assert (found.hashes, found.unreadable) == (measured.hashes, measured.unreadable)
    assert found.digests.tolist() == measured.digests.tolist()
    assert set(found.values) == set(measured.values)
    for name, values in measured.values.items():
        np.testing.assert_array_equal(found.values[name], values)
    part = found.take(np.array([3, 0]))
    assert (part.unreadable, part.hashes[1]) == ({0: found.unreadable[3]}, found.hashes[0])

    (folder / "0.png").write_bytes(encoded(picture(9)))
    assert place_of(run, tmp_path / "cache") != place
    place.write_bytes(place.read_bytes()[:200])
    assert kept(place, n_inputs=4) is None
