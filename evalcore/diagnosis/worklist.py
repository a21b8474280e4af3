"""Findings as a worklist that people take away: what to look at, with ids and paths."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence

from evalcore.diagnosis.finding import Finding
from evalcore.runs.run import EvalRun

__all__ = ["as_csv", "as_json"]

HEADS = ("finding", "kind", "concepts", "what", "do", "id", "path")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")
"""A cell that begins so would be computed by a spreadsheet, or lose its apostrophe."""


def as_csv(findings: Sequence[Finding], run: EvalRun) -> str:
    """Return one row per finding and input; a finding without inputs has one row.

    Cells that a spreadsheet would take for a formula begin with an apostrophe.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(HEADS)
    for number, finding in enumerate(findings, start=1):
        told = [str(number), finding.kind, " | ".join(finding.concepts)]
        told += [finding.headline, finding.action]
        for identity, path in _inputs(finding, run) or [("", "")]:
            writer.writerow([_plain(cell) for cell in (*told, identity, path)])
    return file.getvalue()


def as_json(findings: Sequence[Finding], run: EvalRun) -> str:
    """Return the findings as a JSON list, each with its number, interval and inputs."""
    listed = [
        {
            "key": finding.key,
            "kind": finding.kind,
            "concepts": list(finding.concepts),
            "subject": finding.subject,
            "what": finding.headline,
            "do": finding.action,
            "gain": finding.gain,
            "number": _number(finding.number),
            "interval": [_number(finding.low), _number(finding.high)],
            "unit": finding.unit,
            "mistakes": _number(finding.mistakes),
            "p_value": _number(finding.p_value),
            "inputs": [{"id": name, "path": path} for name, path in _inputs(finding, run)],
        }
        for finding in findings
    ]
    return json.dumps({"run": run.name, "findings": listed}, ensure_ascii=False, indent=2) + "\n"


def _inputs(finding: Finding, run: EvalRun) -> list[tuple[str, str]]:
    images = run.images
    return [
        (str(run.ids[position]), "" if images is None else images.name(position))
        for position in finding.inputs.tolist()
    ]


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
