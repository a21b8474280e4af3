"""The scripts of the components: joined for Streamlit, their contracts, their numbers."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from evalcore import wording
from pages._ui.components.shared import assets
from tests.js import contracts
from tests.support.missing import missing

JS = Path(contracts.__file__).parent
COMPONENTS = sorted(path.parent.name for path in contracts.COMPONENTS.glob("*/data.py"))


def written(folder: Path, **modules: str) -> Path:
    """Write modules into a folder; return the path of the one called entry."""
    for name, source in modules.items():
        (folder / f"{name}.js").write_text(source, encoding="utf-8")
    return folder / "entry.js"


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_component_is_one_script_with_one_door(component: str) -> None:
    script = assets.script(component)
    assert len(re.findall(r"^export default function", script, re.MULTILINE)) == 1
    assert not re.search(r"^import\b", script, re.MULTILINE)


@pytest.mark.parametrize("component", COMPONENTS)
def test_no_text_of_data_ever_becomes_markup(component: str) -> None:
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    assert not re.search(forbidden, assets.script(component))


@pytest.mark.parametrize("component", COMPONENTS)
def test_the_focus_is_outlined_in_one_place(component: str) -> None:
    own = (contracts.COMPONENTS / component / f"{component}.css").read_text(encoding="utf-8")
    assert not re.search(r":focus-visible[^{]*\{[^}]*outline: ", own)
    assert ":focus-visible {\n  outline: 2px solid" in assets.style(component)


def test_what_is_imported_comes_before_and_once(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        low="export function low() {}\nconst kept = 1;\n",
        middle='import { low } from "./low.js";\nexport const middle = low;\n',
        entry='import {\n  low,\n} from "./low.js";\nimport { middle } from "./middle.js";\n'
        "export default function () { low(middle); }\n",
    )
    joined = assets.join(entry)
    assert joined.count("function low()") == 1
    assert joined.index("function low") < joined.index("const middle") < joined.index("default")
    assert "export function" not in joined


@pytest.mark.parametrize(
    ("modules", "words"),
    [
        (
            {"low": "export const a = 1;\nconst same = 1;\n", "entry": "function same() {}\n"},
            "entry.js declares 'same', as low.js does.",
        ),
        (
            {"low": "export const [a, same] = [];\n", "entry": "let same = 1;\n"},
            "entry.js declares 'same', as low.js does.",
        ),
        (
            {"low": "const a = 1;\n", "entry": ""},
            "entry.js imports a, which low.js does not export.",
        ),
        (
            {"low": 'import { b } from "./entry.js";\nexport const a = 1;\n', "entry": ""},
            "in a circle: entry.js > low.js > entry.js",
        ),
        ({"low": "export const a = 1;\n", "entry": 'import low from "./low.js";\n'}, "cannot join"),
        (
            {"low": "export const a = 1;\n", "entry": 'export * from "./low.js";\n'},
            'Write: import { name } from "./file.js";',
        ),
    ],
)
def test_modules_that_share_no_scope_well_are_refused(
    tmp_path: Path, modules: dict[str, str], words: str
) -> None:
    modules["entry"] = 'import { a } from "./low.js";\n' + modules["entry"]
    with pytest.raises(assets.ScriptError, match=re.escape(words)):
        assets.join(written(tmp_path, **modules))


def test_the_contracts_of_the_scripts_are_those_of_python() -> None:
    stale = "run: python -m tests.js.contracts"
    assert contracts.WRITTEN.read_text(encoding="utf-8") == contracts.written(), stale


def test_a_contract_needs_no_streamlit() -> None:
    modules = ", ".join(f"pages._ui.components.{name}.data" for name in COMPONENTS)
    check = f"import sys, {modules}; sys.exit('streamlit' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", check], check=False)  # noqa: S603 - our own program
    assert run.returncode == 0


@pytest.fixture(scope="module")
def node() -> str:
    """Return Node.js; where it is required, its absence is a failure."""
    found = shutil.which("node")
    if found is None:
        reason = "Node.js was not found: the scripts of the components were not tested."
        missing("NODE", reason)
    return found


def test_the_scripts_pass_their_own_tests(node: str) -> None:
    run = subprocess.run(  # noqa: S603 - our own tests
        [node, "--test"], cwd=JS, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout
    passed = re.search(r"^\S+ pass (\d+)", run.stdout, re.MULTILINE)
    assert passed
    assert int(passed[1]) >= 30


def drawn_numbers(rng: np.random.Generator) -> list[tuple[str, float]]:
    """Numbers as they come, and numbers that are hard to round: ties, near 0, 1 and the limits."""
    rates = [*rng.random(300), *(rng.integers(0, 20_001, 300) / 20_000)]
    rates += [*(rng.integers(1, 64, 100) / 64), *(10.0 ** -rng.uniform(0, 9, 100))]
    rates += [*(1 - 10.0 ** -rng.uniform(0, 9, 100)), *rng.normal(0, 30, 100)]
    thresholds = [*rng.random(100), *rng.random(100).astype(np.float32), *rng.normal(0, 9, 50)]
    thresholds += [*(10.0 ** -rng.uniform(0, 12, 50)), *np.round(rng.random(100), 2)]
    counts = rng.integers(0, 10**9, 50).tolist()
    return [
        *(("rate", float(value)) for value in rates),
        *(("number", float(value)) for value in thresholds),
        *(("count", value) for value in counts),
    ]


def test_numbers_are_written_as_python_writes_them(node: str) -> None:
    """Python is the author of numbers as text; the components follow it case by case."""
    cases = drawn_numbers(np.random.default_rng(7))
    run = subprocess.run(  # noqa: S603 - our own script
        [node, "write_numbers.js"],
        cwd=JS,
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
    )
    write = {"rate": wording.rate, "number": wording.number, "count": wording.count}
    wanted = [write[kind](value) for kind, value in cases]  # type: ignore[operator]
    differ = [
        (case, text, said)
        for case, text, said in zip(cases, wanted, json.loads(run.stdout), strict=True)
        if text != said
    ]
    assert differ == []
