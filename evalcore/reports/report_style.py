"""The style sheet of the report: for the screen, and for A4 paper."""

from __future__ import annotations

__all__ = ["STYLE"]

STYLE = """
:root { color-scheme: light; --ink: #1c2733; --quiet: #5b6875; --line: #d9dfe5; --mark: #1f5fa8; }
* { box-sizing: border-box; }
html { background: #eef1f4; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
body { margin: 0; color: var(--ink); font: 14px/1.45 system-ui, "Segoe UI", "DejaVu Sans", Arial,
  sans-serif; }
main { max-width: 860px; margin: 24px auto; padding: 36px 44px; background: #fff; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 15px; margin: 22px 0 6px; break-after: avoid; }
p { margin: 6px 0; overflow-wrap: anywhere; }
.who, .quiet, footer { color: var(--quiet); }
.quiet { font-size: 12px; }
.rule { font-size: 17px; margin-top: 16px; }
.reasons { white-space: pre-wrap; }
.ended, .note { padding: 6px 10px; border-left: 4px solid #c2570c; background: #fdf1e7; }
table { width: 100%; border-collapse: collapse; font-size: 12.5px;
  font-variant-numeric: tabular-nums; }
thead { display: table-header-group; }
th { color: var(--quiet); font-weight: 600; text-align: right; line-height: 1.2;
  vertical-align: bottom;
  border-bottom: 1.5px solid var(--ink); padding: 2px 4px; }
th[colspan] { text-align: left; padding-left: 14px; }
td { text-align: right; border-bottom: 1px solid var(--line); padding: 3px 4px;
  white-space: nowrap; }
tr { break-inside: avoid; }
.name { text-align: left; padding-left: 0; white-space: normal; overflow-wrap: anywhere;
  min-width: 6em; }
.strong { font-weight: 700; }
small { color: var(--quiet); font-size: 11px; }
.bar { width: 56px; height: 10px; display: block; }
.bar .axis { stroke: var(--line); stroke-width: 1; }
.bar .reach { stroke: var(--mark); stroke-width: 5; opacity: 0.45; }
.point { fill: var(--mark); stroke: #fff; stroke-width: 1; }
.curves div { display: grid; grid-template-columns: repeat(6, 1fr); gap: 10px; }
.evidence div { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; }
figure { margin: 0; break-inside: avoid; min-width: 0; }
figcaption { font-size: 12px; overflow-wrap: anywhere; }
.curve { width: 100%; display: block; }
.curve .line { fill: none; stroke: var(--mark); stroke-width: 1.5; }
.curve .grid { stroke: var(--line); stroke-width: 0.6; }
img { width: 100%; aspect-ratio: 1; object-fit: contain; background: #f3f5f7; display: block; }
.text, .gone { background: #f3f5f7; padding: 8px; font-size: 12px; margin: 0; }
footer { margin-top: 22px; border-top: 1px solid var(--line); font-size: 11px; }
@media (max-width: 700px) {
  main { padding: 18px; overflow-x: auto; }
  .curves div, .evidence div { grid-template-columns: repeat(2, 1fr); }
}
@media print {
  @page { size: A4; margin: 12mm 14mm; }
  html { background: #fff; }
  body { font-size: 9pt; line-height: 1.35; }
  main { max-width: none; margin: 0; padding: 0; }
  h1 { font-size: 17pt; }
  h2 { margin: 9pt 0 3pt; font-size: 10.5pt; }
  p { margin: 3pt 0; }
  .rule { font-size: 11pt; margin-top: 6pt; }
  .quiet { font-size: 8pt; }
  table { font-size: 8pt; }
  td { padding: 1pt 3pt; }
  small { font-size: 7pt; }
  .bar { width: 42px; }
  .curves div, .evidence div { grid-template-columns: repeat(7, 1fr); gap: 5pt; }
  figcaption { font-size: 7.5pt; line-height: 1.2; }
  footer { margin-top: 9pt; font-size: 7pt; }
}
"""
