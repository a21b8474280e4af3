"""The house stands as its plan says (``plan.py``): who imports whom, and how large things are."""

from __future__ import annotations

import re
import sys
from collections import Counter
from fnmatch import fnmatch

import pytest

from tests.house import plan
from tests.house.modules import (
    Module,
    arrows,
    circles,
    is_ours,
    product,
    resolved,
    room_of,
    users,
)

FORBIDDEN = {
    "pickle": r"\bc?pickle\b",
    "unsafe_allow_html": r"unsafe_allow_html",
    "unsafe_allow_javascript": r"unsafe_allow_javascript",
    "allow_pickle=True": r"allow_pickle\s*=\s*True",
    "eval(": r"(?<![\w.])eval\(",
    "extractall": r"extractall",
    "use_container_width": r"use_container_width",
    "st.html(": r"\bst\.html\(",
}
"""Name to pattern: code that runs what a run contains, or that Streamlit has retired."""

EVERY_MODULE = pytest.mark.parametrize("name", sorted(product()))


def rooms_wrongly_used(module: Module) -> list[str]:
    """Return what a module imports of rooms that its own room may not know."""
    here = room_of(module.name)
    allowed = {here, *plan.CORE.get(here, ()), *plan.INTERFACE.get(here, ())}
    if here in plan.INTERFACE and here not in plan.WITHOUT_CORE and not is_page(module.name):
        allowed |= set(plan.CORE)
    used = [resolved(full) for full in module.imports() if is_ours(full)]
    return [name for name in used if room_of(name) not in allowed]


def is_page(name: str) -> bool:
    return name == "app" or (re.fullmatch(r"pages\.\w+", name) is not None and name != "pages._ui")


def packages_wrongly_used(module: Module) -> list[str]:
    """Return the third-party packages that a module imports and its room may not."""
    allowed = {*sys.stdlib_module_names, *packages_of(module.name)}
    names = [full for full in module.imports() if not is_ours(full)]
    return [full for full in names if full.split(".")[0] not in allowed]


def packages_of(name: str) -> frozenset[str]:
    room = room_of(name)
    kind = "pages._ui" if name.startswith("pages._ui") else name.split(".", maxsplit=1)[0]
    packages = plan.PACKAGES.get(room, plan.USUAL.get(kind, frozenset()))
    without = any(fnmatch(name, pattern) for pattern in plan.WITHOUT_STREAMLIT)
    return packages - {"streamlit"} if without else packages


@EVERY_MODULE
def test_a_module_imports_only_rooms_that_its_room_may_know(name: str) -> None:
    assert rooms_wrongly_used(product()[name]) == []


@EVERY_MODULE
def test_a_module_imports_only_packages_that_its_room_is_allowed(name: str) -> None:
    assert packages_wrongly_used(product()[name]) == []


def test_every_module_stands_in_a_room_of_the_plan() -> None:
    planned = {*plan.CORE, *plan.INTERFACE, "pages", "pages._ui"}

    assert [name for name in product() if room_of(name) not in planned] == []


def test_every_room_of_the_plan_is_there() -> None:
    standing = {room_of(name) for name in product()}

    assert {*plan.CORE, *plan.INTERFACE} - standing == set()
    assert set(plan.PACKAGES) - standing == set()


def test_the_plan_goes_one_way() -> None:
    whole = {room: used - {room} for room, used in {**plan.CORE, **plan.INTERFACE}.items()}

    assert circles(whole) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert set(circles(arrows())) <= plan.CIRCLES


def test_page_rooms_do_not_know_each_other_nor_shared_rooms_a_page() -> None:
    for room in plan.PAGE_ROOMS | plan.SHARED | {"pages._ui.charts"}:
        assert not plan.INTERFACE[room] & plan.PAGE_ROOMS


