// @ts-check
// The scores of one input: a dot per concept on one common axis, a short tick at each threshold.

import { emptyRoot, make, makeTooltip, setAttribute, setText, stateOf } from "../shared/dom.js";
import { clamp } from "../shared/numbers.js";
import { isolated, truthClass, truthPhrase } from "../shared/phrases.js";

const COLUMNS = ["concept", "score on the axis", "score"];
const LEGEND = [
  ["dot labelled", "labelled"],
  ["dot not", "not labelled"],
  ["dot unknown", "label unknown"],
  ["threshold", "threshold"],
];
const phrases = new WeakMap();
const plotOf = stateOf(mount);

export default function ({ data, parentElement }) {
  const plot = plotOf(parentElement);
  const drawn = JSON.stringify(data);
  if (plot.drawn === drawn) return;
  plot.drawn = drawn;
  drawAxis(plot, data);
  while (plot.rows.length > data.rows.length) plot.rows.pop().node.remove();
  while (plot.rows.length < data.rows.length) plot.rows.push(makeRow(plot.box));
  data.rows.forEach((row, i) => drawRow(plot.rows[i], row, data));
  setAttribute(plot.box, "aria-rowcount", String(data.rows.length + 1));
  plot.legend.children[2].hidden = data.rows.every((row) => row.labelled !== null);
}

function mount(parent) {
  const root = emptyRoot(parent);
  const box = make("div", "plot", root);
  box.setAttribute("role", "table");
  box.setAttribute("aria-label", "Scores of this input for every concept");
  box.tabIndex = 0; // so that the keyboard can scroll it
  const axis = makeRow(box);
  axis.node.classList.add("axis");
  [axis.name, axis.track, axis.value].forEach((cell, i) => {
    cell.setAttribute("role", "columnheader");
    if (i !== 1) setText(cell, COLUMNS[i]);
    else cell.setAttribute("aria-label", COLUMNS[i]); // its text are the marks of the axis
  });
  const plot = { box, axis, rows: [], legend: makeLegend(root), drawn: "" };
  listen(box, makeTooltip(root));
  return plot;
}

function makeLegend(root) {
  const legend = make("div", "legend", root);
  legend.setAttribute("aria-hidden", "true"); // the rows say it in words
  for (const [shape, words] of LEGEND) {
    const entry = make("span", "", legend);
    make("i", shape, entry);
    entry.append(words);
  }
  return legend;
}

function listen(box, tip) {
  box.onpointerover = (event) => {
    const row = event.target.closest(".row");
    const said = row && phrases.get(row);
    if (said) tip.show(said, row);
    else tip.hide();
  };
  box.onpointerleave = tip.hide;
  box.onscroll = tip.hide;
}

function makeRow(box) {
  const node = make("div", "row", box);
  node.setAttribute("role", "row");
  const cells = ["name", "track", "value"].map((name) => make("div", name, node));
  cells.forEach((cell) => cell.setAttribute("role", "cell"));
  const [name, track, value] = cells;
  name.dir = "auto";
  return { node, name, track, value };
}

function drawAxis(plot, data) {
  const ticks = data.axis.map((tick) => {
    const mark = make("span", "tick");
    setText(mark, tick.label);
    return put(mark, tick.at, data);
  });
  plot.axis.track.replaceChildren(...ticks);
}

function drawRow(row, content, data) {
  setText(row.name, content.name);
  setText(row.value, content.label);
  row.node.classList.toggle("predicted", content.predicted);
  const marks = [put(make("i", "threshold"), content.threshold, data)];
  if (content.score !== null) {
    marks.push(put(make("i", `dot ${truthClass(content.labelled)}`), content.score, data));
  }
  row.track.replaceChildren(...marks);
  const said = rowPhrase(content);
  setAttribute(row.track, "aria-label", said);
  phrases.set(row.node, `${isolated(content.name)} ${content.label}: ${said}`);
}

function rowPhrase(content) {
  const predicted = content.predicted ? "predicted" : "not predicted";
  return `${truthPhrase(content.labelled)}, ${predicted}, threshold ${content.threshold}`;
}

// A score off the axis stands at its end, never outside the plot.
function put(mark, at, { low, high }) {
  const share = high > low ? ((at - low) / (high - low)) * 100 : 50;
  mark.style.setProperty("--at", clamp(0, share, 100));
  return mark;
}
