"""Dragging the threshold in Chromium: how often the numbers on the screen follow.

``python -m tests.bench drag [--page concept] [--concepts 10 100 1000] [--scope all] [--seconds 4]
[--repeat 1]``; the pages are evaluate, concept, and thresholds with the picture of a goal.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.bench.machine import describe
from tests.browser.made_up_runs import write_large
from tests.browser.serving import Server, serving

__all__ = ["main"]

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PARTS = {
    "evaluate": ("highlights", "table", "matrix"),
    "concept": ("highlights", "table", "points"),
    "thresholds": ("highlights", "points"),
}
"""Page to what of it is watched."""
ADDRESSES = {
    "evaluate": "evaluate?run=made_{n}&scope={scope}",
    "concept": "concept?run=made_{n}",
    "thresholds": "thresholds?run=made_{n}&for=concept+0000&goal=recall_at_least&goal=level%3D0.9",
}
POINT = '[aria-label^="Precision against recall"] .mark-symbol path[stroke="#ffffff"]'
WHOLE = {
    "evaluate": (
        ".st-key-matrix .cell, .st-key-heatmap canvas",
        ".st-key-summary .row",
        ".st-key-gallery .root",
    ),
    "concept": (POINT, ".st-key-comparison .row", ".st-key-just_inside .root"),
    "thresholds": (POINT, ".st-key-advice .row"),
}
"""Page to what is there when it is drawn."""
LEAST_UPDATES = 15.0
LONGEST_SETTLING = 150.0
AT_CONCEPTS = 100
QUIET = 1_500.0
"""Milliseconds without any change, after which the page counts as settled."""
PATIENCE = 120_000

WATCH = """({ parts, point }) => {
  const seen = { released: 0, inputs: 0 };
  for (const part of parts) seen[part] = [];
  window.__seen = seen;
  const note = (list) => {
    const now = performance.now();
    if (!list.length || now - list.at(-1) > 4) list.push(now);
  };
  const rootBelow = (node) => {
    if (!node || node.shadowRoot) return node?.shadowRoot ?? null;
    for (const child of node.children) { const found = rootBelow(child); if (found) return found; }
    return null;
  };
  const rootOf = (key) => rootBelow(document.querySelector(`.st-key-${key}`));
  // other texts are an update; a class or a tooltip under the pointer is none
  const watch = (node, list) => new MutationObserver(() => note(list)).observe(
    node, { subtree: true, childList: true, characterData: true });
  const dial = rootOf('dial');
  watch(dial.querySelector('.strip'), seen.highlights);
  const table = rootOf('summary') ?? rootOf('comparison');
  if (seen.table) watch(table.querySelector('.body'), seen.table);
  // a point is moved, or drawn anew by Streamlit
  if (seen.points) {
    const chart = document.querySelector(point).closest('svg');
    new MutationObserver(() => note(seen.points)).observe(
      chart, { subtree: true, attributeFilter: ['transform', 'd'] });
  }
  const matrix = rootOf('matrix');
  if (!seen.matrix) { /* none on this page */ }
  else if (matrix) watch(matrix.querySelector('.box'), seen.matrix);
  else {
    // a canvas has no nodes to watch: each painting starts by wiping it
    const canvas = rootOf('heatmap').querySelector('canvas');
    const plain = CanvasRenderingContext2D.prototype.clearRect;
    CanvasRenderingContext2D.prototype.clearRect = function (...room) {
      if (this.canvas === canvas) note(seen.matrix);
      return plain.apply(this, room);
    };
  }
  dial.addEventListener('input', () => { seen.inputs += 1; });
  addEventListener('pointerup', () => { seen.released = performance.now(); }, true);
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drag:
    """What was seen of one drag.

    Parameters
    ----------
    moves, inputs
        Moves made by the driver, and those that the browser gave to the slider, a second.
    updates
        Part of the page to its changes a second while the mouse was down.
    settled
        Milliseconds from the release to the last change of any part.
    """

    page: str
    n_concepts: int
    moves: float
    inputs: float
    updates: dict[str, float]
    settled: float
    load: float

    def cells(self) -> list[str]:
        """Return the line of the table."""
        rates = [f"{rate:.1f}" for rate in self.updates.values()]
        settled = f"{self.settled:.0f}"
        return [
            self.page,
            f"{self.n_concepts:,}",
            f"{self.moves:.1f}",
            f"{self.inputs:.1f}",
            *rates,
            settled,
            f"{self.load:.1f}",
        ]

    @property
    def is_fast(self) -> bool:
        """Whether the promise for 100 concepts was kept."""
        slowest = min(self.updates.values())
        return slowest >= LEAST_UPDATES and self.settled <= LONGEST_SETTLING


def header(page: str) -> list[str]:
    """Return the heads of the table."""
    rates = [f"{part}/s" for part in PARTS[page]]
    return ["page", "concepts", "moves/s", "inputs/s", *rates, "settled ms", "load"]


def main(arguments: Sequence[str]) -> int:
    """Measure and print; return 1 when the promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench drag")
    parser.add_argument("--page", choices=list(PARTS), default="evaluate")
    parser.add_argument("--concepts", type=int, nargs="+", default=[10, 100, 1_000])
    parser.add_argument("--scope", choices=["confused", "all"], default="confused")
    parser.add_argument("--inputs", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args(arguments)
    print(f"{describe()}\n\n{options.inputs:,} inputs, single-label, {options.seconds:g} s each\n")
    print("  ".join(name.rjust(12) for name in header(options.page)), flush=True)
    drags = []
    with _page(options.concepts, n_inputs=options.inputs) as (page, server):
        for n_concepts in options.concepts * options.repeat:
            query = ADDRESSES[options.page].format(n=n_concepts, scope=options.scope)
            address = server.url(query)
            drags.append(_drag(page, address, options.page, n_concepts, seconds=options.seconds))
            print("  ".join(cell.rjust(12) for cell in drags[-1].cells()), flush=True)
    judged = [drag for drag in drags if drag.n_concepts == AT_CONCEPTS]
    kept = any(drag.is_fast for drag in judged)
    print(
        f"\nPromise at {AT_CONCEPTS} concepts on 2 idle cores: {LEAST_UPDATES:g} updates/s "
        f"of every part, settled in {LONGEST_SETTLING:g} ms: "
        f"{'kept' if kept else 'MISSED' if judged else 'not measured'}."
    )
    return 0 if kept or not judged else 1


@contextmanager
def _page(concepts: Sequence[int], *, n_inputs: int) -> Iterator[tuple[Page, Server]]:
    """Serve one made-up run per number of concepts and open a browser."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        library = Path(folder) / "library"
        for n_concepts in concepts:
            write_large(library / f"made_{n_concepts}", n_inputs=n_inputs, n_concepts=n_concepts)
        with serving(library, log=Path(folder) / "log.txt") as server:
            started = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
            yield started.new_page(viewport={"width": 1440, "height": 900}), server
            started.close()


def _chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, CHROMIUM)), None)


