"""A server that nobody should ever ask anything, and a run that asks for it in every text."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["Listener", "listening", "lures", "write_lured_pictures", "write_lures"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Where it listens, and what it was asked."""

    address: str
    asked: list[str] = field(default_factory=list)


@contextmanager
def listening() -> Iterator[Listener]:
    """Listen on another port of this machine until the block ends."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Listener(address=f"http://127.0.0.1:{server.server_port}", asked=asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def lures(address: str) -> tuple[str, ...]:
    """Return names that fetch something from the address, should anybody take them for markup."""
    return (
        f"![a]({address}/markdown.png)",
        f"<img src={address}/image.png onerror=fetch('{address}/error')>",
        f"<script src={address}/script.js></script>",
        f"<iframe src={address}/frame></iframe>",
        f"<link rel=stylesheet href={address}/style.css>",
        f"<meta http-equiv=refresh content='0;url={address}/refresh'>",
        f"<style>@import url({address}/import.css); * {{background: url({address}/css)}}</style>",
        f"[click](javascript:fetch('{address}/javascript'))",
        f"<a href=\"data:text/html,<script src='{address}/data'></script>\">x</a>",
        f"<svg><image href='{address}/a.svg'/><use href='{address}/b.svg#x'/></svg>",
        f"<video src={address}/video autoplay></video><object data={address}/object></object>",
        f"<base href={address}/>",
        f"{address}/bare",
        ":smile: :material/delete: :red[x] :blue-badge[y]",
        f"$\\href{{{address}/latex}}{{x}}$ $$\\frac{{1}}{{2}}$$",
        "{{7*7}} ${7*7} <%= 7*7 %> #{7*7}",
        f"datum.x == 1 ? '{address}/vega' : \"\\u0027\"",
        "__proto__",
        "constructor",
        f'=HYPERLINK("{address}/formula")',
        "evil\u202egnp.exe \u2066x\u2069",
        "'\"&lt;b&gt;\\ `code` **bold** ~~gone~~",
    )


def write_lures(library: Path, address: str) -> str:
    """Write a run with such texts in every place that has one; return its key."""
    names = lures(address)
    n = 4 * len(names)
    rng = np.random.default_rng(5)
    labelled = rng.random((n, len(names))) < 0.2
    labelled[np.arange(n), np.arange(n) % len(names)] = True
    scores = np.clip(0.5 * labelled + 0.6 * rng.random(labelled.shape), 0, 1).round(2)
    rows = pd.DataFrame(
        {
            "id": [f"{names[k % len(names)]} #{k}" for k in range(n)],
            "text": [names[(k + 1) % len(names)] for k in range(n)],
            "labels": [[names[j] for j in np.flatnonzero(row)] for row in labelled],
            "fold": [names[k % 2] for k in range(n)],
            names[0]: [names[k % 3] for k in range(n)],
            names[1]: [names[k % len(names)] for k in range(n)],
            "__proto__": [names[(k + 5) % 7] for k in range(n)],
        }
        | {f"score:{name}": scores[:, j] for j, name in enumerate(names)}
    )
    key = "![k](x) <img src=x onerror=alert(1)>"
    folder = library / key
    folder.mkdir(parents=True)
    rows.to_parquet(folder / "predictions.parquet", index=False)
    about = {
        "name": names[0],
        "model": names[1],
        "model_version": names[13],
        "dataset": names[3],
        "dataset_version": names[14],
        "description": "\n".join(names),
        "task": "multi_label",
    }
    (folder / "run.json").write_text(json.dumps(about), encoding="utf-8")
    return key


def write_lured_pictures(library: Path, address: str) -> str:
    """Write a run whose pictures are drawings that fetch, with names that do; return its key."""
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{address}/inside.png"/>'
        f'<script href="{address}/inside.js"/></svg>'
    )
    names = ["a<img src=x>.svg", "![b](x).png", "c.jpg"]
    folder = library / "pictures"
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_text(drawing)
    rows = pd.DataFrame(
        {
            "id": [f"{address}/{name}" for name in [*names, "missing"]],
            "image": [*names, "<img src=y onerror=alert(2)> gone.png"],
            "label": ["x", "y", "x", "y"],
            "score:x": [0.9, 0.8, 0.2, 0.1],
            "score:y": [0.1, 0.2, 0.8, 0.9],
        }
    )
    rows.to_csv(folder / "predictions.csv", index=False)
    return "pictures"
