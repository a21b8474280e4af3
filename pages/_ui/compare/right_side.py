"""The right side of the page Compare: another run, or a part of one, by one truth or the other."""

from __future__ import annotations

import json

import evalcore as ec
from pages._ui.session.view import View
from pages._ui.shell import agreed_truth, loading

__all__ = ["WHOLE", "right_evaluation", "right_parts"]

WHOLE = ""


def right_parts(run: ec.EvalRun) -> dict[str, str]:
    """Return the parts of a run that can stand on the right: as in a link, and in words."""
    parts = {WHOLE: "all inputs"}
    if run.folds is not None:
        parts |= {json.dumps(["split", name]): f"split {name}" for name in run.fold_names}
    for column, value in loading.slices(run):
        parts[json.dumps(["slice", column, value])] = f"{column} = {value}"
    return parts


def right_evaluation(view: View) -> ec.Evaluation:
    """Return the evaluation of the right side.

    Raises
    ------
    RunError
        When the run cannot be opened, or the part leaves nothing.
    """
    as_labelled = _right_part(view)
    if view.right_truth == "labelled":
        return as_labelled
    run = loading.run_of(loading.open_handle(str(view.right)))
    return agreed_truth.evaluation_of(as_labelled, run, agreed_truth.log_of(run))


def _right_part(view: View) -> ec.Evaluation:
    whole = loading.open_handle(str(view.right))
    run = loading.run_of(whole)
    if view.right_part not in right_parts(run):
        return loading.evaluation_of(whole)
    words = json.loads(view.right_part) if view.right_part else []
    match words:
        case ["split", name]:
            return loading.evaluation_of(loading.open_handle(str(view.right), split=name))
        case ["slice", column, value]:
            part = (column, value)
            return loading.evaluation_of(loading.open_handle(str(view.right), part=part))
        case _:
            return loading.evaluation_of(whole)