def _drag(page: Page, address: str, name: str, n_concepts: int, *, seconds: float) -> Drag:
    page.goto(address)
    parts = PARTS[name]
    for part in WHOLE[name]:
        page.locator(part).first.wait_for(timeout=PATIENCE)
    page.wait_for_load_state("networkidle")
    page.evaluate(WATCH, {"parts": list(parts), "point": POINT})
    room: Any = page.get_by_role("slider", name="Threshold").bounding_box()
    y, middle = room["y"] + room["height"] / 2, room["x"] + room["width"] / 2
    page.mouse.move(middle, y)
    page.mouse.down()
    start, n_moves = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        # to and fro over a third of the range; no two neighbouring moves give one threshold
        side = 1 if n_moves % 40 < 20 else -1
        page.mouse.move(middle + side * room["width"] / 6, y, steps=20)
        n_moves += 20
    took = time.perf_counter() - start
    page.mouse.up()
    page.wait_for_function(
        "({ quiet, parts }) => { const s = window.__seen; const last = Math.max(s.released, "
        "...parts.map(p => s[p].at(-1) ?? 0)); return performance.now() - last > quiet }",
        arg={"quiet": QUIET, "parts": list(parts)},
        timeout=PATIENCE,
    )
    seen = page.evaluate("() => window.__seen")
    released = float(seen["released"])
    ends = [seen[part][-1] for part in parts if seen[part]]
    return Drag(
        page=name,
        n_concepts=n_concepts,
        moves=n_moves / took,
        inputs=seen["inputs"] / took,
        updates={part: sum(at <= released for at in seen[part]) / took for part in parts},
        settled=max(0.0, max(ends, default=released) - released),
        load=os.getloadavg()[0],
    )
