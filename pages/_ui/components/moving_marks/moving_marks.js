// @ts-check
// Charts are drawn once, by Streamlit; while the threshold is dragged only their operating points
// and upright lines move, to where the live answers say. At rest Streamlit draws the same places.
// A click in a chart, or a drag, tells the page's slider which threshold is meant.

import {
  askThreshold,
  followLive,
  make,
  setAttribute,
  setText,
  showDrawn,
  stateOf,
} from "../shared/dom.js";
import { chartOf, save } from "./files.js";
import { nearest, placeOf, sizeOf, valueAt } from "./places.js";

const NEAR = 30; // pixels from a curve that a click may miss it
const FORMS = ["SVG", "PNG"];
const stateOfMarks = stateOf(mount);

export default function ({ data, parentElement }) {
  const marks = stateOfMarks(parentElement);
  marks.data = data;
  offer(marks);
  marks.leave ??= follow(marks);
  marks.watch.disconnect();
  const take = ({ charts }) => {
    marks.at = charts;
  };
  showDrawn(data, { isFirst: !marks.at, show: take });
  if (marks.at !== data.charts) hold(marks);
  return () => {
    marks.watch.disconnect();
    marks.leave?.();
    marks.leave = null;
  };
}

function mount(parent) {
  const marks = { root: parent.querySelector(".root"), told: "", at: null, data: null };
  const watch = new MutationObserver(() => {
    moveAll(marks);
    watch.takeRecords(); // of our own moves
  });
  return Object.assign(marks, { watch, leave: null });
}

/** Charts drawn for a threshold that has been left go on showing the newer one. */
function hold(marks) {
  moveAll(marks);
  for (const { name } of marks.data.charts) {
    const chart = chartOf(name);
    const what = { subtree: true, childList: true, attributeFilter: ["transform"] };
    if (chart) marks.watch.observe(chart, what);
  }
}

function follow(marks) {
  const stop = followLive((answer) => {
    const moved = answer[marks.data.field];
    if (!moved) return;
    marks.at = moved;
    moveAll(marks);
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

function moveAll({ data, at }) {
  data.charts.forEach((drawn, k) => {
    if (at[k]) move(drawn, at[k]);
  });
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
  setAttribute(node, "transform", `translate(${x},${y})`);
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