@pytest.mark.parametrize(
    ("name", "source", "breach"),
    [
        ("evalcore.measures.metrics", "from evalcore.counting import rules", 1),
        ("evalcore.measures.metrics", "def f():\n    from evalcore.runs.run import EvalRun", 1),
        ("evalcore.runs.run", "if TYPE_CHECKING:\n    import evalcore.readers.folder.roles", 1),
        ("evalcore.store.store", "import importlib\nimportlib.import_module('evalcore.runs')", 1),
        ("evalcore.counting.rules", "from pages._ui.session import keys", 1),
        ("evalcore.counting.rules", "import app", 1),
        ("pages._ui.concept.panel", "from pages._ui.evaluate import live", 1),
        ("pages._ui.inputs.cards", "from pages._ui.evaluate.live import ROUTE", 1),
        ("pages._ui.charts.marks", "import evalcore as ec", 1),
        ("pages._ui.charts.marks", "from pages._ui.session import keys", 1),
        ("pages.runs", "import evalcore as ec", 1),
        ("pages._ui.concept.panel", "import app", 1),
        ("pages._ui.concept.panel", "from pages._ui.inputs import cards\nimport evalcore", 0),
        ("evalcore.counting.rules", "from evalcore.runs.run import EvalRun", 0),
    ],
)
def test_a_breach_between_rooms_is_seen(name: str, source: str, breach: int) -> None:
    assert len(rooms_wrongly_used(Module(name=name, source=source))) == breach


@pytest.mark.parametrize(
    ("name", "source", "breach"),
    [
        ("evalcore.counting.rules", "import streamlit as st", 1),
        ("evalcore.counting.rules", "from streamlit import session_state", 1),
        ("evalcore.counting.rules", "import altair.vegalite", 1),
        ("evalcore.counting.rules", "def f():\n    import pandas", 1),
        ("evalcore.choosing.goals", "try:\n    import scipy.sparse\nexcept ImportError: pass", 1),
        ("evalcore.choosing.goals", "import sklearn", 1),
        ("evalcore.choosing.goals", "from . import rules", 1),
        ("evalcore.choosing.goals", "import importlib\nimportlib.import_module('streamlit')", 1),
        ("evalcore.runs.images", "from PIL import Image", 0),
        ("evalcore.readers.tables.table", "import pandas, pyarrow.csv", 0),
        ("evalcore.readers.tables.table", "import PIL", 1),
        ("pages.runs", "import pandas", 1),
        ("pages.runs", "import numpy as np", 1),
        ("pages._ui.charts.marks", "import streamlit as st", 1),
        ("pages._ui.session.view", "import streamlit as st", 1),
        ("pages._ui.session.keys", "import altair", 1),
        ("pages._ui.components.table.data", "import streamlit", 1),
        ("pages._ui.components.table.table", "import streamlit", 0),
    ],
)
def test_a_package_where_it_does_not_belong_is_seen(name: str, source: str, breach: int) -> None:
    assert len(packages_wrongly_used(Module(name=name, source=source))) == breach


def test_a_circle_is_seen_and_only_a_circle() -> None:
    graph = {
        "a": frozenset({"b"}),
        "b": frozenset({"c"}),
        "c": frozenset({"a", "d"}),
        "d": frozenset[str](),
    }

    assert circles(graph) == [frozenset({"a", "b", "c"})]
    assert circles({**graph, "c": frozenset({"d"})}) == []


@EVERY_MODULE
def test_no_module_contains_what_is_forbidden(name: str) -> None:
    assert forbidden_in(product()[name].source) == []


def forbidden_in(source: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN.items() if re.search(pattern, source)]


@EVERY_MODULE
def test_modules_are_short_enough_to_read(name: str) -> None:
    assert product()[name].n_lines <= plan.MOST_LINES


@EVERY_MODULE
def test_bodies_are_short_and_flat(name: str) -> None:
    assert too_large(product()[name]) == []


def too_large(module: Module) -> list[tuple[str, int, int]]:
    return [
        (function, n_lines, nesting)
        for function, n_lines, nesting in module.bodies()
        if n_lines > plan.MOST_LINES_OF_A_BODY or nesting > plan.DEEPEST_NESTING
    ]


def test_a_body_too_long_or_too_deep_is_seen() -> None:
    long = "def f():\n" + "    x = 1\n" * 41
    deep = "def f():\n for a in b:\n  if a:\n   with c:\n    while d:\n     if e: pass"
    flat = "def f():\n if a: pass\n elif b: pass\n elif c: pass\n elif d: pass\n elif e: pass"

    assert [len(too_large(Module(name="m", source=text))) for text in (long, deep, flat)] == [
        1,
        1,
        0,
    ]


def test_most_modules_are_of_the_usual_length() -> None:
    lengths = sorted(module.n_lines for module in product().values() if not module.is_door)

    assert lengths[int(0.9 * len(lengths))] <= plan.MOST_LINES_OF_NINE_IN_TEN


