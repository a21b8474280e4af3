"""Reading Clarifai evaluations, from messages that Clarifai's own package builds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clarifai_grpc.grpc.api import resources_pb2, service_pb2
from google.protobuf.json_format import MessageToDict

from evalcore.errors import RunError
from evalcore.readers import load_run
from evalcore.readers.clarifai.reader import ClarifaiReader, read_message
from evalcore.runs.run import EvalRun
from tests.support.exports import (
    damage,
    loads_or_refuses,
    memory_ratio,
    mutate,
    scores_of,
    warnings_of,
    write_json,
)

READER = ClarifaiReader()


def concept(name: str, value: float) -> Any:
    return resources_pb2.Concept(id=f"ai_{name}", name=name, value=value)


def entry(
    key: str,
    predicted: dict[str, float],
    truth: dict[str, float],
    *,
    text: str = "",
    url: str = "https://samples.clarifai.com/metro.jpg",
) -> Any:
    data = resources_pb2.Data(image=resources_pb2.Image(url=url))
    if text:
        data = resources_pb2.Data(text=resources_pb2.Text(raw=text))
    data.metadata.update({"store": "north", "shelf": 3})
    return resources_pb2.EvalTestSetEntry(
        input=resources_pb2.Input(id=key, data=data),
        predicted_concepts=[concept(name, value) for name, value in predicted.items()],
        ground_truth_concepts=[concept(name, value) for name, value in truth.items()],
    )


def metrics(entries: list[Any] | None = None, *, version: str = "v7", **rest: Any) -> Any:
    if entries is None:
        entries = [
            entry("007", {"dog": 0.9, "cat": 0.0}, {"dog": 1}),
            entry("7", {"cat": 0.8, "dog": 0.3}, {"cat": 1}),
            entry("x/ 1", {"cat": 0.25, "dog": 0.5}, {}),
        ]
    model = resources_pb2.Model(
        id="pets", model_version=resources_pb2.ModelVersion(id=version), **rest
    )
    return resources_pb2.EvalMetrics(
        id="eval-1",
        model=model,
        summary=resources_pb2.MetricsSummary(macro_avg_roc_auc=0.9),
        confusion_matrix=resources_pb2.ConfusionMatrix(
            concept_ids=["ai_dog", "ai_cat"],
            matrix=[
                resources_pb2.ConfusionMatrixEntry(predicted="ai_dog", actual="ai_dog", value=1)
            ],
        ),
        test_set=entries,
    )


def response(**rest: Any) -> Any:
    return service_pb2.SingleEvalMetricsResponse(eval_metrics=metrics(**rest))


def as_json(message: Any, *, snake: bool = False) -> Any:
    return MessageToDict(message, preserving_proto_field_name=snake)


def load(folder: Path, value: object) -> EvalRun:
    return READER.read(write_json(folder / "evaluation.json", value))


@pytest.mark.parametrize("snake", [False, True])
def test_a_response_in_either_spelling_is_a_run(tmp_path: Path, snake: bool) -> None:  # noqa: FBT001
    path = write_json(tmp_path / "evaluation.json", as_json(response(), snake=snake))
    assert READER.recognises(path)
    run = load_run(path)
    assert run.report.format == "file, Clarifai evaluation (JSON)"
    assert (run.model, run.model_version, run.task) == ("pets", "v7", "multi_label")
    assert run.concepts == ("cat", "dog")
    assert run.ids.tolist() == ["007", "7", "x/ 1"]
    assert run.labels.dense().tolist() == [[False, True], [True, False], [False, False]]
    assert run.labels.known is None
    assert run.metadata["image address"][0] == "https://samples.clarifai.com/metro.jpg"
    assert run.metadata["store"].tolist() == ["north"] * 3
    assert run.images is None


def test_scores_are_float32_as_in_the_message_and_a_left_out_value_is_zero(tmp_path: Path) -> None:
    run = load(tmp_path, as_json(response()))
    assert run.scores.dtype == np.float32
    np.testing.assert_array_equal(run.scores[:, 0], np.array([0.0, 0.8, 0.25], np.float32))
    np.testing.assert_array_equal(run.scores[:, 1], np.array([0.9, 0.3, 0.5], np.float32))


def test_the_message_itself_gives_the_same_run_as_its_json(tmp_path: Path) -> None:
    for message in (response(), metrics()):
        run, other = read_message(message), load(tmp_path, as_json(message))
        assert run.fingerprint == other.fingerprint
        assert {name: list(cells) for name, cells in run.metadata.items()} == {
            name: list(cells) for name, cells in other.metadata.items()
        }
        assert (run.model, run.name) == ("pets", "Clarifai evaluation")


def test_a_model_version_with_metrics_is_read(tmp_path: Path) -> None:
    message = service_pb2.SingleModelVersionResponse(
        model_version=resources_pb2.ModelVersion(id="v9", metrics=metrics(version=""))
    )
    run = load(tmp_path, as_json(message))
    assert (run.n_inputs, run.model_version) == (3, "v9")


def test_pages_are_one_run_as_a_list_a_response_of_several_a_folder_and_messages(
    tmp_path: Path,
) -> None:
    pages = [
        [entry(f"a{k}", {"dog": 0.9, "cat": 0.1}, {"dog": 1}) for k in range(3)],
        [entry(f"b{k}", {"dog": 0.2, "cat": 0.7}, {"cat": 1}) for k in range(2)],
    ]
    responses = [response(entries=page) for page in pages]
    several = service_pb2.MultiEvalMetricsResponse(eval_metrics=[metrics(page) for page in pages])
    folder = tmp_path / "pages"
    for k, page in zip((2, 10), responses, strict=True):
        write_json(folder / f"page{k}.json", as_json(page))
    assert READER.recognises(folder)
    runs = [
        load(tmp_path, [as_json(page) for page in responses]),
        load(tmp_path, as_json(several)),
        load_run(folder),
        read_message(responses),
    ]
    for run in runs:
        assert run.ids.tolist() == ["a0", "a1", "a2", "b0", "b1"]
        assert run.labels.total.tolist() == [2, 3]
    assert runs[2].name == "pages"


def test_top_concepts_alone_make_a_sparse_run(tmp_path: Path) -> None:
    entries = [
        entry("1", {"dog": 0.9}, {"dog": 1}),
        entry("2", {"cat": 0.6}, {"dog": 1}),
        entry("3", {}, {"cat": 1}),
    ]
    run = load(tmp_path, as_json(response(entries=entries)))
    assert scores_of(run, "dog") == [np.float32(0.9), -np.inf, -np.inf]
    assert run.labels.total.tolist() == [1, 2]


def test_ground_truth_with_the_value_zero_is_verified_absent_and_the_rest_unknown(
    tmp_path: Path,
) -> None:
    entries = [
        entry("1", {"dog": 0.9, "cat": 0.1, "cow": 0.1}, {"dog": 1, "cat": 0}),
        entry("2", {"dog": 0.2, "cat": 0.6, "cow": 0.1}, {"cat": 1}),
    ]
    run = load(tmp_path, as_json(response(entries=entries)))
    assert run.concepts == ("cat", "cow", "dog")
    assert run.labels.known is not None
    assert run.labels.known.tolist() == [[True, False, True], [True, False, False]]
    assert "verified absent" in warnings_of(run)


@pytest.mark.parametrize(
    "rest",
    [
        {
            "output_info": resources_pb2.OutputInfo(
                output_config=resources_pb2.OutputConfig(concepts_mutually_exclusive=True)
            )
        },
        {"output_info": {"fields_map": {"concepts": "softmax"}}},
        {"output_info": {"params": {"concepts_mutually_exclusive": True}}},
    ],
)
def test_mutually_exclusive_concepts_make_a_single_label_run(
    tmp_path: Path, rest: dict[str, Any]
) -> None:
    assert load(tmp_path, as_json(response(**rest))).task == "single_label"
    assert read_message(response(**rest)).task == "single_label"
    two = [entry("1", {"dog": 0.9, "cat": 0.2}, {"dog": 1, "cat": 1})]
    run = load(tmp_path, as_json(response(entries=two, **rest)))
    assert run.task == "multi_label"
    assert "item 1 has 'dog', 'cat'" in warnings_of(run)


def test_concepts_are_the_same_by_id_and_told_apart_by_id(tmp_path: Path) -> None:
    value = as_json(response())
    first, second, third = value["evalMetrics"]["testSet"]
    first["groundTruthConcepts"] = [{"id": "ai_dog", "name": "Hund", "value": 1}]
    second["groundTruthConcepts"] = [{"name": "cat", "value": 1}]
    third["predictedConcepts"].append({"id": "other", "name": "dog", "value": 0.1})
    run = load(tmp_path, value)
    assert run.concepts == ("cat", "dog (ai_dog)", "dog (other)")
    assert run.labels.total.tolist() == [1, 1, 0]


def test_the_concepts_that_the_model_lists_come_in_its_order(tmp_path: Path) -> None:
    listed = resources_pb2.Data(concepts=[concept(name, 1) for name in ("zebra", "dog", "cat")])
    entries = [
        entry("1", {"dog": 0.9}, {"zebra": 1}),
        entry("2", {"cat": 0.2, "dog": 0.7}, {"dog": 1}),
    ]
    info = resources_pb2.OutputInfo(data=listed)
    run = load(tmp_path, as_json(response(entries=entries, output_info=info)))
    assert run.concepts == ("zebra", "dog", "cat")
    assert run.labels.total.tolist() == [1, 1, 0]


def test_ids_and_names_are_kept_to_the_letter(tmp_path: Path) -> None:
    value = as_json(response())
    odd = {"id": "a\0b c", "name": " d|og\0", "value": 1}
    value["evalMetrics"]["testSet"][0]["predictedConcepts"].append(odd)
    value["evalMetrics"]["testSet"][0]["groundTruthConcepts"] = [odd]
    run = load(tmp_path, value)
    assert run.concepts == (" d|og\0", "cat", "dog")
    assert run.labels.total.tolist() == [1, 1, 0]


def test_texts_are_shown(tmp_path: Path) -> None:
    entries = [
        entry("1", {"good": 0.9}, {"good": 1}, text="I love it"),
        entry("2", {"good": 0.1}, {}),
    ]
    run = load(tmp_path, as_json(response(entries=entries)))
    assert run.texts is not None
    assert run.texts.tolist() == ["I love it", ""]


def test_a_label_that_was_never_predicted_is_warned_of(tmp_path: Path) -> None:
    entries = [entry("1", {"dog": 0.9}, {"dgo": 1}), entry("2", {"dog": 0.9}, {"dog": 1})]
    run = load(tmp_path, as_json(response(entries=entries)))
    assert "'dgo' (1 x) Did you mean 'dog'?" in warnings_of(run)


def broken(change: Any) -> Any:
    value = as_json(response())
    change(value["evalMetrics"])
    return value


def at(entry_number: int, key: str, value: object) -> Any:
    def change(evaluation: Any) -> None:
        evaluation["testSet"][entry_number][key] = value

    return change


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (lambda e: e.pop("testSet"), ["no test set (testSet)", "test_set"]),
        (lambda e: e.update(testSet=[]), ["no test set"]),
        (at(1, "input", {}), ["item 2 of the test set", "input.id is missing", "Hint"]),
        (at(1, "input", {"id": 5}), ["item 2", "input.id is 5", "a text"]),
        (at(1, "input", {"id": "007"}), ["'007' in items 1 and 2", "Hint"]),
        (at(0, "predictedConcepts", "dog"), ["predictedConcepts is 'dog'", "a list"]),
        (at(0, "predictedConcepts", [{"value": 1}]), ["neither id nor name"]),
        (at(0, "predictedConcepts", [{"id": "a", "value": "0.5"}]), ["value of 'a' is '0.5'"]),
        (at(0, "predictedConcepts", [{"id": "a", "value": 1e39}]), ["1e+39", "finite"]),
        (at(0, "predictedConcepts", [{"id": "a"}, {"id": "a"}]), ["'a' is predicted twice"]),
        (at(0, "groundTruthConcepts", {"id": "a"}), ["groundTruthConcepts is", "a list"]),
        (at(0, "annotation", {"data": {"regions": [{"id": "r"}]}}), ["regions", "classifier"]),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, change: Any, parts: list[str]
) -> None:
    with pytest.raises(RunError) as caught:
        load(tmp_path, broken(change))
    message = str(caught.value)
    assert message.startswith("evaluation.json")
    assert [part for part in parts if part not in message] == [], message


def test_all_entries_with_one_problem_are_counted_together(tmp_path: Path) -> None:
    entries = [entry("", {"dog": 0.5}, {}) for _ in range(9)]
    with pytest.raises(RunError, match=r"9 problem\(s\).*and 6 more"):
        load(tmp_path, as_json(response(entries=entries)))


def test_pages_of_different_evaluations_are_refused(tmp_path: Path) -> None:
    one = response()
    boats = [entry("9", {"boat": 0.5, "car": 0.1}, {"boat": 1})]
    wider = [entry(str(k), {"dog": 0.5, "cat": 0.1, "cow": 0.2}, {"dog": 1}) for k in range(3)]
    cases = [
        (response(version="v8", entries=[entry("9", {"dog": 0.5}, {})]), "model version is 'v7'"),
        (response(entries=boats), "no predicted concept in common"),
        (response(entries=wider), "1 concepts are predicted in one of them only"),
    ]
    for other, says in cases:
        with pytest.raises(RunError, match=says) as caught:
            load(tmp_path, [as_json(one), as_json(other)])
        assert "evaluation 1" in str(caught.value)
        assert "evaluation 2" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"id": "007"', '"id": "007", "id": "8"', "occurs more than once"),
        ("0.25", "NaN", "NaN is no JSON number"),
        ("0.25", "Infinity", "Infinity is no JSON number"),
        ("0.25", "1e999", "too large"),
        ("0.25", "9" * 5000, "5,000 digits"),
        ("0.25", "[" * 100_000, "nested too deeply"),
        ('"evalMetrics"', '"evalMetrics": {}, "evalMetrics"', "more than once"),
        ('"evalMetrics": ', '"evalMetrics" ', "':' has to stand"),
    ],
)
def test_json_that_may_mean_anything_is_refused(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    text = json.dumps(as_json(response()))
    path = tmp_path / "evaluation.json"
    path.write_text(text.replace(old, new))
    with pytest.raises(RunError, match=says) as caught:
        READER.read(path)
    assert "evaluation.json" in str(caught.value)
    assert "row 1" in str(caught.value)


def test_a_truncated_file_says_where_it_ends(tmp_path: Path) -> None:
    text = json.dumps(as_json(response()), indent=1)
    path = tmp_path / "evaluation.json"
    for keep in range(30, len(text) - 1, 37):
        path.write_text(text[:keep])
        with pytest.raises(RunError, match=r"evaluation\.json: not valid JSON at row \d+"):
            READER.read(path)


def test_other_files_are_not_recognised(tmp_path: Path) -> None:
    for name, text in {"a.json": "{}", "b.json": "[1]", "c.csv": "testSet", "d.json": ""}.items():
        (tmp_path / name).write_text(text)
        assert not READER.recognises(tmp_path / name)
    assert not READER.recognises(tmp_path / "nowhere")
    assert not READER.recognises(tmp_path)


def test_something_else_than_a_message_is_refused() -> None:
    for wrong in (5, "x", [], [metrics(), {}]):
        with pytest.raises(RunError, match="Hint"):
            read_message(wrong)
    with pytest.raises(RunError, match="no test set"):
        read_message(resources_pb2.EvalMetrics(id="empty"))


def test_mutated_evaluations_load_or_are_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    value = as_json(response())
    data = json.dumps(value).encode()
    path = tmp_path / "evaluation.json"
    n_loaded = 0
    for _ in range(200):
        n_loaded += loads_or_refuses(READER, write_json(path, mutate(value, rng)))
        path.write_bytes(damage(data, rng))
        loads_or_refuses(READER, path)
    assert 20 < n_loaded < 390


def test_reading_takes_less_than_three_times_the_run(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    names = [f"concept {j}" for j in range(150)]
    entries = [
        {
            "input": {"id": f"input {k}"},
            "predictedConcepts": [
                {"id": name, "name": name, "value": round(float(value), 4)}
                for name, value in zip(names, rng.random(150), strict=True)
            ],
            "groundTruthConcepts": [{"id": names[k % 150], "value": 1}],
        }
        for k in range(1500)
    ]
    path = write_json(tmp_path / "large.json", {"evalMetrics": {"testSet": entries}})
    del entries
    assert memory_ratio(lambda: READER.read(path)) < 3
