"""A decision as files: JSON to deploy it, CSV for a spreadsheet, and both read back exactly."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from evalcore.base.spreadsheet import as_given, harmless
from evalcore.base.strict_json import RefusedError, strict_decoder
from evalcore.counting.rules import Rule
from evalcore.decisions.decision import STATES, Decision, State, first_line, revision_of
from evalcore.decisions.parts import ConceptDecided
from evalcore.errors import DecisionError, RuleError, shorten

__all__ = ["from_csv", "from_json", "read_csv", "read_in_force", "read_json", "to_csv", "to_json"]

MAX_BYTES = 64 * 2**20
COLUMNS = (
    "concept", "operator", "threshold", "mode", "tp", "fp", "fn", "tn", "precision",
    "precision_low", "precision_high", "recall", "recall_low", "recall_high",
)  # fmt: skip


def to_json(decision: Decision, *, state: State = "in force") -> str:
    """Return the decision as the JSON file that deploys it; ``schema.json`` describes it.

    The first line names the decision, its revision and what became of it.
    """
    standing = {"id": decision.id, "revision": revision_of(decision, state=state), "state": state}
    head = json.dumps(standing)[:-1]
    rest = {name: value for name, value in decision.to_dict().items() if name != "id"}
    body = json.dumps(rest, indent=2, allow_nan=False)
    return f"{head},\n{body[2:]}\n"


def from_json(text: str, *, where: str = "decision") -> Decision:
    """Return the decision of a JSON text.

    Raises
    ------
    DecisionError
        When it is no JSON, repeats a key, holds NaN, or is no decision.
    """
    try:
        given = strict_decoder().decode(text)
    except json.JSONDecodeError as error:
        msg = f"{where}: this is no JSON, line {error.lineno}: {error.msg}."
        raise DecisionError(msg) from None
    except (RefusedError, RecursionError) as error:
        msg = f"{where}: {error}."
        raise DecisionError(msg) from None
    return Decision.from_dict(given, where=where)


def read_json(path: str | Path) -> Decision:
    """Read the decision of a JSON file; its thresholds come back bit for bit.

    What had become of it when it was exported is not looked at: see :func:`read_in_force`.

    Raises
    ------
    DecisionError
        When the file cannot be read, or is no decision.
    """
    return from_json(_text_of(Path(path)), where=Path(path).name)


def read_in_force(path: str | Path) -> Decision:
    """Read the decision of a JSON file that was in force when it was exported.

    Raises
    ------
    DecisionError
        When the file cannot be read, is no decision, or says that it was superseded or withdrawn.
    """
    text, where = _text_of(Path(path)), Path(path).name
    decision = from_json(text, where=where)
    state = json.loads(text).get("state", STATES[0])
    if state != STATES[0]:
        msg = (
            f"{where}: this decision is {state} according to its file, and no longer holds. "
            "Hint: take the file of the one that is in force, or say --even-if-ended."
        )
        raise DecisionError(msg)
    return decision


def to_csv(decision: Decision, *, state: State = "in force") -> str:
    """Return the decision as a table, one row per concept, below a line that names it.

    Cells of text that a spreadsheet would take for a formula begin with an apostrophe. Numbers are
    written so that they read back bit for bit.
    """
    file = io.StringIO(newline="")
    file.write(f"# {first_line(decision, state=state)}\r\n")
    # RFC 4180; with another line ending a carriage return in a name would not be quoted
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(decision, concept) for concept in decision.concepts)
    return file.getvalue()


def from_csv(text: str, *, where: str = "decision") -> Rule:
    """Return the rule of a table that :func:`to_csv` has written.

    Raises
    ------
    DecisionError
        When the columns are others, a threshold is no number, or rows contradict each other.
    """
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        table = [row for row in rows if row]
    except csv.Error as error:
        msg = f"{where}: this is no CSV, line {rows.line_num}: {error}."
        raise DecisionError(msg) from None
    if table and table[0][0].startswith("# decision"):
        del table[0]
    if not table or tuple(table[0]) != COLUMNS:
        found = shorten(",".join(table[0]) if table else "", width=200)
        msg = f"{where}: the columns must be {','.join(COLUMNS)}, got {found}."
        raise DecisionError(msg)
    return _rule_of([dict(zip(COLUMNS, row, strict=False)) for row in table[1:]], where)


def read_csv(path: str | Path) -> Rule:
    """Read the rule of a CSV file; its thresholds come back bit for bit.

    Raises
    ------
    DecisionError
        When the file cannot be read, or is no such table.
    """
    return from_csv(_text_of(Path(path)), where=Path(path).name)


def _row(decision: Decision, concept: ConceptDecided) -> list[str]:
    numbers: dict[str, float | None] = {
        "precision": concept.precision,
        "precision_low": concept.precision_low,
        "precision_high": concept.precision_high,
        "recall": concept.recall,
        "recall_low": concept.recall_low,
        "recall_high": concept.recall_high,
    }
    return [
        harmless(concept.name),
        decision.operator,
        repr(concept.threshold),
        decision.mode,
        *(str(getattr(concept, name)) for name in ("tp", "fp", "fn", "tn")),
        *("" if value is None else repr(value) for value in numbers.values()),
    ]


def _rule_of(rows: list[dict[str, str]], where: str) -> Rule:
    thresholds: dict[str, float] = {}
    for number, row in enumerate(rows, start=1):
        if len(row) < len(COLUMNS):
            msg = f"{where}: row {number} has {len(row)} cells instead of {len(COLUMNS)}."
            raise DecisionError(msg)
        name = as_given(row["concept"])
        if name in thresholds:
            msg = f"{where}: {shorten(name)} stands in two rows."
            raise DecisionError(msg)
        try:
            thresholds[name] = float(row["threshold"])
        except ValueError:
            got = shorten(row["threshold"])
            msg = f"{where}: row {number}: the threshold must be a number, got {got}."
            raise DecisionError(msg) from None
    kinds = {(row["operator"], row["mode"]) for row in rows}
    if len(kinds) != 1:
        msg = f"{where}: all rows need the same operator and mode, got {shorten(sorted(kinds))}."
        raise DecisionError(msg)
    operator, mode = kinds.pop()
    try:
        return Rule(thresholds, operator=operator, decision=mode)  # type: ignore[arg-type]
    except RuleError as error:
        msg = f"{where}: {error}"
        raise DecisionError(msg) from None


def _text_of(path: Path) -> str:
    try:
        size = path.stat().st_size
        # as bytes: reading as text would turn a carriage return in a name into another one
        text = path.read_bytes().decode("utf-8-sig") if size <= MAX_BYTES else ""
    except UnicodeDecodeError:
        msg = f"{path.name}: this is no text in UTF-8."
        raise DecisionError(msg) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        msg = f"{path.name}: cannot be read: {reason}."
        raise DecisionError(msg) from None
    if size > MAX_BYTES:
        msg = f"{path.name}: this has {size / 2**20:,.0f} MB, and is no decision."
        raise DecisionError(msg)
    return text
