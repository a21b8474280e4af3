// @ts-check
// The whole confusion matrix on one canvas: wheel, drag and keys to look around, click to pick.

import {
  emptyRoot,
  followLive,
  make,
  makeTooltip,
  setAttribute,
  setText,
  showDrawn,
  stateOf,
} from "../shared/dom.js";
import { chooses, moved } from "../shared/keyboard.js";
import { clamp, grouped } from "../shared/numbers.js";
import { cellPhrase } from "../shared/phrases.js";
import { followRoom, heightFor } from "../shared/room.js";
import { fillLegend, levelRules } from "../shared/tones.js";
import { readCells } from "./cells.js";
import { draw, readColours, readPalette } from "./painting.js";
import {
  broughtIntoView,
  cellUnder,
  cornerOf,
  keptInside,
  wholeScale,
  wholeView,
  zoomed,
} from "./view.js";

const STEP = 1.5;
const LEAP = 10; // cells that an arrow moves with shift
const PAGE = 20;
const HINT =
  "Point at a cell, or use the arrow keys. Scroll or press + and - to zoom; drag to move.";
const heatOf = stateOf(mount);

export default function ({ data, parentElement, setTriggerValue }) {
  const heat = heatOf(parentElement);
  heat.pick = ({ row, column }) => setTriggerValue("pick", { row, column, nonce: Date.now() });
  heat.leave ??= followLive((answer) => answer.heatmap && update(heat, answer.heatmap));
  heat.observer.observe(heat.root);
  heat.room ??= followRoom(heat.root, () => resize(heat, true));
  showDrawn(data, { isFirst: !heat.data, show: (drawn) => update(heat, drawn) });
  return () => {
    heat.observer.disconnect();
    heat.room?.stop();
    heat.leave?.();
    heat.leave = heat.room = null;
  };
}

function mount(parent) {
  const root = emptyRoot(parent);
  make("style", "", root).textContent = levelRules();
  const canvas = make("canvas", "", root);
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-roledescription", "heat map");
  const foot = make("div", "foot", root);
  const line = make("div", "line hint", foot);
  line.setAttribute("aria-hidden", "true"); // the live region says it, for the keyboard alone
  setText(line, HINT);
  const legend = make("div", "legend", root);
  const live = make("div", "unseen", root);
  live.setAttribute("role", "status");
  const heat = { root, canvas, line, legend, live, foot, pictures: new Map(), dressed: "" };
  Object.assign(heat, { at: { row: 0, column: 0 }, size: { width: 0 }, leave: null, room: null });
  heat.pen = canvas.getContext("2d");
  heat.tip = makeTooltip(root);
  addButton(foot, "zoom in", () => zoomMiddle(heat, STEP));
  addButton(foot, "zoom out", () => zoomMiddle(heat, 1 / STEP));
  addButton(foot, "whole", () => showWhole(heat));
  foot.onclick = () => refresh(heat);
  heat.observer = new ResizeObserver(() => resize(heat));
  listen(heat);
  return heat;
}

function addButton(parent, words, act) {
  const node = make("button", "", parent);
  node.type = "button";
  setText(node, words);
  node.onclick = act;
}

function listen(heat) {
  const { canvas, line } = heat;
  canvas.onwheel = (event) => turn(heat, event);
  canvas.onpointerdown = (event) => grab(heat, event);
  canvas.onpointermove = (event) => (heat.grip ? drag(heat, event) : hover(heat, event));
  canvas.onpointerup = canvas.onpointercancel = () => release(heat);
  canvas.onpointerleave = () => tell(heat, null);
  canvas.onclick = (event) => click(heat, event);
  canvas.ondblclick = () => refresh(heat, showWhole);
  canvas.onkeydown = (event) => press(heat, event);
  canvas.onfocus = () => refresh(heat);
  canvas.onblur = () => {
    heat.tip.hide();
    refresh(heat);
  };
  line.onpointerover = () => explain(heat);
  line.onpointerleave = heat.tip.hide;
}

function update(heat, data) {
  const before = heat.data;
  heat.data = data;
  const reshaped =
    before?.rows.length !== data.rows.length || before?.columns.length !== data.columns.length;
  const drawn = ["filled", "values", "right", "unknown", "tones", "strengths"];
  if (reshaped || drawn.some((name) => before[name] !== data[name])) {
    heat.cells = readCells(data);
    heat.pictures.clear();
  }
  dress(heat);
  fillLegend(heat.legend, data.legend);
  if (reshaped) [heat.at, heat.view] = [{ row: 0, column: 0 }, null];
  const size = [data.rows.length, data.columns.length].map((n) => grouped(n)).join(" by ");
  const keys = "Arrow keys move, Enter picks, plus and minus zoom, 0 shows the whole.";
  setAttribute(heat.canvas, "aria-label", `Confusion matrix, ${size}. ${keys}`);
  resize(heat, true);
}

