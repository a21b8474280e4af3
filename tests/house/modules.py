"""The product's modules as they stand on disk: imports, users, lengths."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from tests.house import plan

ROOT = Path(__file__).resolve().parents[2]
_BLOCKS = (ast.If, ast.For, ast.While, ast.Try, ast.Match)
"""What counts as nesting; a ``with`` decides nothing and repeats nothing."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Module:
    """One module: its dotted name, and its source."""

    name: str
    source: str
    is_door: bool = False  # a package's __init__

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @property
    def n_lines(self) -> int:
        return len(self.source.splitlines())

    def imports(self) -> tuple[str, ...]:
        """Return the full name of everything imported, wherever in the file it stands."""
        return self._imports

    @cached_property
    def _imports(self) -> tuple[str, ...]:
        return tuple(self._walk())

    def _walk(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                origin = "." * node.level + (node.module or "")
                yield from (f"{origin}.{alias.name}" for alias in node.names)
            elif isinstance(node, ast.Call) and _name_of(node.func) == "import_module":
                yield str(ast.literal_eval(node.args[0]))

    def says(self, text: str) -> bool:
        """Return whether a text stands in the code: a name, or a string that is no docstring."""
        if text not in self.source:
            return False
        return text in ast.unparse(_WithoutDocstrings().visit(ast.parse(self.source)))

    def bodies(self) -> Iterator[tuple[str, int, int]]:
        """Yield every function with the lines of its body (no docstring) and its nesting."""
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                body = node.body[1:] if ast.get_docstring(node) is not None else node.body
                n_lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
                yield f"{self.name}.{node.name}", n_lines, _nesting(node)


def _name_of(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


class _WithoutDocstrings(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return ast.Pass() if is_text else node


def _nesting(node: ast.AST, *, depth: int = 0) -> int:
    """Return how many blocks stand in one another; an ``elif`` is no deeper than its ``if``."""
    deepest = depth
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        is_elif = isinstance(node, ast.If) and node.orelse == [child] and isinstance(child, ast.If)
        deeper = isinstance(child, _BLOCKS) and not is_elif
        deepest = max(deepest, _nesting(child, depth=depth + deeper))
    return deepest


def path_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def product() -> Mapping[str, Module]:
    """Return every module that ships, by name: the app, its pages and the core."""
    folders = [path for name in ("pages", "evalcore") for path in (ROOT / name).rglob("*.py")]
    return {module.name: module for module in map(_read, sorted([ROOT / "app.py", *folders]))}


def _read(path: Path) -> Module:
    parts = path.relative_to(ROOT).with_suffix("").parts
    is_door = parts[-1] == "__init__"
    name = ".".join(parts[:-1] if is_door else parts)
    return Module(name=name, source=path.read_text(encoding="utf-8"), is_door=is_door)


def room_of(name: str) -> str:
    """Return the room that a module or something in it belongs to."""
    rooms = {*plan.CORE, *plan.INTERFACE}
    parts = name.split(".")
    found = next((here for here in _prefixes(parts) if here in rooms), parts[0])
    # the root of the core is its door alone: an unknown module beside it is a room nobody planned
    unplanned = found == "evalcore" and len(parts) > 1 and name in product()
    return name if unplanned else found


def _prefixes(parts: list[str]) -> Iterator[str]:
    return (".".join(parts[:k]) for k in range(len(parts), 0, -1))


def resolved(name: str) -> str:
    """Return the module that an imported name means: itself, or the module that it stands in."""
    return next((here for here in _prefixes(name.split(".")) if here in product()), name)


def is_ours(name: str) -> bool:
    return name.split(".", maxsplit=1)[0] in {"app", "evalcore", "pages"}


@cache
def arrows() -> Mapping[str, frozenset[str]]:
    """Return who imports whom, module by module, lazily and for types included."""
    return {
        name: frozenset(resolved(full) for full in module.imports() if is_ours(full)) - {name}
        for name, module in product().items()
    }


@cache
def users() -> Mapping[str, frozenset[str]]:
    return {
        name: frozenset(user for user, used in arrows().items() if name in used)
        for name in product()
    }


def circles(graph: Mapping[str, frozenset[str]]) -> list[frozenset[str]]:
    """Return the sets of modules in which each one reaches every other."""
    reached = {name: _reached(graph, name) for name in graph}
    found = {
        frozenset({name, *(other for other in reached[name] if name in reached.get(other, ()))})
        for name in graph
        if name in reached[name]
    }
    return sorted(found, key=sorted)


def _reached(graph: Mapping[str, frozenset[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for name in graph.get(waiting.pop(), ()):
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return seen
