"""The report for the client, as a browser shows and prints it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser

import evalcore as ec
from evalcore.decisions import Pinned, draw_up
from evalcore.reports import to_html

ROOT = Path(__file__).resolve().parents[2]


def test_the_report_fetches_nothing_shows_its_pictures_and_fits_one_sheet(
    browser: Browser, tmp_path: Path
) -> None:
    evaluation = ec.Evaluation(ec.load_run(ROOT / "sample_runs" / "kitchen"))
    decision = draw_up(
        evaluation,
        ec.Rule({"mug": 0.647}, default=0.6),
        title="Kitchen tagger",
        author="Ada",
        reasons="A missed tag costs less than a wrong one.",
        goal=ec.Goal.precision_at_least(0.8),
        pinned=[Pinned(id=str(one), note="seen") for one in evaluation.run.ids[:3]],
    )
    path = tmp_path / "report.html"
    path.write_text(to_html(decision, evaluation), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(path.as_uri())
    widths = page.evaluate(
        "[...document.images].map(i => i.naturalWidth)"
        ".concat(document.documentElement.scrollWidth - document.documentElement.clientWidth)"
    )
    sheet = page.pdf(prefer_css_page_size=True)
    page.close()

    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert all(width > 100 for width in widths[:3])
    assert widths[3:] == [0]
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
