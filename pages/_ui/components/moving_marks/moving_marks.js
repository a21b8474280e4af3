// @ts-check
// Charts are drawn once, by Streamlit; while the threshold is dragged only their operating points
// and upright lines move, to where the live answers say. At rest Streamlit draws the same places.
// A click in a chart, or a drag, tells the page's slider which threshold is meant.

import { askThreshold, followLive, make, setText, stateOf } from "../shared/dom.js";
import { chartOf, save } from "./files.js";
import { nearest, placeOf, sizeOf, valueAt } from "./places.js";

const NEAR = 30; // pixels from a curve that a click may miss it
const FORMS = ["SVG", "PNG"];
const stateOfMarks = stateOf((parent) => ({ root: parent.querySelector(".root"), told: "" }));

export default function ({ data, parentElement }) {
  const marks = stateOfMarks(parentElement);
  marks.data = data;
  offer(marks);
  marks.leave ??= follow(marks);
  return () => {
    marks.leave?.();
    marks.leave = null;
  };
}

function follow(marks) {
  const stop = followLive((answer) => {
    const moved = answer[marks.data.field];
    if (moved) marks.data.charts.forEach((drawn, k) => move(drawn, moved[k]));
  });
  const press = (event) => begin(marks, event);
  const hover = (event) => point(marks, event);
  document.addEventListener("pointerdown", press);
  document.addEventListener("pointerover", hover);
  return () => {
    stop();
    document.removeEventListener("pointerdown", press);
    document.removeEventListener("pointerover", hover);
  };
}

function move(drawn, { points, line }) {
  const chart = chartOf(drawn.name);
  const size = sizeOf(chart?.querySelector("path.background")?.getAttribute("d") ?? "");
  if (!chart || !size) return;
  const there = drawn.points.flatMap((mark, i) => (mark ? [points[i]] : []));
  const symbols = [...chart.querySelectorAll('.mark-symbol path[stroke="#ffffff"]')];
  if (symbols.length === there.length)
    symbols.forEach((node, i) => put(node, there[i], drawn, size));
  if (line === null) return;
  for (const node of chart.querySelectorAll('.mark-rule line[stroke-dasharray="4,3"]')) {
    put(node, [line, 1], drawn, size);
  }
}

function put(node, at, { across }, size) {
  node.style.display = at ? "" : "none";
  if (!at) return;
  const { x, y } = placeOf(at, across, size);
  node.setAttribute("transform", `translate(${x},${y})`);
}

// --- the threshold that is meant by a place in a chart

/** Return the chart under the pointer, and its plot's box; null where there is none. */
function plotUnder(marks, event) {
  const chart = event.target.closest?.('[data-testid="stVegaLiteChart"]');
  const label = chart?.getAttribute("aria-label") ?? "";
  const drawn = marks.data.charts.find(({ name }) => label.startsWith(name));
  const box = drawn && chart.querySelector("path.background")?.getBoundingClientRect();
  if (!box?.width) return null;
  const inside =
    event.clientX >= box.left - 4 &&
    event.clientX <= box.right + 4 &&
    event.clientY >= box.top - 4 &&
    event.clientY <= box.bottom + 4;
  return inside ? { chart, drawn, box } : null;
}

function point(marks, event) {
  const plot = plotUnder(marks, event);
  if (plot) plot.chart.style.cursor = plot.drawn.line === null ? "crosshair" : "ew-resize";
}

function begin(marks, event) {
  const plot = plotUnder(marks, event);
  if (!plot || event.button !== 0) return;
  if (plot.drawn.line === null) return choose(marks, plot, event);
  event.preventDefault(); // no text is selected on the way
  const value = (at) => valueAt(at.clientX - plot.box.left, plot.drawn.across, plot.box.width);
  const drag = (at) => askThreshold(value(at), { done: false, exact: false });
  const release = (at) => {
    window.removeEventListener("pointermove", drag);
    askThreshold(value(at), { done: true, exact: false });
  };
  drag(event);
  window.addEventListener("pointermove", drag);
  window.addEventListener("pointerup", release, { once: true });
}

function choose(marks, { drawn, box }, event) {
  const curve = marks.data.curves.find(({ name }) => name === drawn.name);
  const at = { x: event.clientX - box.left, y: event.clientY - box.top };
  const found = nearest(curve?.points ?? [], at, { drawn, box, most: NEAR });
  if (found !== null) askThreshold(found, { done: true, exact: true });
}

// --- the charts as files

function offer(marks) {
  const told = marks.data.charts.map(({ name }) => name).join();
  if (told === marks.told) return;
  marks.told = told;
  marks.root.replaceChildren();
  for (const { name } of marks.data.charts) {
    const entry = make("span", "", marks.root);
    setText(make("span", "", entry), `${name}: `);
    for (const form of FORMS) {
      const button = make("button", "", entry);
      button.type = "button";
      setText(button, form);
      button.setAttribute("aria-label", `${name} as ${form}`);
      button.onclick = () => save(name, form);
    }
  }
}
