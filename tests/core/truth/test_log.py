"""The log of votes and the agreed truth, held against a slow reading of every event."""

from __future__ import annotations

import tempfile
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, get_args

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from evalcore.errors import StoreConflict, TruthError
from evalcore.store import Store
from evalcore.truth import entries
from evalcore.truth import log as logs
from evalcore.truth.agreed import Outcome, Verdict, agree
from evalcore.truth.log import Log
from evalcore.truth.votes import ANSWERS, RULE_KINDS, AgreementRule, Pair

STREAM = logs.stream_of("digest of the inputs")
PEOPLE = ("Ada", "Bo", "Cy", "Dee")
PAIRS = (Pair("0001", "dog"), Pair("0001", "cat"), Pair("a/b|c", "dog"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "workshop.db") as opened:
        yield opened


def vote(store: Store, voter: str, answer: Any, pair: Pair = PAIRS[0], **rest: Any) -> Any:
    return entries.cast(store, STREAM, voter=voter, pair=pair, answer=answer, **rest)


def verdict(store: Store, rule: AgreementRule | None = None, pair: Pair = PAIRS[0]) -> Verdict:
    return agree(logs.read(store, STREAM), rule=rule)[pair]


def test_a_vote_is_read_back_with_all_that_was_on_the_screen(store: Store) -> None:
    event = vote(store, " Ada  Lovelace ", "no", remark=" a loaf ", shown="> 0.62", definition=2)
    (cast,) = logs.read(store, STREAM).votes[PAIRS[0]]

    assert (cast.id, cast.voter, cast.time) == (event.id, "Ada Lovelace", event.time)
    assert (cast.answer, cast.remark, cast.shown, cast.definition) == ("no", "a loaf", "> 0.62", 2)


def test_a_retry_counts_once_and_another_answer_under_its_id_is_refused(store: Store) -> None:
    again = str(uuid.uuid4())
    assert vote(store, "Ada", "yes", vote_id=again) == vote(store, "Ada", "yes", vote_id=again)
    with pytest.raises(StoreConflict):
        vote(store, "Ada", "no", vote_id=again)

    assert (verdict(store).yes, verdict(store).n_votes) == (1, 1)


def test_a_persons_last_answer_counts_and_taking_it_back_brings_the_one_before(
    store: Store,
) -> None:
    vote(store, "Ada", "yes")
    second = vote(store, "Ada", "no")
    assert (verdict(store).yes, verdict(store).no) == (0, 1)
    entries.withdraw(store, STREAM, second.id, voter="Ada")
    assert (verdict(store).yes, verdict(store).no) == (1, 0)


def test_nobody_takes_back_what_another_has_said(store: Store) -> None:
    cast = vote(store, "Ada", "yes")
    with pytest.raises(TruthError, match="Bo"):
        entries.withdraw(store, STREAM, cast.id, voter="Bo")
    # forged past the door: it is told, and changes nothing
    store.append(
        STREAM,
        kind="withdrawn",
        payload={"vote": cast.id},
        author="Bo",
        event_id=str(uuid.uuid4()),
    )
    log = logs.read(store, STREAM)

    assert [v.answer for v in log.votes[PAIRS[0]]] == ["yes"]
    assert "somebody else's" in log.unreadable[0]


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("vote", {"input": "1", "concept": "dog"}),
        ("vote", {"input": "1", "concept": "dog", "answer": "perhaps", "definition": 0}),
        ("rule", {"kind": "dictator"}),
        ("rule", {"kind": "majority", "colour": "red"}),
        ("audit", {"kind": "simple"}),
        ("settled", {"input": "1", "concept": "dog", "answer": "yes", "reason": " "}),
        ("of a newer version", {}),
    ],
)
def test_what_cannot_be_read_is_told_and_hides_nothing(
    store: Store, kind: str, payload: dict[str, Any]
) -> None:
    vote(store, "Ada", "yes")
    event = store.append(
        STREAM, kind=kind, payload=payload, author="Bo", event_id=str(uuid.uuid4())
    )
    vote(store, "Bo", "yes")
    log = logs.read(store, STREAM)

    assert len(log.unreadable) == 1
    assert log.unreadable[0].startswith(f"{kind}, version {event.version}: ")
    assert verdict(store).yes == 2


@pytest.mark.parametrize(
    ("rest", "what"),
    [
        ({"answer": "perhaps"}, "answer"),
        ({"voter": "  "}, "name"),
        ({"voter": "x" * 201}, "name"),
        ({"remark": "x" * 2001}, "remark"),
        ({"definition": -1}, "version"),
    ],
)
def test_a_malformed_vote_is_refused_at_the_door(
    store: Store, rest: dict[str, Any], what: str
) -> None:
    with pytest.raises(TruthError, match=what):
        vote(store, **{"voter": "Ada", "answer": "yes"} | rest)
    assert store.events() == ()


