"""Files that can be meant in one way are read in that way, whatever their layout and notation."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import evalcore as ec
from tests.core.readers.cases.facts import MULTI, SINGLE, Facts, counts_of, table, write

N = range(24)


def plain(
    facts: Facts,
    label: Callable[[int], str],
    *,
    column: str = "label",
    heads: Sequence[str] | None = None,
    more: Callable[[int], Sequence[object]] = lambda _: (),
    more_heads: Sequence[str] = (),
    separator: str = ",",
) -> str:
    """Write one row per input."""
    rows = [(facts.ids[k], label(k), *facts.scores[k], *more(k)) for k in N]
    header = ["id", column, *(facts.names if heads is None else heads), *more_heads]
    return table(rows, header, separator=separator)


def one(k: int) -> str:
    return SINGLE.labels(k)[0]


def position(k: int) -> int:
    return SINGLE.names.index(one(k))


def joined(separator: str) -> Callable[[int], str]:
    return lambda k: separator.join(MULTI.labels(k))


def truth(k: int) -> list[int]:
    return [int(has) for has in MULTI.truth[k]]


def single_truth(k: int) -> list[str]:
    return [f"{float(has)}" for has in SINGLE.truth[k]]


def noise(k: int, n: int) -> list[float]:
    return np.round(np.random.default_rng(k).random(n), 3).tolist()


def long(facts: Facts, header: Sequence[str]) -> str:
    rows = [
        (facts.ids[k], name, int(facts.truth[k, j]), facts.scores[k, j])
        for k in N
        for j, name in enumerate(facts.names)
    ]
    return table(rows, header)


PLAIN = {
    "labels in another case": plain(SINGLE, lambda k: one(k).upper()),
    "some labels in another case": plain(SINGLE, lambda k: one(k).title() if k % 3 else one(k)),
    "blanks around labels and heads": plain(
        SINGLE, lambda k: f" {one(k)} ", heads=[f" {name}" for name in SINGLE.names]
    ),
    "score_*": plain(SINGLE, one, heads=[f"score_{name}" for name in SINGLE.names]),
    "*_proba": plain(SINGLE, one, heads=[f"{name}_proba" for name in SINGLE.names]),
    "a sentence around the class": plain(
        SINGLE, one, heads=[f'Scored Probabilities for Class "{name}"' for name in SINGLE.names]
    ),
    "prefix and suffix": plain(
        SINGLE, one, heads=[f"label_{name}_PREDICTION" for name in SINGLE.names]
    ),
    "one-hot truth beside prob_*": plain(
        SINGLE,
        one,
        heads=[f"prob_{name}" for name in SINGLE.names],
        more=single_truth,
        more_heads=SINGLE.names,
    ),
    "predicted one-hot beside prob_*": plain(
        SINGLE,
        one,
        heads=[f"prob_{name}" for name in SINGLE.names],
        more=lambda k: [int(x == max(SINGLE.scores[k])) for x in SINGLE.scores[k]],
        more_heads=SINGLE.names,
    ),
    "logits named as the labels beside prob_*": plain(
        SINGLE,
        one,
        heads=[f"prob_{name}" for name in SINGLE.names],
        more=lambda k: np.round(np.log(SINGLE.scores[k] + 0.01), 3).tolist(),
        more_heads=SINGLE.names,
    ),
    "the name of the class beside its code": table(
        [(SINGLE.ids[k], position(k), one(k), *SINGLE.scores[k]) for k in N],
        ["id", "label", "label_name", *SINGLE.names],
    ),
    "y_true": plain(SINGLE, one, column="y_true"),
    "German numbers": plain(SINGLE, one, separator=";").replace(".", ","),
    "metadata beside the scores": plain(
        SINGLE, one, more=lambda k: (2000 + k, k % 2), more_heads=("year", "is_night")
    ),
    "a column of another model's name": plain(
        SINGLE, one, more=lambda k: (one(k), "v3"), more_heads=("pred", "model")
    ),
    "NFD labels": "",
}
PLAIN["NFD labels"] = plain(
    Facts(is_single=True, names=("grün", "weiß", "öl")),
    lambda k: unicodedata.normalize("NFD", ("grün", "weiß", "öl")[position(k)]),
)


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_single_labels(tmp_path: Path, text: str) -> None:
    run = ec.load_run(write(tmp_path, text))
    assert run.task == "single_label"
    assert [*counts_of(run).values()] == [*SINGLE.counts().values()]


IDS = {
    "1.0 for class 1": plain(SINGLE, lambda k: f"{position(k)}.0", heads=["0", "1", "2"]),
    "01 for class 1": plain(SINGLE, lambda k: f"0{position(k)}", heads=["0", "1", "2"]),
    "p0, p1, p2": plain(SINGLE, lambda k: str(position(k)), heads=["p0", "p1", "p2"]),
    "class_prob_0": plain(
        SINGLE, lambda k: str(position(k)), heads=[f"class_prob_{j}" for j in range(3)]
    ),
    "LABEL_0": plain(SINGLE, lambda k: str(position(k)), heads=[f"LABEL_{j}" for j in range(3)]),
    "features called 0, 1, 2, 3 beside p*": plain(
        SINGLE,
        lambda k: str(position(k)),
        heads=["p0", "p1", "p2"],
        more=lambda k: noise(k, 4),
        more_heads=["0", "1", "2", "3"],
    ),
    "a list of scores in a cell": table(
        [(SINGLE.ids[k], position(k), SINGLE.scores[k].tolist()) for k in N],
        ["id", "label", "probabilities"],
    ),
}


@pytest.mark.parametrize("text", IDS.values(), ids=IDS)
def test_class_ids(tmp_path: Path, text: str) -> None:
    run = ec.load_run(write(tmp_path, text))
    assert run.concepts == ("0", "1", "2")
    assert [*counts_of(run).values()] == [*SINGLE.counts().values()]


SEVERAL = {
    **{f"labels split at {s!r}": plain(MULTI, joined(s)) for s in "|,; /+&"},
    "labels split at a comma and a blank": plain(MULTI, joined(", ")),
    "JSON lists": plain(MULTI, lambda k: json.dumps(MULTI.labels(k))),
    "Python lists": plain(MULTI, lambda k: str(MULTI.labels(k))),
    "what NumPy prints": plain(MULTI, lambda k: str(MULTI.labels(k)).replace(",", "")),
    "Label Studio's choices": plain(MULTI, lambda k: json.dumps({"choices": MULTI.labels(k)})),
    "No Finding": plain(MULTI, lambda k: "|".join(MULTI.labels(k)) or "No Finding"),
    "score:* and a comma": plain(
        MULTI, joined(","), column="labels", heads=[f"score:{name}" for name in MULTI.names]
    ),
    "y_true_*, y_pred_*, y_prob_*": table(
        [
            (f"{MULTI.ids[k]}.jpg", *truth(k), *(int(x > 0.5) for x in s), *s)
            for k, s in enumerate(MULTI.scores)
        ],
        ["image", *(f"{what}_{n}" for what in ("y_true", "y_pred", "y_prob") for n in MULTI.names)],
    ),
    "toxic and toxic_pred": table(
        [(MULTI.ids[k], f"text {k}", *truth(k), *MULTI.scores[k]) for k in N],
        ["id", "comment_text", *MULTI.names, *(f"{name}_pred" for name in MULTI.names)],
    ),
    "gt_* and conf_*": table(
        [(MULTI.ids[k], *truth(k), *MULTI.scores[k]) for k in N],
        ["id", *(f"gt_{name}" for name in MULTI.names), *(f"conf_{n}" for n in MULTI.names)],
    ),
    "*_label and *_score": table(
        [(MULTI.ids[k], *truth(k), *MULTI.scores[k]) for k in N],
        ["id", *(f"{name}_label" for name in MULTI.names), *(f"{n}_score" for n in MULTI.names)],
    ),
    "True and False": table(
        [(MULTI.ids[k], *map(int, truth(k)), *MULTI.scores[k]) for k in N],
        ["id", *(f"true_{name}" for name in MULTI.names), *(f"prob_{n}" for n in MULTI.names)],
    ),
    "long: image_id, class, y_true, y_score": long(
        MULTI, ["image_id", "class", "y_true", "y_score"]
    ),
    "long: id, label, target, prob": long(MULTI, ["id", "class_name", "target", "prob"]),
    "long: filename, category, truth, confidence": long(
        MULTI, ["filename", "category", "truth", "confidence"]
    ),
}


@pytest.mark.parametrize("text", SEVERAL.values(), ids=SEVERAL)
def test_several_labels(tmp_path: Path, text: str) -> None:
    run = ec.load_run(write(tmp_path, text))
    assert run.task == "multi_label"
    assert run.labels.known is None
    assert counts_of(run) == MULTI.counts()


def binary(label: Sequence[str], head: str, *, column: str = "label") -> str:
    rows = [(f"{k}.png", label[int(MULTI.truth[k, 0])], MULTI.scores[k, 0]) for k in N]
    return table(rows, ["filename", column, head])


BINARY = {
    "0/1 and prob": (binary("01", "prob"), "1"),
    "0/1 and score": (binary("01", "score"), "1"),
    "0/1 and score:1": (binary("01", "score:1"), "1"),
    "y_true and y_prob": (binary("01", "y_prob", column="y_true"), "1"),
    "0.0/1.0": (binary(["0.0", "1.0"], "probability"), "1.0"),
    "ok/defect and p_defect": (binary(["ok", "defect"], "p_defect"), "defect"),
    "ok/defect and score": (binary(["ok", "defect"], "score"), "defect"),
    "normal/abnormal": (binary(["normal", "abnormal"], "prob"), "abnormal"),
    "False/True": (binary(["False", "True"], "score"), "True"),
    "dog/cat and p_cat": (binary(["dog", "cat"], "p_cat"), "cat"),
}


@pytest.mark.parametrize(("text", "concept"), BINARY.values(), ids=BINARY)
def test_binary_files(tmp_path: Path, text: str, concept: str) -> None:
    run = ec.load_run(write(tmp_path, text))
    assert run.concepts == (concept,)
    assert run.labels.known is None
    assert counts_of(run)[concept] == MULTI.counts()["scratch"]


@pytest.mark.parametrize("word", ["-1", "-100", "nan", "unknown", "N/A"])
def test_words_for_unknown_leave_the_input_out_and_say_so(tmp_path: Path, word: str) -> None:
    run = ec.load_run(write(tmp_path, plain(SINGLE, lambda k: word if k % 8 == 3 else one(k))))
    assert counts_of(run) == SINGLE.counts(keep=lambda k: k % 8 != 3)
    assert run.report.left_out == [f"3 inputs unknown: they are labelled {word!r}"]


@pytest.mark.parametrize("name", ["text", "image", "id", "fold", "split", "path"])
def test_a_class_may_be_called_like_a_role(tmp_path: Path, name: str) -> None:
    facts = Facts(is_single=True, names=(name, "dent", "rust"))
    rows = [(f"n{k}", facts.labels(k)[0], *facts.scores[k]) for k in N]
    run = ec.load_run(write(tmp_path, table(rows, ["nr", "label", *facts.names])))
    assert run.fold_names == ()
    assert counts_of(run) == facts.counts()


def test_a_class_may_be_called_label(tmp_path: Path) -> None:
    facts = Facts(is_single=True, names=("label", "dent", "rust"))
    rows = [(f"n{k}", facts.labels(k)[0], *facts.scores[k]) for k in N]
    run = ec.load_run(write(tmp_path, table(rows, ["nr", "truth", *facts.names])))
    assert counts_of(run) == facts.counts()


def test_concepts_of_run_json_win_over_roles(tmp_path: Path) -> None:
    facts = Facts(is_single=True, names=("text", "image", "fold"))
    write(tmp_path, plain(facts, lambda k: facts.labels(k)[0]), name="predictions.csv")
    write(tmp_path, json.dumps({"concepts": facts.names}), name="run.json")
    assert counts_of(ec.load_run(tmp_path)) == facts.counts()


@pytest.mark.parametrize("column", ["split", "fold", "subset", "Partition"])
def test_of_train_val_test_only_the_test_part_is_evaluated(tmp_path: Path, column: str) -> None:
    part = ("train", "train", "test", "val")
    text = plain(SINGLE, one, more=lambda k: (part[k % 4],), more_heads=(column,))
    run = ec.load_run(write(tmp_path, text))
    assert (run.n_inputs, run.folds) == (6, None)
    assert counts_of(run) == SINGLE.counts(keep=lambda k: k % 4 == 2)
    assert run.report.left_out == ["only the part 'test' is evaluated, 6 of 24"]


def test_numbered_splits_stay_cross_validation(tmp_path: Path) -> None:
    text = plain(SINGLE, one, more=lambda k: (k % 3,), more_heads=("split",))
    assert ec.load_run(write(tmp_path, text)).fold_names == ("0", "1", "2")


def test_splits_that_differ_by_a_blank_are_one(tmp_path: Path) -> None:
    text = plain(SINGLE, one, more=lambda k: (f"{k % 3}{' ' * (k % 2)}",), more_heads=("fold",))
    assert ec.load_run(write(tmp_path, text)).fold_names == ("0", "1", "2")


def test_a_class_that_never_occurs_stays_a_concept_when_the_scores_sum_to_1(tmp_path: Path) -> None:
    def other(k: int) -> str:
        return "scratch" if one(k) == "rust" else one(k)

    run = ec.load_run(write(tmp_path, plain(SINGLE, other)))
    assert run.concepts == SINGLE.names
    predicted = int((SINGLE.scores[:, 2] > 0.5).sum())
    assert counts_of(run)["rust"] == (0, predicted, 0, 24 - predicted)
    assert "'score:rust'" in " ".join(notice.text for notice in run.report.warnings)


def test_a_class_between_the_others_that_never_occurs_is_a_concept(tmp_path: Path) -> None:
    rows = [(k, "scratch" if k % 2 else "rust", *MULTI.scores[k] * 9 - 4) for k in N]
    run = ec.load_run(write(tmp_path, table(rows, ["id", "label", *MULTI.names])))
    assert run.concepts == MULTI.names


def test_one_prediction_and_its_confidence(tmp_path: Path) -> None:
    best = [int(np.argmax(s)) for s in SINGLE.scores]
    rows = [
        (f"{SINGLE.ids[k]}.jpg", one(k), SINGLE.names[j], SINGLE.scores[k, j])
        for k, j in enumerate(best)
    ]
    run = ec.load_run(write(tmp_path, table(rows, ["image", "label", "prediction", "confidence"])))
    expected = {}
    for j, name in enumerate(SINGLE.names):
        said = [best[k] == j and SINGLE.scores[k, j] > 0.5 for k in N]
        has = [bool(SINGLE.truth[k, j]) for k in N]
        pairs = [*zip(said, has, strict=True)]
        kinds = ((True, True), (True, False), (False, True), (False, False))
        expected[name] = tuple(pairs.count(kind) for kind in kinds)
    assert counts_of(run) == expected


def test_truth_and_scores_in_two_files(tmp_path: Path) -> None:
    scores = table([(MULTI.ids[k], *MULTI.scores[k]) for k in N], ["id", *MULTI.names])
    order = np.random.default_rng(3).permutation(24).tolist()
    labels = table([(MULTI.ids[k], joined("|")(k)) for k in order], ["id", "label"])
    write(tmp_path, scores, name="one/predictions.csv")
    write(tmp_path, labels, name="one/labels.csv")
    write(tmp_path, scores, name="two/scores.csv")
    write(tmp_path, labels, name="two/inputs.csv")
    flags = table([(MULTI.ids[k], *truth(k)) for k in order], ["id", *MULTI.names])
    write(tmp_path, scores, name="three/predictions.csv")
    write(tmp_path, flags, name="three/ground_truth.csv")
    for name in ("one", "two", "three"):
        assert counts_of(ec.load_run(tmp_path / name)) == MULTI.counts(), name


def test_inputs_that_the_truth_does_not_name_are_unknown(tmp_path: Path) -> None:
    scores = table([(SINGLE.ids[k], *SINGLE.scores[k]) for k in N], ["id", *SINGLE.names])
    write(tmp_path, scores, name="predictions.csv")
    labels = table([(SINGLE.ids[k], one(k)) for k in N if k % 6], ["id", "label"])
    write(tmp_path, labels, name="labels.csv")
    run = ec.load_run(tmp_path)
    assert counts_of(run) == SINGLE.counts(keep=lambda k: k % 6 > 0)
    assert "4 of 24 inputs" in " ".join(notice.text for notice in run.report.warnings)


def test_best_k_in_other_words(tmp_path: Path) -> None:
    write(
        tmp_path,
        table([(SINGLE.ids[k], one(k)) for k in N], ["image_id", "label"]),
        name="inputs.csv",
    )
    rows = [(SINGLE.ids[k], n, SINGLE.scores[k, j]) for k in N for j, n in enumerate(SINGLE.names)]
    write(tmp_path, table(rows, ["image_id", "class", "confidence"]), name="scores.csv")
    run = ec.load_run(tmp_path)
    assert counts_of(run) == SINGLE.counts()


def test_lists_of_scores_with_names_in_another_column_and_in_parquet(tmp_path: Path) -> None:
    names = list(SINGLE.names)
    rows = [(SINGLE.ids[k], one(k), SINGLE.scores[k].tolist(), names) for k in N]
    run = ec.load_run(write(tmp_path, table(rows, ["id", "label", "probs", "classes"])))
    assert counts_of(run) == SINGLE.counts()
    columns = pa.table(
        {"id": SINGLE.ids, "label": [one(k) for k in N], "probs": SINGLE.scores.tolist()}
    )
    (tmp_path / "run").mkdir()
    pq.write_table(columns, tmp_path / "run" / "predictions.parquet")
    write(tmp_path, json.dumps({"reading": {"version": 1, "classes": names}}), name="run/run.json")
    assert counts_of(ec.load_run(tmp_path / "run")) == SINGLE.counts()


def test_caret_tables_once_the_truth_is_named(tmp_path: Path) -> None:
    rows = [(one(k), one(k), *SINGLE.scores[k], f"Fold{k % 3}") for k in N]
    write(tmp_path, table(rows, ["pred", "obs", *SINGLE.names, "Resample"]), name="predictions.csv")
    roles = {"obs": "label", "Resample": "fold"}
    write(tmp_path, json.dumps({"reading": {"version": 1, "columns": roles}}), name="run.json")
    run = ec.load_run(tmp_path)
    assert counts_of(run) == SINGLE.counts()
    assert run.fold_names == ("Fold0", "Fold1", "Fold2")


def test_names_with_a_separator_stay_whole_and_so_do_strangers(tmp_path: Path) -> None:
    facts = Facts(is_single=True, names=("Aves|Passer", "Aves|Turdus", "Mammalia|Mus"))
    text = plain(facts, lambda k: "Pisces|Esox" if k == 5 else facts.labels(k)[0])
    run = ec.load_run(write(tmp_path, text))
    assert run.task == "single_label"
    assert counts_of(run) == facts.counts(keep=lambda k: k != 5)
