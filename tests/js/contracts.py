"""The contracts of the components as types for the JavaScript: ``python -m tests.js.contracts``.

What a component is told is written once, as ``TypedDict`` beside it. From those this makes the file
that the type checker of the scripts reads; a test says when it is stale.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints
from typing import is_typeddict as is_contract

COMPONENTS = Path(__file__).resolve().parents[2] / "pages" / "_ui" / "components"
WRITTEN = COMPONENTS / "contracts.d.ts"
PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", types.NoneType: "null"}
HEAD = "// Made of the contracts in data.py: python -m tests.js.contracts; a test keeps it fresh.\n"


def contracts() -> dict[str, Any]:
    """Return every contract by its name, those of other modules that they use included."""
    found: dict[str, Any] = {}
    for path in sorted(COMPONENTS.glob("*/data.py")):
        module = import_module(f"pages._ui.components.{path.parent.name}.data")
        for contract in vars(module).values():
            if is_contract(contract):
                _add(contract, found)
    return found


def _add(contract: Any, found: dict[str, Any]) -> None:
    if contract.__name__ in found:
        assert found[contract.__name__] is contract, f"two contracts are called {contract.__name__}"
        return
    found[contract.__name__] = contract
    for hint in get_type_hints(contract).values():
        for inner in _inside(hint):
            if is_contract(inner):
                _add(inner, found)


def _inside(hint: Any) -> Iterator[Any]:
    yield hint
    for part in get_args(hint):
        yield from _inside(part)


def in_typescript(hint: Any) -> str:
    """Return the TypeScript of a type."""
    if hint in PLAIN:
        return PLAIN[hint]
    if is_contract(hint):
        return hint.__name__
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Literal:
        return " | ".join(f'"{part}"' for part in parts)
    if origin in {Union, types.UnionType}:
        return " | ".join(in_typescript(part) for part in parts)
    if origin is tuple:
        return f"[{', '.join(in_typescript(part) for part in parts)}]"
    inner = in_typescript(parts[0])  # a sequence
    whole = "|" not in inner or inner.endswith("[]")
    return f"{inner}[]" if whole else f"({inner})[]"


def written() -> str:
    """Return the whole file."""
    blocks = [HEAD]
    for name, contract in sorted(contracts().items()):
        fields = [f"export interface {name} {{"]
        for field, hint in get_type_hints(contract, include_extras=True).items():
            optional = get_origin(hint) is NotRequired
            kind = in_typescript(get_args(hint)[0] if optional else hint)
            fields.append(f"  {field}{'?' if optional else ''}: {kind};")
        blocks.append("\n".join([*fields, "}\n"]))
    return "\n".join(blocks)


if __name__ == "__main__":
    WRITTEN.write_text(written(), encoding="utf-8")
