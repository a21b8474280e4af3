"""Random runs: each number and sentence of Compare, Improve, Ground truth and Report, by loops.

As in ``test_every_number_and_sentence``, with no code of the product between counts and texts.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from math import floor
from pathlib import Path

import numpy as np
import pytest

import evalcore as ec
from evalcore.comparison.differences import compare_metric
from evalcore.comparison.pairing import pair_concepts, pair_inputs, relabelled
from evalcore.comparison.sides import Side, compare
from evalcore.comparison.words import paired_in_words, result_in_words
from evalcore.decisions.digests import digest_of_inputs
from evalcore.diagnosis.diagnose import Diagnosis, diagnose
from evalcore.diagnosis.finding import Finding
from evalcore.diagnosis.words import grades_in_words
from evalcore.reports import Against, Contents, to_report
from evalcore.store import Store
from evalcore.truth import entries
from evalcore.truth.log import stream_of
from evalcore.truth.suspicion import suspicion
from evalcore.truth.votes import Answer, Pair
from pages._ui.compare.compared import Compared
from pages._ui.compare.differences import difference_table
from pages._ui.session.answer_key import AnswerKey
from pages._ui.session.view import Link
from tests.pages.conftest import Library
from tests.support.cases import Case, random_case, random_rule
from tests.support.counted import Counted, Share, plain_of, share, tells, written
from tests.support.report_page import ReportPage
from tests.support.visitor import Visitor

SEEDS = range(12)
WRONG_NUMBER = re.compile(
    r"(?<![\w,.])1 (?:(?!is\b|has\b)\w+s\b|\w+ (?:are|have|lie)\b)"
    r"|(?<![\w,.])(?!1\b)[\d,]+ (?:input|label)\b"
)
"""One with a plural, or several with a singular."""


# ------------------------------------------------------------------------------------------ Compare


def versions(seed: int) -> tuple[Case, Case, ec.Rule]:
    """Two runs on the same inputs: other scores, and now and then another label."""
    rng = np.random.default_rng(seed)
    left = random_case(rng, n_folds=0, unknown=bool(seed % 2))
    shape = {"n_inputs": left.n_inputs, "n_concepts": left.n_concepts}
    right = random_case(rng, **shape, task=left.task, n_folds=0, unknown=bool(seed % 2))
    if rng.random() < 0.5:
        right = replace(right, labelled=left.labelled, known=left.known)
    return left, right, random_rule(rng, left.concepts)


def fate_of(cases: tuple[Case, Case], rule: ec.Rule, i: int, j: int) -> str:
    if not all(case.known[i, j] for case in cases):
        return "unknown"
    first, second = ((j in case.predicted(rule)[i]) == case.labelled[i, j] for case in cases)
    return {(0, 1): "mended", (1, 0): "broken", (0, 0): "both wrong", (1, 1): "both right"}[
        int(first), int(second)
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_compare_page_and_its_chapter(seed: int) -> None:
    *cases, rule = versions(seed)
    pair: tuple[Case, Case] = (cases[0], cases[1])
    left, right = pair
    concepts = pair_concepts(left.concepts, right.concepts)
    pairing = pair_inputs(left.run, right.run)
    comparison = compare(
        *(Side(evaluation=case.evaluation, rule=rule) for case in pair),
        pairing=pairing,
        concepts=concepts,
    )
    n_other = relabelled(left.run, right.run, pairing, concepts).size
    rng = np.random.default_rng(seed)
    metric = ("recall", "precision", "f1")[seed % 3]
    values = compare_metric(comparison, metric, rng=rng, n_draws=200)
    found = Compared(
        comparison=comparison,
        matched=None,
        n_relabelled=n_other,
        right=right.evaluation,
        carried=None,
        key=AnswerKey.of("compared", left.run),
    )
    view = Link(rule=rule).complete(left.run)
    table = difference_table(found, values, view)
    names = [column["name"] for column in table["columns"]]
    report = ReportPage(
        to_report(
            Contents(
                evaluation=left.evaluation,
                rule=rule,
                chapters=frozenset({"comparison"}),
                against=Against(
                    name="r", comparison=comparison, differences=(values,), n_relabelled=n_other
                ),
            )
        )
    )
    told = [row for row in report.rows["comparison"] if row[0] in left.concepts]
    n_told = 0
    for j, row in enumerate(table["rows"]):
        cells = dict(zip(names, row, strict=True))
        sides = [getattr(Counted(case, rule, j), metric) for case in pair]
        for name, value in zip(("left", "right"), sides, strict=True):
            assert cells[name] == (None if value is None else float(value))
        assert told[j][3:5] == [written(value) for value in sides]
        gap = None if None in sides else sides[1] - sides[0]
        for text in (str(cells["right − left"]), told[j][5]):
            assert_change(text, sides)
        n_told += cells["by chance?"] != "–"
        verdict = str(cells["by chance?"])
        if verdict.startswith("no"):
            assert gap is not None
            assert verdict == ("no, better" if gap > 0 else "no, worse")
        fates = [fate_of(pair, rule, i, j) for i in range(left.n_inputs)]
        expected = [fates.count(fate) for fate in ("mended", "broken", "both wrong")]
        assert [cells[fate] for fate in ("mended", "broken", "both wrong")] == expected
        assert told[j + left.n_concepts][1:] == [f"{n:,}" for n in expected]
    n = [sum(row[-1] == word for row in told[: left.n_concepts]) for word in
         ("no, better", "no, worse")]  # fmt: skip
    sentence = plain_of(result_in_words(values))
    assert f"{sum(n)} of {n_told} concept" in sentence
    assert f"{n[0]} better on the right, {n[1]} worse" in sentence
    other = sum(
        any(
            left.known[i, j] and right.known[i, j] and left.labelled[i, j] != right.labelled[i, j]
            for j in range(left.n_concepts)
        )
        for i in range(left.n_inputs)
    )
    said = plain_of(paired_in_words(comparison, n_relabelled=n_other))
    assert said.startswith(f"{left.n_inputs} input")
    assert (f" {other} input" in said.partition("compared.")[2]) == (other > 0)
    assert not WRONG_NUMBER.search(said + sentence), said + sentence


def assert_change(text: str, sides: Sequence[Share]) -> None:
    """A change is that between the numbers beside it, as these are shown."""
    before, now = sides
    if before is None or now is None:
        assert text == "–"
        return
    gap = now - before
    assert text[0] == {True: "+", False: "−"}[gap > 0] if gap else text == "±0"
    shown = [Fraction(floor(1_000 * value + Fraction(1, 2)), 1_000) for value in (before, now)]
    if shown[0] != shown[1]:
        assert Fraction(text[1:]) == abs(shown[1] - shown[0])
    elif gap:
        assert tells(text[1:], abs(gap))


# ------------------------------------------------------------------------------------------ Improve


def telling_case(rng: np.random.Generator) -> tuple[Case, dict[str, np.ndarray]]:
    """A run with skill: two look-alikes, a cue in the metadata, and one rare concept."""
    n, m = int(rng.integers(150, 400)), int(rng.integers(3, 6))
    labelled = rng.random((n, m)) < rng.choice([0.06, 0.15, 0.3], m)
    place = rng.choice(["home", "park", "street"], n)
    scores = 0.25 + 0.35 * labelled + rng.normal(0, 0.14, (n, m))
    scores[:, 1] += 0.25 * (labelled[:, 0] & ~labelled[:, 1])  # looks like the first
    scores[:, 2] += np.where(place == "park", 0.22, -0.12)
    case = Case(
        scores=np.clip(scores, 0, 1).round(int(rng.integers(1, 3))),
        labelled=labelled,
        known=np.ones((n, m), dtype=bool),
        task="multi_label",
        names=tuple(f"c{j}" for j in range(m)),
    )
    return case, {"place": place}


@cache
def diagnosed(seed: int) -> tuple[Case, np.ndarray, ec.Rule, Diagnosis]:
    rng = np.random.default_rng(seed)
    case, columns = telling_case(rng)
    run = ec.EvalRun.from_arrays(
        case.scores,
        case.labelled,
        concepts=case.names,
        metadata={k: v.tolist() for k, v in columns.items()},
    )
    rule = ec.Rule(float(rng.choice([0.4, 0.5, 0.6])), operator=str(rng.choice([">", ">="])))
    found = diagnose(ec.Evaluation(run), rule, rng=rng, suspicion=suspicion(run))
    return case, columns["place"], rule, found


def percent_tells(text: str, value: Fraction) -> bool:
    return tells(text.removesuffix(" %"), 100 * value)


class Sentences:
    """What each kind of finding says of its numbers, held against loops over the case."""

    def __init__(self, case: Case, place: np.ndarray, rule: ec.Rule, skilled: list[bool]) -> None:
        self.case, self.place, self.rule, self.skilled = case, place, rule, skilled
        self.predicted = case.predicted(rule)
        self.names = list(case.concepts)

    def pairs(self, outcome: str, j: int) -> list[int]:
        return self.case.outcomes(self.rule)[j, outcome]

    def mistakes_per_input(self, inputs: list[int]) -> Fraction:
        wrong = sum(
            (j in self.predicted[i]) != self.case.labelled[i, j]
            for i in inputs
            for j in range(self.case.n_concepts)
            if self.skilled[j]
        )
        return Fraction(wrong, len(inputs))

    def slice(self, one: Finding, text: str) -> None:
        match = re.fullmatch(
            r'The model is worse where place is "(\w+)": (.+) mistakes per input, (.+) elsewhere\.',
            text,
        )
        assert match, text
        here = [i for i in range(self.case.n_inputs) if self.place[i] == match[1]]
        rest = [i for i in range(self.case.n_inputs) if self.place[i] != match[1]]
        inside, outside = self.mistakes_per_input(here), self.mistakes_per_input(rest)
        assert tells(match[2], inside)
        assert tells(match[3], outside)
        assert sorted(one.inputs.tolist()) == here
        n = int(re.search(r"About (\d+) mistake", one.gain)[1])  # type: ignore[index]
        assert abs(n - len(here) * (inside - outside)) <= Fraction(1, 2)

    def concept_slice(self, one: Finding, text: str) -> None:
        match = re.fullmatch(
            r'"(\w+)" is (predicted wrongly|missed) on (.+ %) of the inputs with(?:out)? it where '
            r'place is "(\w+)", (.+ %) elsewhere\.',
            text,
        )
        assert match, text
        j, labels = self.names.index(match[1]), match[2] == "missed"
        wrong = set(self.pairs("FN" if labels else "FP", j))
        for said, is_here in ((match[3], True), (match[5], False)):
            group = [
                i
                for i in range(self.case.n_inputs)
                if (self.place[i] == match[4]) == is_here and self.case.labelled[i, j] == labels
            ]
            assert percent_tells(said, Fraction(len(wrong & set(group)), len(group)))
        assert set(one.inputs.tolist()) == {i for i in wrong if self.place[i] == match[4]}

    def cue(self, one: Finding, text: str) -> None:
        match = re.fullmatch(
            r'"(\w+)" goes by a cue: place is "(\w+)"\. Of its (\d+) false positives?, (\d+) are '
            r"there; it finds (\d+) of (\d+) there and (\d+) of (\d+) elsewhere\.",
            text,
        )
        assert match, text
        j = self.names.index(match[1])
        wrong, hit, missed = (self.pairs(code, j) for code in ("FP", "TP", "FN"))

        def there(members: list[int]) -> int:
            return sum(self.place[i] == match[2] for i in members)

        expected = [len(wrong), there(wrong), there(hit), there(hit) + there(missed)]
        expected += [len(hit) - there(hit)]
        expected += [len(hit) + len(missed) - there(hit) - there(missed)]
        assert [int(match[k]) for k in range(3, 9)] == expected
        assert f"{len(missed) - there(missed)} missed input" in one.gain

    def confused(self, one: Finding, text: str) -> None:
        match = re.fullmatch(
            r'"(\w+)" and "(\w+)" are taken for one another: of the (\d+) false positives? of '
            r'"\w+", (\d+) are labelled "\w+"; of the (\d+) false positives? of "\w+", (\d+) are '
            r'labelled "\w+"\.',
            text,
        )
        assert match, text
        i, j = (self.names.index(match[k]) for k in (1, 2))
        carried = [[n for n in self.pairs("FP", b) if self.case.labelled[n, a]]
                   for a, b in ((i, j), (j, i))]  # fmt: skip
        expected = [len(self.pairs("FP", j)), len(carried[0]), len(self.pairs("FP", i)),
                    len(carried[1])]  # fmt: skip
        assert [int(match[k]) for k in range(3, 7)] == expected
        assert one.inputs.tolist() == sorted({*carried[0], *carried[1]})

    def companion(self, one: Finding, text: str) -> None:
        j, i = (self.names.index(name) for name in one.concepts[:2])
        for pattern, code, labelled, carried in (
            (r"it is predicted on (.+? %) of the inputs labelled \S+, on (.+? %) of", "FP", 0, 1),
            (r"it is missed on (.+? %) of its inputs without \S+, on (.+? %) of", "FN", 1, 0),
        ):
            match = re.search(pattern, text)
            for said, has in ((match[1], carried), (match[2], 1 - carried)) if match else ():
                group = [
                    n
                    for n in range(self.case.n_inputs)
                    if self.case.labelled[n, j] == labelled and self.case.labelled[n, i] == has
                ]
                hits = set(self.pairs(code, j)) & set(group)
                assert percent_tells(said, Fraction(len(hits), len(group)))

    def too_few(self, one: Finding, text: str) -> None:
        (name,) = one.concepts
        counted = Counted(self.case, self.rule, self.names.index(name))
        n = counted.tp + counted.fn
        assert text.startswith(f'"{name}" is labelled on {n} input')
        ends = re.search(r"between (.+) % and (.+) %", text)
        assert ends is not None
        assert counted.recall is not None
        assert float(ends[1]) / 100 - 0.005 <= counted.recall <= float(ends[2]) / 100 + 0.005
        more = re.search(r"about (\S+) more input", one.action)
        needed = re.search(r"With (\S+) its recall", one.gain)
        assert more is not None
        assert needed is not None
        assert int(more[1]) == int(needed[1]) - n > 0
        assert one.inputs.size == n

    def never_predicted(self, one: Finding, text: str) -> None:
        counted = Counted(self.case, self.rule, self.names.index(one.concepts[0]))
        assert (counted.tp, counted.fp) == (0, 0)
        assert f"labelled on {counted.fn} input" in text
        assert f"{counted.fn} missed input" in one.gain

    def on_threshold(self, one: Finding, text: str) -> None:
        j = self.names.index(one.concepts[0])
        on = [i for i in range(self.case.n_inputs)
              if self.case.scores[i, j] == self.rule.threshold]  # fmt: skip
        assert text.startswith(f"{len(on)} inputs lie exactly on the threshold")
        assert sorted(one.inputs.tolist()) == on

    def open_set(self, one: Finding, text: str) -> None:
        unlabelled = [i for i in range(self.case.n_inputs) if not self.case.labelled[i].any()]
        assert one.concepts or not unlabelled
        assert "cannot be judged" in text

    def far_from_goal(self, one: Finding, text: str) -> None:
        match = re.search(r"best: (.+) now, (.+) on inputs left out", text)
        assert match is not None
        assert tells(match[1], Counted(self.case, self.rule, self.names.index(one.concepts[0])).f1)
        assert match[2] in one.gain

    def not_probabilities(self, one: Finding, text: str) -> None:
        match = re.search(r'of "(\w+)" are no .* mean is (.+), and (.+ %) of the inputs', text)
        assert match is not None
        j = self.names.index(match[1])
        mean = sum(map(Fraction, self.case.scores[:, j].tolist())) / self.case.n_inputs
        assert tells(match[2], mean)
        assert percent_tells(match[3], share(int(self.case.labelled[:, j].sum()),
                                             self.case.n_inputs) or Fraction())  # fmt: skip
        assert set(re.findall(r'"(\w+)"', text)) == set(one.concepts)

    def label_errors(self, one: Finding, text: str) -> None:
        assert text.split(" label", maxsplit=1)[0] == str(int(one.number))
        now = [Counted(self.case, self.rule, j) for j in range(self.case.n_concepts)]
        tp, fp, fn = (sum(getattr(c, code) for c in now) for code in ("tp", "fp", "fn"))
        match = re.search(r"precision \S+ instead of (\S+), recall \S+ instead of (\S+) ", one.gain)
        assert match is not None
        assert (match[1], match[2]) == (written(share(tp, tp + fp)), written(share(tp, tp + fn)))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_findings_of_the_improve_page(seed: int) -> None:
    case, place, rule, found = diagnosed(seed)
    sentences = Sentences(case, place, rule, found.verdicts.has_skill.tolist())
    for one in found.findings:
        check: Callable[[Finding, str], None] = getattr(sentences, one.kind)
        check(one, plain_of(one.headline))
        for text in (one.headline, one.action, one.gain):
            assert not WRONG_NUMBER.search(plain_of(text)), text
    for word, text in grades_in_words(found.verdicts, case.concepts).items():
        grade = {"great": "great", "OK": "ok", "poor": "poor", "too few to tell": "too_few"}[word]
        members = [name for name, own in zip(case.concepts, found.verdicts.grades, strict=True)
                   if own == grade]  # fmt: skip
        assert plain_of(text).startswith(f"{len(members)} concept")
        assert plain_of(text).endswith(": " + ", ".join(members[:-1]) * bool(members[:-1])
                                       + " and " * bool(members[:-1]) + members[-1])  # fmt: skip


def test_the_runs_above_have_findings_of_every_kind_that_numbers_can_show() -> None:
    kinds = {one.kind for seed in SEEDS for one in diagnosed(seed)[3].findings}
    assert kinds >= {"slice", "concept_slice", "cue", "confused", "too_few", "on_threshold",
                     "far_from_goal", "label_errors", "not_probabilities"}  # fmt: skip


# ------------------------------------------------------------------------------------- Ground truth


def voted(rng: np.random.Generator, case: Case) -> dict[tuple[int, int], dict[str, Answer]]:
    """Answers of up to three people on some pairs."""
    answers: tuple[Answer, ...] = ("yes", "no", "unclear")
    found: dict[tuple[int, int], dict[str, Answer]] = {}
    for i, j in rng.integers([0, 0], [case.n_inputs, case.n_concepts], (12, 2)).tolist():
        people = rng.choice(["Ada", "Bo", "Cy"], int(rng.integers(1, 4)), replace=False)
        found[i, j] = {str(p): answers[int(rng.choice(3, p=[0.45, 0.45, 0.1]))] for p in people}
    unknown = sorted(np.argwhere(~case.known).tolist(), key=lambda p: case.scores[p[0], p[1]])
    for i, j in [*unknown[:1], *unknown[-1:]]:
        found[i, j] = {"Ada": "yes", "Bo": "no"}  # a dispute on what nobody knew
    return found


def listed(concepts: np.ndarray) -> str:
    return "|".join(f"c{j}" for j in np.flatnonzero(concepts))


def outcome(votes: dict[str, Answer]) -> str:
    given = list(votes.values())
    most = [answer for answer in set(given) if 2 * given.count(answer) > len(given)]
    return most[0] if most else "disputed"


def corrected(case: Case, votes: dict[tuple[int, int], dict[str, Answer]]) -> Case:
    labelled, known = case.labelled.copy(), case.known.copy()
    for place, own in votes.items():
        if outcome(own) != "disputed":
            labelled[place], known[place] = outcome(own) == "yes", outcome(own) != "unclear"
    return replace(case, labelled=labelled, known=known)


def ends(
    case: Case, rule: ec.Rule, votes: dict[tuple[int, int], dict[str, Answer]]
) -> tuple[Case, Case]:
    """The case if every dispute ends as badly, and as well, for the model as it can."""
    predicted, sides = case.predicted(rule), []
    for well in (False, True):
        labelled, known = case.labelled.copy(), case.known.copy()
        for i, j in (place for place, own in votes.items() if outcome(own) == "disputed"):
            labelled[i, j], known[i, j] = (j in predicted[i]) == well, True
        sides.append(replace(case, labelled=labelled, known=known))
    return sides[0], sides[1]


def macro(case: Case, rule: ec.Rule, metric: str) -> str:
    values = [getattr(Counted(case, rule, j), metric) for j in range(case.n_concepts)]
    defined = [value for value in values if value is not None]
    return written(sum(defined) / len(defined) if defined else None)


@pytest.fixture
def place(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    del library
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(tmp_path / "record.db"))
    return tmp_path / "record.db"


@pytest.mark.parametrize("seed", range(3))
def test_the_ground_truth_page(seed: int, library: Library, place: Path) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, n_inputs=30, n_concepts=3, dtype=np.float64, task="multi_label",
                       unscored=False, unknown=bool(seed % 2), n_folds=0)  # fmt: skip
    votes, rule = voted(rng, case), ec.Rule(0.5)
    rows = [
        ",".join([f"i{i}", listed(case.labelled[i]), listed(~case.known[i]), *map(str, scores)])
        for i, scores in enumerate(case.scores)
    ]
    head = "id,labels,unknown_labels," + ",".join(f"score:c{j}" for j in range(case.n_concepts))
    run = ec.load_run(library.add("r", "\n".join([head, *rows]) + "\n", task="multi_label"))
    stream = stream_of(digest_of_inputs(run))
    with Store.open(place) as store:
        for (i, j), own in votes.items():
            for who, answer in own.items():
                entries.cast(store, stream, voter=who, pair=Pair(f"i{i}", f"c{j}"), answer=answer)
    agreed = corrected(case, votes)
    names = [f"c{j}" for j in range(case.n_concepts)]

    visitor = Visitor(run="r", truth_section="result")
    visitor.app.switch_page("pages/truth.py")
    visitor.run()
    n_changed = sum(
        (case.labelled[p], case.known[p]) != (agreed.labelled[p], agreed.known[p]) for p in votes
    )
    n_disputed = sum(outcome(own) == "disputed" for own in votes.values())
    text = plain_of(visitor.text)
    worst, best = ends(agreed, rule, votes)
    assert f"{n_changed} label" in text
    if n_disputed:
        spans = [f"macro {m} {macro(worst, rule, m)} to {macro(best, rule, m)}"
                 for m in ("precision", "recall")]  # fmt: skip
        assert f"{' and '.join(spans)} while {n_disputed} dispute" in text
    else:
        assert f"Macro precision as agreed: {macro(agreed, rule, 'precision')}" in text
    for _, row in visitor.app.dataframe[0].value.iterrows():
        j = names.index(row["concept"])
        before, after, low, high = (Counted(c, rule, j) for c in (case, agreed, worst, best))
        assert (row["labelled"], row["agreed"]) == (before.tp + before.fn, after.tp + after.fn)
        for metric in ("precision", "recall", "f1"):
            assert row[f"{metric} as labelled"] == written(getattr(before, metric))
            assert row[f"{metric} as agreed"] == written(getattr(after, metric))
            span = [written(getattr(side, metric)) for side in (low, high)]
            assert row[f"{metric} band"] == " to ".join(dict.fromkeys(span))

    visitor = Visitor(run="r", truth_section="agreement")
    visitor.app.switch_page("pages/truth.py")
    visitor.run()
    effects, people, pairs = (one.value for one in visitor.app.dataframe)
    majority = effects.set_index("rule").loc["more than half"]
    assert majority[["labels changed", "disputed", "open"]].tolist() == [n_changed, n_disputed, 0]
    several = {p: list(own.values()) for p, own in votes.items() if len(own) > 1}
    by_pair = [share(sum(a == b for a in own for b in own) - len(own), len(own) * (len(own) - 1))
               for own in several.values()]  # fmt: skip
    overall = people.set_index("concept").loc["all concepts"]
    assert overall["inputs"] == len(several)
    assert overall["agree"].split(" ")[0] == written(sum(filter(None, by_pair)) / len(by_pair))
    for _, row in pairs.iterrows():
        one, other = row["two people"].split(" and ")
        both = [(own[one], own[other]) for own in votes.values() if {one, other} <= set(own)]
        assert row["both answered"] == len(both)
        same = share(sum(a == b for a, b in both), len(both))
        assert same is None or percent_tells(row["same answer"], same)


# ------------------------------------------------------------------------------------------- Report


def near_miss(counted: list[Counted]) -> Share:
    """A goal that one of the precisions misses, and would reach if it were rounded."""
    texts = [(one.precision, written(one.precision)) for one in counted]
    levels = [Fraction(text) for value, text in texts if value and text[0] == "0"
              and value < Fraction(text)]  # fmt: skip
    return levels[0] if levels else None


@pytest.mark.parametrize("seed", SEEDS)
def test_the_report(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng)
    rule = random_rule(rng, case.concepts)
    counted = [Counted(case, rule, j) for j in range(case.n_concepts)]
    level = near_miss(counted) or Fraction(int(rng.integers(1, 10)), 10)
    goal = ec.Goal.precision_at_least(float(level))
    text = to_report(Contents(evaluation=case.evaluation, rule=rule, goal=goal))
    page = ReportPage(text)

    head, *rows = page.rows["summary"]
    for row, one in zip(rows, counted, strict=True):
        cells = dict(zip(head, row, strict=False))
        expected = [str(n) for n in (one.tp, one.fn, one.fp)]
        assert [cells[name] for name in ("TP", "FN", "FP")] == expected
        for name, value in (("recall", one.recall), ("precision", one.precision), ("F1", one.f1)):
            assert cells[name] == written(value)
        assert float(cells["threshold"]) == rule.threshold_of(cells["concept"])
    told = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html.unescape(text)))
    tp, fp, fn = (sum(getattr(one, code) for one in counted) for code in ("tp", "fp", "fn"))
    assert told["micro precision"] == written(share(tp, tp + fp))
    assert told["micro recall"] == written(share(tp, tp + fn))
    for metric, name in (("precision", "precision"), ("recall", "recall"), ("f1", "F1")):
        assert told[f"macro {name}"] == macro(case, rule, metric)
    assert told["nothing predicted"] == f"{sum(not p for p in case.predicted(rule))}"
    _, *matrix = page.rows["matrix"]
    for i, row in enumerate(matrix):
        sizes = [len(case.cells(rule)[i, j]) for j in range(case.n_concepts + 1)]
        assert row[1:] == [f"{n}" if n else "" for n in sizes]
    _, *asked = page.rows["thresholds"]
    meet = [one.precision is not None and one.precision >= level for one in counted]
    assert [row[3] == "yes" for row in asked] == meet
    for row, one in zip(asked, counted, strict=True):
        assert tells(row[2], one.precision)
        if row[2][0].isdigit():
            assert (Fraction(row[2]) < level) == (row[3] == "no")
    assert f"{sum(meet)} of {case.n_concepts} concept" in text
