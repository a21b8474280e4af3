"""The report of a run, as a browser shows and prints it: self-contained, and no table is cut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from playwright.sync_api import Browser

import evalcore as ec
from evalcore.diagnosis.diagnose import diagnose
from evalcore.reports import Contents, to_report

ROOT = Path(__file__).resolve().parents[2]
SHEET = {"width": 688, "height": 1032}
"""Pixels between the margins of A4."""
CUT = """() => [document.documentElement, ...document.querySelectorAll('table, figure, svg, img')]
    .filter(one => one.scrollWidth > one.clientWidth + 1
        || one.getBoundingClientRect().right > innerWidth + 1)
    .map(one => one.outerHTML.slice(0, 80))"""
BROKEN = """() => [...document.querySelectorAll('.short, tr, figure')]
    .filter(one => !getComputedStyle(one).breakInside.startsWith('avoid')).length"""


def test_the_report_fetches_nothing_and_no_table_is_cut_on_paper(
    browser: Browser, tmp_path: Path
) -> None:
    evaluation = ec.Evaluation(ec.load_run(ROOT / "sample_runs" / "kitchen"))
    rule = ec.Rule({"mug": 0.647}, default=0.6)
    found = diagnose(evaluation, rule, rng=np.random.default_rng(0))
    path = tmp_path / "report.html"
    goal = ec.Goal.precision_at_least(0.8)
    contents = Contents(evaluation=evaluation, rule=rule, diagnosis=found, goal=goal)
    path.write_text(to_report(contents), encoding="utf-8")
    page = browser.new_page(viewport=SHEET)  # type: ignore[arg-type]
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(path.as_uri())
    widths = page.evaluate("[...document.images].map(image => image.naturalWidth)")
    page.emulate_media(media="print")
    cut, broken = page.evaluate(CUT), page.evaluate(BROKEN)
    page.close()

    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert len(widths) > 20
    assert min(widths) > 60
    assert cut == []
    assert broken == 0
