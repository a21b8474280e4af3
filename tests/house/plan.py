"""The plan of the house: which room may import which, and which packages; sizes; what stands once.

A room is a folder of the core or of the interface, or a single module at their root. The tables
are the whole truth: what they do not list is a breach, wherever in a file the import stands.
"""

from __future__ import annotations

BASICS = frozenset({"evalcore.arrays", "evalcore.errors", "evalcore.wording"})
"""Names of types, the tree of errors, and how numbers are written: everybody may use them."""

NUMBERS = BASICS | {
    *("evalcore.base", "evalcore.pairs", "evalcore.measures", "evalcore.runs", "evalcore.counting"),
}
FILES = BASICS | {"evalcore.base", "evalcore.pairs", "evalcore.runs", "evalcore.readers.tables"}
READINGS = {"evalcore.readers.reading", "evalcore.readers.layouts"}
EXPORTS = FILES | READINGS | {"evalcore.readers.folder", "evalcore.readers.entries"}
FORMATS = frozenset(
    f"evalcore.readers.{name}"
    for name in ("clarifai", "fiftyone", "huggingface", "npz", "openimages", "vertex")
)

CORE: dict[str, frozenset[str]] = {
    "evalcore.errors": frozenset(),
    "evalcore.arrays": frozenset(),
    "evalcore.base": BASICS,
    "evalcore.pairs": BASICS,
    "evalcore.measures": BASICS,
    "evalcore.runs": BASICS | {"evalcore.base", "evalcore.pairs"},
    "evalcore.counting": NUMBERS,
    "evalcore.concept": NUMBERS,
    "evalcore.choosing": NUMBERS,
    "evalcore.guarantees": NUMBERS | {"evalcore.choosing"},
    "evalcore.wording": frozenset({"evalcore.errors"}),
    "evalcore.readers.tables": FILES,
    "evalcore.readers.reading": FILES,
    "evalcore.readers.layouts": FILES | {"evalcore.readers.reading"},
    "evalcore.readers.folder": FILES | READINGS,
    "evalcore.readers.entries": FILES | READINGS | {"evalcore.readers.folder"},
    **dict.fromkeys(sorted(FORMATS), EXPORTS),
    "evalcore.readers.registry": EXPORTS | FORMATS,
    "evalcore.readers": EXPORTS | {"evalcore.readers.registry"},
    "evalcore.library": EXPORTS
    | {"evalcore.parts", "evalcore.readers", "evalcore.readers.registry"},
    "evalcore.prepared": NUMBERS | EXPORTS | {"evalcore.readers", "evalcore.readers.registry"},
    "evalcore.parts": NUMBERS | {"evalcore.prepared", "evalcore.readers.reading"},
    "evalcore.store": BASICS | {"evalcore.base"},
    "evalcore.decisions": NUMBERS
    | {"evalcore.choosing", "evalcore.guarantees", "evalcore.store", "evalcore.wording"},
    "evalcore.commands": EXPORTS
    | {
        "evalcore.counting",
        "evalcore.decisions",
        "evalcore.library",
        "evalcore.parts",
        "evalcore.readers",
        "evalcore.reports",
        "evalcore.store",
    },
    "evalcore.__main__": frozenset({"evalcore.commands"}),
    "evalcore.comparison": NUMBERS | {"evalcore.choosing", "evalcore.concept", "evalcore.wording"},
    "evalcore.truth": NUMBERS
    | {
        "evalcore.prepared",
        "evalcore.readers.reading",
        "evalcore.readers.tables",
        "evalcore.store",
        "evalcore.wording",
    },
    "evalcore.diagnosis": NUMBERS
    | {
        "evalcore.choosing",
        "evalcore.comparison",
        "evalcore.concept",
        "evalcore.store",
        "evalcore.truth",
        "evalcore.wording",
    },
    "evalcore.workshop": BASICS
    | {"evalcore.base", "evalcore.decisions", "evalcore.store", "evalcore.truth"},
    "evalcore.guide": NUMBERS | {"evalcore.diagnosis", "evalcore.wording"},
    "evalcore.reports": NUMBERS
    | {
        "evalcore.choosing",
        "evalcore.comparison",
        "evalcore.concept",
        "evalcore.decisions",
        "evalcore.diagnosis",
        "evalcore.guide",
        "evalcore.truth",
        "evalcore.wording",
        "evalcore.workshop",
    },
    "evalcore": NUMBERS | {"evalcore.choosing", "evalcore.guarantees", "evalcore.readers"},
}
"""Room of the core -> rooms that it may import, lowest floors first."""

SHARED = frozenset(
    f"pages._ui.{name}"
    for name in ("components", "inputs", "numbers", "server", "session", "shell", "wording")
)
"""Rooms of the interface that serve several pages; none of them knows a page."""

