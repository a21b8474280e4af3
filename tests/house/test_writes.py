"""Whatever the app saves passes a door where somebody's role is looked at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from pages._ui.server.admission import _Admission
from tests.house.modules import Module, product

WRITERS = frozenset(
    {
        "forget_columns",
        "keep_in_run_json",
        "keep_reading",
        "remove_upload",
        "save_run",
        "take_upload",
        "write_reading",
    }
)
"""Functions of the core that write files for whoever asks."""
CHECKED_BY = {
    "pages._ui.library.column_roles._keep": "pages._ui.library.column_roles._keep",
    "pages._ui.library.column_roles._forget": "pages._ui.library.column_roles._forget",
    "pages._ui.library.proposals._read": "pages._ui.library.proposals.read_again",
    "pages._ui.library.proposals._take": "pages._ui.library.proposals.read_again",
    "pages._ui.library.open_another._read": "pages._ui.library.open_another._take",
    "pages._ui.library.open_another._remove": "pages._ui.library.open_another._remove",
    # a ZIP of the library is laid out once for all, by the server itself
    "pages._ui.shell.loading._load": "",
}
"""Who writes files -> the function before them that looks at the role."""
CHECKS = ("refuse_reading(", ").require(")
DOOR = "pages._ui.shell.record"


def functions(module: Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            yield f"{module.name}.{node.name}", ast.unparse(node)


def interface() -> list[Module]:
    return [module for name, module in product().items() if name.startswith("pages")]


def names_in(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def test_every_file_that_people_write_is_checked_first() -> None:
    texts = dict(pair for module in interface() for pair in functions(module))
    writing = {name for name, source in texts.items() if names_in(source) & WRITERS}

    assert writing == set(CHECKED_BY)
    checking = [name for name in CHECKED_BY.values() if name]
    assert [n for n in checking if not any(check in texts[n] for check in CHECKS)] == []


def test_pages_get_the_store_with_a_guard_at_its_door_and_nowhere_else() -> None:
    opening = [m.name for m in interface() if "Store.open(" in m.source or "Store(" in m.source]
    assert opening == [DOOR]
    texts = dict(functions(product()[DOOR]))
    bare = {name.rpartition(".")[2] for name, text in texts.items() if "_open(" in text}
    # codes: whoever types one has no role yet; on_record only reads
    assert bare == {"open_store", "take_code", "recall_code", "on_record", "_open"}
    assert ".guarded(here())" in texts[f"{DOOR}.open_store"]
    assert [
        m.name for m in interface() if "record._" in m.source or "import _open" in m.source
    ] == []


def test_every_route_beside_streamlit_asks_who_is_there() -> None:
    source = Path(app.__file__).read_text()
    (routes,) = (
        word.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg == "routes"
    )
    assert ast.unparse(routes).startswith("admission.for_people(")
    assert app.app._user_routes
    for route in app.app._user_routes:
        assert isinstance(route.app, _Admission)


@pytest.mark.parametrize("breach", ["take_upload(file)", "partial(keep_reading, table)"])
def test_a_writer_is_seen_wherever_it_is_named(breach: str) -> None:
    assert names_in(breach) & WRITERS
