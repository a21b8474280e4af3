"""Two people in a workshop: one presents, the other follows, answers, looks around, comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from evalcore.store import Store
from evalcore.truth.log import PREFIX
from evalcore.workshop.meeting import read
from pages._ui.server import following, live
from pages._ui.session.keys import Key, of_each
from tests.pages.conftest import Library
from tests.support.visitor import Visitor


@pytest.fixture(autouse=True)
def place(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("THRESHOLD_WORKSHOP_STORE", str(tmp_path / "workshop.db"))
    library.add("pets", name="Pets")
    yield tmp_path / "workshop.db"
    following._channels.clear()


def presenting(**query: str) -> Visitor:
    ada = Visitor.at_evaluate(run="pets", t="0.5", **query)
    ada.set_button(Key.WORKSHOP)
    ada.set(Key.WORKSHOP_TITLE, "Which dogs?")
    ada.set(of_each(Key.VOTER, "form"), "Ada")
    return ada.set_button(Key.PRESENT)


def name_of(visitor: Visitor) -> str:
    return set_in(visitor, "workshop")


def set_in(visitor: Visitor, name: str) -> str:
    """What the link sets."""
    value = visitor.app.query_params[name]
    return value if isinstance(value, str) else str(value[-1])


def joining(ada: Visitor, name: str = "Bo") -> Visitor:
    bo = Visitor.at_runs(workshop=name_of(ada))
    return bo.set(of_each(Key.VOTER, "bar"), name)


def part(visitor: Visitor) -> str:
    return str(visitor.data(Key.FOLLOW)["words"])


def pushed(visitor: Visitor) -> Visitor:
    """What the stream tells a browser makes it send this."""
    return visitor.trigger(Key.FOLLOW, "show", {"number": 1})


def t_of(visitor: Visitor) -> str:
    return set_in(visitor, "t")


def test_who_opens_the_link_sees_the_presenters_page_with_everything_that_is_set() -> None:
    ada = presenting()
    assert part(ada) == "You present"
    bo = joining(ada)

    assert part(bo) == "Following \u2068Ada\u2069" or "Ada" in part(bo)
    assert t_of(bo) == "0.5"
    assert bo.data(Key.DIAL)["numbers"]["text"] == "0.50"


def test_a_follower_is_where_the_presenter_is_after_each_push() -> None:
    ada = presenting()
    bo = joining(ada)
    ada.move_dial("0.62")
    pushed(bo)
    assert t_of(bo) == "0.62"
    assert part(bo).startswith("Following")

    ada.go_to("pages/concept.py")
    ada.set(Key.CONCEPT, "cat")
    pushed(bo)
    assert "cat" in bo.text
    assert set_in(bo, "concept") == "cat"
    assert part(bo).startswith("Following")


def test_what_is_voted_is_seen_by_all_whose_page_counts_it() -> None:
    ada = presenting(truth="agreed")
    bo = joining(ada)
    told = following.channel(name_of(ada))
    assert told is not None
    drawn = bo.data(Key.FOLLOW)["said"]
    assert drawn
    assert "0 labels changed" in str(bo.data(Key.ABOUT))
    ada.trigger(Key.GALLERY, "open", {"key": 3, "nonce": 1})
    ada.click("Yes")
    said = json.loads(told.since(0)[-1].text)["said"]
    assert said.split(" ")[0] == drawn.split(" ")[0]
    assert said != drawn
    # so its browser asks for the page
    bo.trigger(Key.FOLLOW, "agenda", {"redraw": 1})
    assert bo.data(Key.FOLLOW)["said"] == said
    assert "1 label changed" in str(bo.data(Key.ABOUT))


def test_who_changes_something_looks_around_until_they_come_back() -> None:
    ada = presenting()
    bo = joining(ada)
    bo.move_dial("0.3")
    assert part(bo) == "Looking around by yourself"
    ada.move_dial("0.7")
    pushed(bo)
    assert t_of(bo) == "0.3"

    bo.set_button(Key.COME_BACK)
    assert t_of(bo) == "0.7"
    assert part(bo).startswith("Following")


def test_what_a_follower_has_for_themselves_stays_theirs() -> None:
    ada = presenting()
    bo = joining(ada)
    bo.trigger(Key.LOOK, "size", {"big": True})
    assert part(bo).startswith("Following")
    ada.move_dial("0.7")
    pushed(bo)
    assert set_in(bo, "big") == "1"
    assert "big" not in ada.app.query_params


@pytest.mark.parametrize(
    ("page", "key"),
    [
        ("evaluate", Key.DIAL),
        ("concept", Key.DIAL),
        ("compare", Key.LEFT_THRESHOLD),
        ("compare", Key.RIGHT_THRESHOLD),
    ],
)
def test_the_numbers_under_the_pointer_are_told_while_the_presenter_drags(
    library: Library, page: str, key: Key
) -> None:
    library.add("pets2", name="Pets, once more")
    ada = presenting(right="pets2")
    ada.go_to(f"pages/{page}.py")
    told = following.channel(name_of(ada))
    assert told is not None
    tell = tell_of(ada, key)
    assert tell is not None
    tell('{"dial": {}}', 1.0)
    assert [message.kind for message in told.since(0)][-1] == "drag"
    bo = joining(ada)
    assert tell_of(bo, key) is None


def tell_of(visitor: Visitor, key: Key) -> live.Tell | None:
    """What hears the answers that a dial asks for while it is dragged."""
    (address,) = [a for a in live._pages if f"live/{a}" == visitor.data(key)["live"]]
    return live._pages[address]._tell


def test_a_poll_is_answered_shown_and_counted(place: Path) -> None:
    ada = presenting()
    bo = joining(ada)
    ada.trigger(Key.GALLERY, "open", {"key": 3, "nonce": 1})
    pushed(bo)
    ada.set(Key.POLL_CONCEPT, "dog")
    ada.set_button(Key.POLL)
    bo.run()
    poll = read(Store.open(place), name_of(ada)).poll
    assert poll is not None
    assert "Does this show *dog*?" in bo.text
    bo.set_button(of_each(Key.POLL_ANSWER, ("no", poll.id, "dialog")))  # type: ignore[arg-type]
    ada.run()
    assert "1 answer so far, hidden until shown." in ada.caption
    assert "(Bo)" not in ada.text + bo.text

    ada.set_button(of_each(Key.POLL_SHOW, "dialog"))  # type: ignore[arg-type]
    bo.run()
    assert "**No 1** (Bo)" in ada.text
    assert "**No 1** (Bo)" in bo.text
    ada.set_button(of_each(Key.POLL_COUNT, "dialog"))  # type: ignore[arg-type]
    with Store.open(place) as store:
        (vote,) = store.events(prefix=PREFIX)
        assert (vote.kind, vote.author, vote.payload["answer"]) == ("vote", "Bo", "no")
        assert read(store, name_of(ada)).poll is None


def test_questions_are_parked_and_ticked_off(place: Path) -> None:
    ada = presenting()
    bo = joining(ada)
    bo.set(of_each(Key.QUESTION, "new"), "And *at night*?")
    bo.set_button(Key.PARK)
    ada.run()
    (question,) = read(Store.open(place), name_of(ada)).waiting
    assert question.author == "Bo"
    assert "And \\*at night\\*" in ada.text
    ada.set_button(of_each(Key.QUESTION_DONE, question.id))  # type: ignore[arg-type]
    assert read(Store.open(place), name_of(ada)).waiting == ()


def test_at_the_end_everybody_is_by_themselves_and_is_told_where_the_minutes_are() -> None:
    ada = presenting()
    bo = joining(ada)
    ada.set_button(Key.END_WORKSHOP)
    bo.trigger(Key.FOLLOW, "agenda", {"at": 1})

    for visitor in (ada, bo):
        assert "workshop" not in visitor.app.query_params
        # whatever draws the page anew, it stands until it is closed
        assert "is over. Its minutes stand in the Report." in visitor.run().text
        assert "is over" not in visitor.set_button(Key.WORKSHOP_READ).text
    late = Visitor.at_runs(workshop="unheard-of")
    assert "There is no such workshop" in late.text


def test_a_viewer_follows_and_neither_answers_nor_presents(monkeypatch: pytest.MonkeyPatch) -> None:
    ada = presenting(input="p4")
    ada.set_button(Key.POLL)
    monkeypatch.setattr("sys.argv", ["streamlit", "--everyone", "viewer"])
    eve = Visitor.at_runs(workshop=name_of(ada))
    assert part(eve).startswith("Following")
    answers = [b for b in eve.app.button if b.label in {"Yes", "No", "Unclear"}]
    assert answers
    assert all(button.disabled for button in answers)
    assert not [b for b in eve.app.button if b.label in {"Take over", "Present"}]
