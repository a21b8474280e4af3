"""The tickets run: customer messages out of a grammar, scored by TF-IDF and logistic regression."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline

from _make.grammar import Rules, expand, misspell
from _make.output import describe_run, fresh_folder, score_columns
from _make.ticket_rules import AMBIGUOUS, CLAUSES, CONCEPTS, OTHER, WORDS

N_MESSAGES = 520
N_SPLITS = 5
SHARES = (0.13, 0.16, 0.2, 0.15, 0.12, 0.11, 0.13)
RULES: Rules = WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One message and what it is about."""

    text: str
    concepts: tuple[str, ...]
    channel: str


def make(out: Path) -> pd.DataFrame:
    """Write the run and return its predictions."""
    folder = fresh_folder(out / "tickets")
    tickets = write_tickets(np.random.default_rng(404))
    labels = np.array([[concept in t.concepts for concept in CONCEPTS] for t in tickets])
    texts = [ticket.text for ticket in tickets]
    fold, scores = cross_validate(texts, labels.astype(np.int64))
    median = np.median([len(text) for text in texts])
    table = pd.DataFrame(
        {
            "id": [f"ticket-{number:03d}" for number in range(1, len(tickets) + 1)],
            "text": texts,
            "labels": ["|".join(ticket.concepts) for ticket in tickets],
            "fold": fold,
            "channel": [ticket.channel for ticket in tickets],
            "length": ["long" if len(text) > median else "short" for text in texts],
            **score_columns(CONCEPTS, scores.round(2)),
        }
    )
    table.to_csv(folder / "predictions.csv", index=False, lineterminator="\n")
    describe_run(folder, DESCRIPTION)
    return table


def write_tickets(rng: np.random.Generator) -> list[Ticket]:
    """Write messages until there are enough that differ from each other."""
    tickets: dict[str, Ticket] = {}
    while len(tickets) < N_MESSAGES:
        ticket = _write_ticket(rng)
        tickets.setdefault(ticket.text.lower(), ticket)
    return list(tickets.values())


def cross_validate(
    texts: list[str], labels: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Score each message with a model that was trained without its split."""
    fold = np.zeros(len(texts), dtype=np.int64)
    scores = np.zeros(labels.shape)
    splits = KFold(N_SPLITS, shuffle=True, random_state=404).split(texts)
    for number, (train, test) in enumerate(splits):
        model = _model().fit([texts[at] for at in train], labels[train])
        scores[test] = model.predict_proba([texts[at] for at in test])
        fold[test] = number
    return fold, scores


def _model() -> Pipeline:
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    return make_pipeline(
        words,
        OneVsRestClassifier(LogisticRegression(C=3.0, class_weight="balanced", max_iter=1000)),
    )


def _write_ticket(rng: np.random.Generator) -> Ticket:
    clauses, concepts = _matter(rng)
    parts = [expand("{opener}", RULES, rng)]
    for number, clause in enumerate(clauses):
        link = expand("{link}", RULES, rng) + " " if number and rng.random() < 0.4 else ""
        parts.append(link + expand(clause, RULES, rng))
    parts.append(expand("{closer}", RULES, rng))
    text = _tidy(" ".join(part for part in parts if part), rng)
    channel = ("email", "chat", "app")[int(rng.choice(3, p=[0.5, 0.3, 0.2]))]
    if channel == "chat":
        text = text.lower().rstrip(".")
    for _ in range(int(rng.choice(3, p=[0.65, 0.25, 0.1]))):
        text = misspell(text, rng)
    return Ticket(text=text, concepts=concepts, channel=channel)


def _matter(rng: np.random.Generator) -> tuple[list[str], tuple[str, ...]]:
    """Choose what a message says and what it is therefore about."""
    kind = rng.random()
    if kind < 0.25:
        pattern, about = AMBIGUOUS[int(rng.integers(len(AMBIGUOUS)))]
        return [pattern], tuple(concept for concept in CONCEPTS if concept in about)
    if kind < 0.34:
        return [OTHER[int(rng.integers(len(OTHER)))]], ()
    count = int(rng.choice([1, 2, 3], p=[0.58, 0.35, 0.07]))
    chosen = rng.choice(len(CONCEPTS), count, replace=False, p=SHARES).tolist()
    clauses = [
        CLAUSES[CONCEPTS[at]][int(rng.integers(len(CLAUSES[CONCEPTS[at]])))] for at in chosen
    ]
    if rng.random() < 0.1:
        clauses.append(OTHER[int(rng.integers(len(OTHER)))])
    return clauses, tuple(CONCEPTS[at] for at in sorted(chosen))


def _tidy(text: str, rng: np.random.Generator) -> str:
    """Begin sentences with a capital letter, as most customers do."""
    if rng.random() < 0.2:
        return text
    letters = list(text)
    for at, letter in enumerate(letters):
        if at == 0 or (letters[at - 1] == " " and letters[at - 2] in ".?!"):
            letters[at] = letter.upper()
    return "".join(letters)


DESCRIPTION = {
    "name": "tickets",
    "model": "TF-IDF + logistic regression",
    "model_version": "1",
    "dataset": "made-up customer messages",
    "dataset_version": "1",
    "task": "multi_label",
    "concepts": list(CONCEPTS),
    "label_separator": "|",
    "description": (
        "Short messages to a made-up mail-order shop, written by a grammar and sorted by a real "
        "text classifier, five-fold cross-validated. Scores are rounded to two decimals, so some "
        "lie exactly on round thresholds."
    ),
}