@pytest.mark.parametrize(
    ("answers", "rule", "outcome"),
    [
        ("yes", AgreementRule(), "yes"),
        ("yes no", AgreementRule(), "disputed"),
        ("yes yes no", AgreementRule(), "yes"),
        ("yes yes no unclear", AgreementRule(), "disputed"),
        ("yes", AgreementRule(least=2), "open"),
        ("unclear unclear no", AgreementRule(), "unknown"),
        ("unclear definition_unclear", AgreementRule(), "unknown"),
        ("yes", AgreementRule(kind="k_of_n"), "open"),
        ("yes no", AgreementRule(kind="k_of_n"), "open"),
        ("yes no yes", AgreementRule(kind="k_of_n"), "yes"),
        ("yes no unclear", AgreementRule(kind="k_of_n"), "disputed"),
        ("yes yes no no", AgreementRule(kind="k_of_n", n=4), "disputed"),
        ("no no no", AgreementRule(kind="unanimous"), "no"),
        ("no no yes", AgreementRule(kind="unanimous"), "disputed"),
        ("no no", AgreementRule(kind="adjudicator"), "open"),
        ("no yes", AgreementRule(kind="adjudicator"), "disputed"),
        ("unclear", AgreementRule(kind="weighted"), "unknown"),
        ("yes no", AgreementRule(kind="weighted"), "disputed"),
    ],
)
def test_every_rule_of_agreement(
    store: Store, answers: str, rule: AgreementRule, outcome: str
) -> None:
    for person, answer in zip(PEOPLE, answers.split(), strict=False):
        vote(store, person, answer)
    assert verdict(store, rule).outcome == outcome


def test_a_settlement_stands_above_the_votes_until_it_is_taken_back(store: Store) -> None:
    vote(store, "Ada", "yes")
    vote(store, "Bo", "no")
    with pytest.raises(TruthError, match="reason"):
        entries.settle(store, STREAM, adjudicator="Eve", pair=PAIRS[0], answer="no", reason=" ")
    entries.settle(store, STREAM, adjudicator="Eve", pair=PAIRS[0], answer="no", reason="a toy")
    assert (verdict(store).outcome, verdict(store).settled) == ("no", True)
    entries.reopen(store, STREAM, adjudicator="Eve", pair=PAIRS[0])
    assert (verdict(store).outcome, verdict(store).settled) == ("disputed", False)


def test_weights_follow_who_turned_out_reliable(store: Store) -> None:
    pairs = [Pair(f"{i:04}", "dog") for i in range(30)]
    for i, pair in enumerate(pairs):
        right = "yes" if i % 2 else "no"
        for person in ("Ada", "Bo"):
            vote(store, person, right, pair)
        vote(store, "Cy", "no" if i % 2 else "yes", pair)  # always the other way
    split = Pair("split", "dog")
    vote(store, "Ada", "yes", split)
    vote(store, "Cy", "no", split)

    assert verdict(store, AgreementRule(), split).outcome == "disputed"
    weighted = verdict(store, AgreementRule(kind="weighted"), split)
    assert weighted.outcome == "yes"
    assert weighted.likely is not None
    assert weighted.likely > 0.9


def test_a_changed_definition_is_a_new_version(store: Store) -> None:
    for text in ("a crust of cheese", "a crust of anything"):
        entries.define(store, STREAM, concept=" gratin", text=text, author="Ada")
    latest = logs.read(store, STREAM).definition(" gratin")

    assert latest is not None
    assert (latest.version, latest.text) == (2, "a crust of anything")
    assert logs.read(store, STREAM).definition("gratin").version == 0


@pytest.mark.parametrize(
    "rest",
    [{"kind": "dictator"}, {"k": 4}, {"least": 0}, {"least": True}, {"share": 1.0}, {"n": 2.0}],
)
def test_a_rule_that_cannot_be_is_refused(rest: dict[str, Any]) -> None:
    with pytest.raises(TruthError):
        AgreementRule(**rest)


def test_two_people_who_answer_one_pair_at_the_same_instant_are_both_heard(store: Store) -> None:
    start = threading.Barrier(2)

    def answer(voter: str, said: str) -> None:
        start.wait()
        vote(store, voter, said)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(answer, ("Ada", "Bo"), ("yes", "no")))

    assert (verdict(store).yes, verdict(store).no, verdict(store).outcome) == (1, 1, "disputed")


def test_fifty_people_at_once_lose_nothing_and_count_nothing_twice(tmp_path: Path) -> None:
    """Each has a store of their own, answers every pair, and sends every vote twice."""
    place = tmp_path / "workshop.db"
    start = threading.Barrier(50)

    def answer(me: int) -> None:
        with Store.open(place, wait=60) as own:
            start.wait()
            for k, pair in enumerate(PAIRS):
                vote_id = str(uuid.UUID(int=me * 10 + k))
                for _ in range(2):
                    vote(own, f"person {me}", ANSWERS[(me + k) % 4], pair, vote_id=vote_id)

    with Store.open(place) as store:
        with ThreadPoolExecutor(50) as pool:
            list(pool.map(answer, range(50)))
        log = logs.read(store, STREAM)
        assert store.verify() == log.version == 50 * len(PAIRS)
        for k, pair in enumerate(PAIRS):
            said = Counter(one.answer for one in log.answers(pair).values())
            assert said == Counter(ANSWERS[(me + k) % 4] for me in range(50))