PAGE_ROOMS = frozenset(
    f"pages._ui.{name}"
    for name in (
        "compare",
        "concept",
        "decisions",
        "evaluate",
        "guide",
        "improve",
        "library",
        "report",
        "thresholds",
        "truth",
    )
)

INTERFACE: dict[str, frozenset[str]] = {
    "pages._ui.charts": frozenset(),
    "pages._ui.session": frozenset(),
    "pages._ui.wording": frozenset({"pages._ui.session"}),
    "pages._ui.components": frozenset({"pages._ui.wording"}),
    "pages._ui.server": frozenset({"pages._ui.session"}),
    "pages._ui.shell": frozenset(
        {"pages._ui.components", "pages._ui.server", "pages._ui.session", "pages._ui.wording"}
    ),
    "pages._ui.numbers": SHARED - {"pages._ui.inputs", "pages._ui.server"},
    "pages._ui.inputs": SHARED,
    **{room: SHARED | {"pages._ui.charts"} for room in sorted(PAGE_ROOMS)},
    **{
        f"pages.{page}": SHARED | PAGE_ROOMS
        for page in (
            "compare",
            "concept",
            "evaluate",
            "guide",
            "improve",
            "report",
            "runs",
            "thresholds",
            "truth",
        )
    },
    "app": SHARED,
}
"""Room of the interface -> rooms of the interface that it may import; the core is open to all."""

WITHOUT_CORE = frozenset({"pages._ui.charts"})
"""Rooms of the interface that know nothing of the core, and page scripts besides."""

PACKAGES: dict[str, frozenset[str]] = {
    "evalcore.measures": frozenset({"numpy", "scipy"}),
    "evalcore.counting": frozenset({"numpy", "scipy"}),
    "evalcore.comparison": frozenset({"numpy", "scipy"}),
    "evalcore.guarantees": frozenset({"numpy", "scipy"}),
    "evalcore.diagnosis": frozenset({"PIL", "imagehash", "numpy", "scipy"}),
    "evalcore.truth": frozenset({"numpy", "scipy"}),
    "evalcore.runs": frozenset({"numpy", "pandas", "PIL", "pyarrow", "sklearn"}),
    "evalcore.readers.tables": frozenset({"numpy", "pandas", "pyarrow"}),
    "evalcore.readers.huggingface": frozenset({"numpy", "pyarrow"}),
    "evalcore.parts": frozenset({"dask", "distributed", "filelock", "fsspec", "numpy", "pyarrow"}),
    "evalcore.base": frozenset({"filelock", "numpy", "platformdirs"}),
    "evalcore.store": frozenset({"alembic", "filelock", "psycopg", "sqlalchemy"}),
    "evalcore.reports": frozenset({"jinja2", "markupsafe", "numpy"}),
    "pages._ui.charts": frozenset({"altair"}),
    "pages._ui.components": frozenset({"streamlit"}),
    "pages._ui.session": frozenset({"streamlit"}),
    "pages._ui.wording": frozenset(),
    "pages._ui.server": frozenset({"starlette", "streamlit"}),
    "app": frozenset({"streamlit"}),
}
"""Room -> third-party packages that it may import, where that is not the usual."""

USUAL = {
    "evalcore": frozenset({"numpy"}),
    "pages._ui": frozenset({"numpy", "pandas", "streamlit"}),
    "pages": frozenset({"streamlit"}),
}
"""What rooms without an entry of their own may import: of the core, the interface, page scripts."""

WITHOUT_STREAMLIT = (
    "pages._ui.session.view",
    "pages._ui.session.plan",
    "pages._ui.session.targets",
    "pages._ui.evaluate.shown_matrix",
    "pages._ui.evaluate.matrix_data",
    "pages._ui.components.*.data",
)
"""Modules of rooms with Streamlit that do without: what they make is data, and tested as such."""

CIRCLES: frozenset[frozenset[str]] = frozenset()
"""Sets of modules that may import each other, lazily or for types: none."""

SOCKETS = frozenset(
    {
        "app",
        "evalcore.__main__",
        "evalcore.commands",
        "evalcore.diagnosis.diagnose",
        "evalcore.readers.registry",
        "evalcore.readers.tables.formats",
        "evalcore.store.address",
    }
)
"""Modules that list what is plugged into them: commands, formats, stores, kinds of findings.

What they import is no fragment of them, and neither are the panels that a page script draws, nor
what a room's door hands out.
"""

ONCE = {
    "object_pairs_hook": "one strict JSON decoder",
    "An input counts as": "one author of the rule's sentence",
}
"""What the product contains once, and why."""

MOST_LINES = 400
MOST_LINES_OF_NINE_IN_TEN = 250
MOST_LINES_OF_A_BODY = 40
DEEPEST_NESTING = 3
MOST_MODULES_OF_A_FOLDER = 16
MOST_MODULES_AT_THE_ROOT = 6
SMALL = 60
MOST_SMALL_MODULES = 20
MOST_MODULES_WITH_ONE_USER = 45
