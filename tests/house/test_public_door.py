"""The door to the core: ``__all__`` is the public surface, and section 7 works as written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import evalcore as ec
from tests.support.cases import Case

ROOT = Path(__file__).resolve().parents[2]


def test_all_is_the_public_surface() -> None:
    public = {
        name
        for name, value in vars(ec).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }

    assert public == set(ec.__all__)


def test_all_is_sorted_and_names_nothing_twice() -> None:
    # capitals first, as ruff sorts it: constants, classes, functions
    assert len(set(ec.__all__)) == len(ec.__all__)
    constants = [name for name in ec.__all__ if name.isupper()]
    classes = [name for name in ec.__all__ if name[0].isupper() and not name.isupper()]
    functions = [name for name in ec.__all__ if name[0].islower()]
    assert [*sorted(constants), *sorted(classes), *sorted(functions)] == ec.__all__


def test_everything_public_is_documented() -> None:
    for name in ec.__all__:
        value = getattr(ec, name)
        if isinstance(value, type) or callable(value):
            assert (value.__doc__ or "").strip(), name


def test_the_section_on_the_door_works_as_written(small_case: Case) -> None:
    run = small_case.run
    assert run.concepts == ("dog", "cat", "bird")
    assert (run.n_inputs, run.task) == (4, "single_label")

    rule = ec.Rule(threshold=0.5)
    assert (rule.operator, rule.decision) == (">", None)
    other = ec.Rule(threshold={"dog": 0.7}, default=0.5, operator=">=", decision="every")

    ev = ec.Evaluation(run)
    c = ev.counts(rule)
    assert {name: getattr(c, name).dtype for name in ("tp", "fp", "fn", "tn")} == dict.fromkeys(
        ("tp", "fp", "fn", "tn"), np.int64
    )
    np.testing.assert_array_equal(ec.METRICS["precision"](c), [1.0, np.nan, np.nan])
    assert (ev.roc_auc().shape, ev.roc_auc().dtype) == ((3,), np.float64)
    assert (ev.average_precision().shape, ev.average_precision().dtype) == ((3,), np.float64)
    m = ev.matrix(rule)
    assert (m.counts.shape, m.counts.dtype) == ((4, 4), np.int64)
    assert (m.actual[-1], m.predicted[-1]) == ("no label", "nothing predicted")
    assert (ev.mean_scores().shape, ev.mean_scores().dtype) == ((3, 3), np.float64)
    assert ev.members(rule, ec.Cell("dog", "cat")).dtype == np.int64
    assert ev.members(rule, ec.Cell("dog", "dog")).tolist() == [0]
    assert ev.members(other, ec.Outcome("cat", "TP")).tolist() == [1]
    assert ev.members(rule, ec.Cell(None, None)).tolist() == [2]
    assert ev.flips(rule, other).members(ec.Flip("cat", "enter")).tolist() == [1]


def test_a_run_that_cannot_be_read_raises_run_error(tmp_path: Path) -> None:
    with pytest.raises(ec.RunError):
        ec.load_run(tmp_path / "nowhere")


def test_every_error_is_a_workshop_error_and_shows_its_message() -> None:
    for error in (ec.DecisionError, ec.GoalError, ec.RunError, ec.RuleError, ec.SelectionError):
        assert issubclass(error, ec.WorkshopError)
        assert str(error("what went wrong")) == "what went wrong"


def test_the_core_can_be_imported_without_streamlit_and_altair() -> None:
    code = (
        "import sys; sys.modules['streamlit'] = sys.modules['altair'] = None; import evalcore;"
        "assert not {'streamlit', 'altair'} & {n for n, m in sys.modules.items() if m is not None}"
    )

    done = subprocess.run(  # noqa: S603 - our own interpreter, a constant program
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