# ---------------------------------------------------------------- any order of events, slowly read


def slowly(events: list[tuple[str, str, Any]], rule: AgreementRule) -> dict[Pair, tuple[Any, ...]]:
    """Read every event anew for every pair; return outcome and counts of each pair."""
    results = {}
    for pair in PAIRS:
        said: dict[str, list[tuple[str, str]]] = {person: [] for person in PEOPLE}
        settled = None
        for kind, person, what in events:
            if kind == "vote" and what[1] == pair:
                said[person].append((what[0], what[2]))
            elif kind == "withdrawn":
                said[person] = [one for one in said[person] if one[0] != what]
            elif kind == "settled" and what[0] == pair:
                settled = what[1]
            elif kind == "reopened" and what == pair:
                settled = None
        last = [votes[-1][1] for votes in said.values() if votes]
        if last or settled:
            results[pair] = (slow_outcome(last, settled, rule), *map(last.count, ANSWERS))
    return results


def slow_outcome(last: list[str], settled: str | None, rule: AgreementRule) -> str:
    means = {"yes": "yes", "no": "no", "unclear": "unknown", "definition_unclear": "unknown"}
    if settled:
        return means[settled]
    if len(last) < rule.least:
        return "open"
    said = Counter(means[answer] for answer in last)
    most = [one for one in said if said[one] == max(said.values())]
    if rule.kind == "adjudicator":
        return "disputed" if len(said) > 1 else "open"
    if rule.kind == "unanimous":
        return most[0] if len(said) == 1 else "disputed"
    if rule.kind == "majority":
        return most[0] if 2 * said[most[0]] > len(last) else "disputed"
    reached = [one for one in said if said[one] >= rule.k]
    if len(reached) == 1:
        return reached[0]
    return "disputed" if reached or len(last) >= rule.n else "open"


class VotesMachine(RuleBasedStateMachine):
    """People vote, vote again, take back, settle; a follower reads along now and then."""

    cast = Bundle("cast")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store.open(Path(self.folder.name) / "workshop.db")
        self.events: list[tuple[str, str, Any]] = []
        self.rule = AgreementRule()
        self.follower = Log()

    @rule(
        target=cast,
        voter=st.sampled_from(PEOPLE),
        pair=st.sampled_from(PAIRS),
        answer=st.sampled_from(ANSWERS),
        times=st.integers(1, 2),
    )
    def votes(self, voter: str, pair: Pair, answer: Any, times: int) -> tuple[str, str]:
        vote_id = str(uuid.UUID(int=len(self.events) + 1))
        for _ in range(times):
            vote(self.store, voter, answer, pair, vote_id=vote_id)
        self.events.append(("vote", voter, (vote_id, pair, answer)))
        return voter, vote_id

    @rule(one=cast)
    def takes_back(self, one: tuple[str, str]) -> None:
        entries.withdraw(self.store, STREAM, one[1], voter=one[0])
        self.events.append(("withdrawn", *one))

    @rule(pair=st.sampled_from(PAIRS), answer=st.sampled_from(ANSWERS))
    def settles(self, pair: Pair, answer: Any) -> None:
        entries.settle(self.store, STREAM, adjudicator="Eve", pair=pair, answer=answer, reason="so")
        self.events.append(("settled", "Eve", (pair, answer)))

    @rule(pair=st.sampled_from(PAIRS))
    def reopens(self, pair: Pair) -> None:
        entries.reopen(self.store, STREAM, adjudicator="Eve", pair=pair)
        self.events.append(("reopened", "Eve", pair))

    @rule(
        kind=st.sampled_from([kind for kind in RULE_KINDS if kind != "weighted"]),
        least=st.integers(1, 3),
        k=st.integers(1, 2),
    )
    def chooses(self, kind: Any, least: int, k: int) -> None:
        self.rule = AgreementRule(kind=kind, least=least, k=k)
        entries.choose_rule(self.store, STREAM, self.rule, author="Eve")

    @precondition(lambda self: self.events)
    @rule()
    def follows(self) -> None:
        self.follower = logs.read(self.store, STREAM, known=self.follower)

    @invariant()
    def the_agreed_truth_is_that_of_the_slow_reading(self) -> None:
        wanted = slowly(self.events, self.rule)
        anew = logs.read(self.store, STREAM)
        for log in (anew, logs.read(self.store, STREAM, known=self.follower)):
            found = {
                pair: (one.outcome, one.yes, one.no, one.unclear, one.definition_unclear)
                for pair, one in agree(log).items()
            }
            assert found == wanted
            assert {one[0] for one in found.values()} <= set(get_args(Outcome))
            assert log.unreadable == ()

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


TestVotes = VotesMachine.TestCase
TestVotes.settings = settings(max_examples=8, stateful_step_count=20)