def test_no_folder_is_crowded() -> None:
    inside = [name for name, module in product().items() if not module.is_door and "." in name]
    crowd = Counter(name.rpartition(".")[0] for name in inside)

    assert {folder: n for folder, n in crowd.items() if n > plan.MOST_MODULES_OF_A_FOLDER} == {}
    assert crowd["evalcore"] <= plan.MOST_MODULES_AT_THE_ROOT
    assert crowd["pages._ui"] <= plan.MOST_MODULES_AT_THE_ROOT


def is_fragment(name: str) -> bool:
    """Return whether a module has one user only, which is not there to plug parts in."""
    plugs = [user for user in users()[name] if is_socket(user)]
    return len(users()[name]) == 1 and not plugs and not is_mount(name)


def is_socket(name: str) -> bool:
    return name in plan.SOCKETS or is_page(name) or product()[name].is_door


def lone_and_small() -> list[str]:
    """Return modules that only make sense together with the one that uses them."""
    return [
        name
        for name, module in product().items()
        if module.n_lines < plan.SMALL
        and not module.is_door
        and not is_page(name)
        and not is_entry(name)
        and not is_mount(name)
        and not users()[name] & plan.SOCKETS
        and len(users()[name]) < 2
    ]


def is_entry(name: str) -> bool:
    """Return whether nobody imports a module by name because a tool starts it."""
    return (
        name
        in {"evalcore.__main__", "evalcore.runs.picture_child", "evalcore.prepared.reading_child"}
        or ".migrations." in name
    )


def is_mount(name: str) -> bool:
    """Return whether a module is the door of a component's folder, or the contract of its data."""
    return re.fullmatch(r"pages\._ui\.components\.(\w+)\.(\1|data)", name) is not None


def test_a_small_module_has_two_users_or_is_a_door() -> None:
    assert lone_and_small() == []


def test_modules_are_full_enough_to_be_found() -> None:
    rooms = [name for name, module in product().items() if not (module.is_door or is_mount(name))]
    # a page script is a door: its address is its user
    small = [n for n in rooms if product()[n].n_lines < plan.SMALL and not is_page(n)]
    lone = [name for name in rooms if is_fragment(name)]

    assert len(small) <= plan.MOST_SMALL_MODULES
    assert len(lone) <= plan.MOST_MODULES_WITH_ONE_USER


@pytest.mark.parametrize("text", sorted(plan.ONCE))
def test_what_has_one_author_stands_once(text: str) -> None:
    assert len([name for name, module in product().items() if module.says(text)]) == 1


def test_a_second_author_is_seen_and_a_docstring_is_none() -> None:
    assert Module(name="m", source='x = f"An input counts as {y}"').says("An input counts as")
    assert Module(name="m", source="json.loads(x, object_pairs_hook=f)").says("object_pairs_hook")
    assert not Module(name="m", source='"""An input counts as."""').says("An input counts as")


def test_nothing_is_imported_for_types_alone() -> None:
    assert [name for name, module in product().items() if "TYPE_CHECKING" in module.source] == []


@EVERY_MODULE
def test_nobody_imports_the_tests_or_the_sample_runs(name: str) -> None:
    names = {full.split(".")[0] for full in product()[name].imports()}

    assert not names & {"tests", "sample_runs"}


def test_there_is_a_house_to_look_at() -> None:
    assert set(product()) >= {
        "app",
        "evalcore",
        "evalcore.counting.evaluation",
        "evalcore.counting.rules",
        "pages.evaluate",
        "pages._ui.session.view",
    }


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "import cpickle",
        "st.markdown(x, unsafe_allow_html=True)",
        "x(unsafe_allow_javascript=True)",
        "np.load(f, allow_pickle = True)",
        "eval(text)",
        "archive.extractall(folder)",
        "st.image(x, use_container_width=True)",
        "st.html(text)",
    ],
)
def test_each_forbidden_thing_is_seen(source: str) -> None:
    assert len(forbidden_in(source)) == 1


@pytest.mark.parametrize(
    "source", ["np.load(f, allow_pickle=False)", "model.eval()", "retrieval(x)", "st.html_id = 1"]
)
def test_what_only_looks_forbidden_is_not(source: str) -> None:
    assert forbidden_in(source) == []