// The theme may have changed: pixels keep the colours they were painted with.
function dress(heat) {
  const { root } = heat;
  const style = getComputedStyle(root);
  const dressed = `${style.color} ${style.fontFamily} ${style.colorScheme}`;
  if (heat.dressed === dressed) return;
  heat.dressed = dressed;
  heat.pictures.clear();
  heat.palette = readPalette(root);
  heat.colours = readColours(root);
  heat.font = style.fontFamily;
}

function resize(heat, always = false) {
  const { root, data, size, foot, legend } = heat;
  const width = root.clientWidth;
  if (!data || !width || (!always && width === size.width)) return;
  const wasWhole = !heat.view || heat.view.scale <= wholeScale(size) * 1.001;
  const room = heat.room?.measure() ?? { top: 0, screen: innerHeight };
  const around = data.below === null ? 0 : foot.offsetHeight + legend.offsetHeight;
  const height = heightFor(room, data) - around;
  heat.size = { width, height, n_rows: data.rows.length, n_columns: data.columns.length };
  heat.canvas.style.height = `${height}px`;
  heat.view = wasWhole ? wholeView(heat.size) : keptInside(heat.view, heat.size);
  draw(heat);
}

function refresh(heat, act) {
  if (act) act(heat);
  heat.frame ??= requestAnimationFrame(() => {
    heat.frame = null;
    draw(heat);
  });
}

function showWhole(heat) {
  heat.view = wholeView(heat.size);
}

function zoomMiddle(heat, factor) {
  const { view, size, at } = heat;
  const [x, y] = cornerOf(view, at.row + 0.5, at.column + 0.5);
  const inside = x > 0 && x < size.width && y > 0 && y < size.height;
  const [px, py] = inside ? [x, y] : [size.width / 2, size.height / 2];
  heat.view = zoomed(view, size, { factor, px, py });
  if (inside) heat.view = broughtIntoView(heat.view, size, at); // the labels take room
}

function turn(heat, event) {
  const before = heat.view.scale;
  const factor = Math.exp(clamp(-80, -event.deltaY, 80) * 0.004);
  heat.view = zoomed(heat.view, heat.size, { factor, px: event.offsetX, py: event.offsetY });
  if (heat.view.scale === before) return; // at either end the wheel scrolls the page again
  event.preventDefault();
  refresh(heat);
}

function grab(heat, event) {
  heat.grip = { px: event.clientX, py: event.clientY, x: heat.view.x, y: heat.view.y };
  heat.moved = false;
  heat.canvas.setPointerCapture(event.pointerId);
}

function drag(heat, event) {
  const { grip, view, size } = heat;
  const [dx, dy] = [event.clientX - grip.px, event.clientY - grip.py];
  if (Math.hypot(dx, dy) > 4) heat.moved = true;
  if (!heat.moved) return;
  heat.canvas.classList.add("dragged");
  const [x, y] = [grip.x - dx / view.scale, grip.y - dy / view.scale];
  heat.view = keptInside({ scale: view.scale, x, y }, size);
  refresh(heat);
}

function release(heat) {
  heat.grip = null;
  heat.canvas.classList.remove("dragged");
}

function hover(heat, event) {
  tell(heat, cellUnder(heat.view, heat.size, event.offsetX, event.offsetY));
}

function click(heat, event) {
  const place = cellUnder(heat.view, heat.size, event.offsetX, event.offsetY);
  if (!place || heat.moved || event.detail > 1) return; // the second click of two shows the whole
  heat.at = { row: Math.max(0, place.row), column: Math.max(0, place.column) };
  heat.pick(place);
}

function press(heat, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return; // the browser's own zoom
  const { key } = event;
  const { n_rows: rows, n_columns: columns } = heat.size;
  const next = moved(event, heat.at, { rows, columns, page: PAGE, leap: LEAP });
  if (chooses(event)) heat.pick(heat.at);
  else if (key === "+" || key === "=") zoomMiddle(heat, STEP);
  else if (key === "-") zoomMiddle(heat, 1 / STEP);
  else if (key === "0") showWhole(heat);
  else if (next) step(heat, next);
  else return;
  event.preventDefault();
  refresh(heat);
}

function step(heat, next) {
  heat.at = next;
  heat.view = broughtIntoView(heat.view, heat.size, next);
  tell(heat, next);
  setText(heat.live, phrase(heat, next));
  explain(heat);
}

function tell(heat, place) {
  heat.line.classList.toggle("hint", !place);
  setText(heat.line, place ? phrase(heat, place) : HINT);
  if (!place) heat.tip.hide();
}

// The line under the map says it whole where it fits, and else above itself.
function explain({ line, tip }) {
  tip.linger(line.scrollWidth > line.clientWidth ? line.textContent : "", line);
}

function phrase({ data, cells, size }, { row, column }) {
  const at = row * size.n_columns + column;
  const parts = cells.right ? { right: cells.right[at], unknown: cells.unknown[at] } : {};
  return cellPhrase(data, { row, column }, { value: cells.values[at], ...parts });
}
