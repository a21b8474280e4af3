// @ts-check
// The confusion matrix as a grid of DOM cells. Python sends the numbers, this file shows them.
// It runs again at each step of a dragged threshold, so it touches nothing but what changed.

import {
  emptyRoot,
  followLive,
  make,
  makeTooltip,
  sameList,
  scaleOf,
  setAttribute,
  setText,
  showDrawn,
  stateOf,
  widest,
} from "../shared/dom.js";
import { chooses, moved, rove } from "../shared/keyboard.js";
import { cellPhrase, commonStart } from "../shared/phrases.js";
import { followRoom, heightFor } from "../shared/room.js";
import { fillLegend, levelRules, MIXED, partsOf, toneClass } from "../shared/tones.js";
import { cellText, longestText, ROOM, sameCell, sizesFor } from "./cells.js";

const MEASURED = 12; // the font size at which texts are measured
const SCROLL_BAR = 12; // pixels
const LONG_NAME = 100; // pixels
const TWO_LINES = 28; // of width that a head of two lines needs
const MOST_IN_ROOM = 16; // rows that big mode shows whole: nobody scrolls for the last row
const SPARE = 48; // pixels of a page that may be scrolled for it: two lines above, such as a band of disputes
const matrixOf = stateOf(mount);

export default function ({ data, parentElement, setTriggerValue }) {
  const matrix = matrixOf(parentElement);
  matrix.pick = ({ row, column }) => setTriggerValue("pick", { row, column, nonce: Date.now() });
  matrix.leave ??= followLive((answer) => answer.matrix && update(matrix, answer.matrix));
  matrix.observer.observe(matrix.root);
  matrix.room ??= followRoom(matrix.root, () => resize(matrix));
  showDrawn(data, { isFirst: !matrix.shown, show: (drawn) => update(matrix, drawn) });
  return () => {
    matrix.observer.disconnect();
    matrix.room?.stop();
    matrix.leave?.();
    matrix.leave = matrix.room = null;
  };
}

function mount(parent) {
  const root = emptyRoot(parent);
  make("style", "", root).textContent = levelRules();
  const box = make("div", "box", root);
  box.setAttribute("role", "grid");
  const legend = make("div", "legend", root);
  const matrix = { root, box, legend, at: { row: 0, column: 0 }, shown: null, picked: [] };
  Object.assign(matrix, { width: 0, longest: 0, room: null, leave: null, hot: [] });
  matrix.tip = makeTooltip(root);
  matrix.observer = new ResizeObserver(() => root.clientWidth !== matrix.width && resize(matrix));
  listen(matrix);
  return matrix;
}

function listen(matrix) {
  const { box } = matrix;
  box.onclick = (event) => choose(matrix, spotOf(event));
  box.onpointerover = (event) => point(matrix, spotOf(event));
  box.onpointerleave = () => point(matrix, null);
  box.onscroll = () => {
    matrix.tip.hide();
    box.style.setProperty("--scrolled", `${box.scrollLeft}px`);
  };
  box.onkeydown = (event) => press(matrix, event);
  box.addEventListener("focusin", (event) => {
    const node = spotOf(event);
    if (!node) return;
    settle(matrix, node);
    if (node.matches(":focus-visible")) point(matrix, node);
  });
  box.addEventListener("focusout", () => point(matrix, null));
}

function spotOf(event) {
  return event.target.closest?.("[data-at]") ?? null;
}

function placeOf(node) {
  const [row, column] = node.dataset.at.split(" ").map(Number);
  return { row, column };
}

function nodeAt(matrix, { row, column }) {
  if (row < 0) return matrix.columns[column];
  return column < 0 ? matrix.rows[row] : matrix.cells[row * matrix.columns.length + column];
}

function update(matrix, data) {
  const before = matrix.shown;
  matrix.shown = data;
  const reshaped =
    before?.rows.length !== data.rows.length || before?.columns.length !== data.columns.length;
  if (reshaped) build(matrix);
  const renamed = reshaped || before.mode !== data.mode || !sameNames(before, data);
  if (renamed) name(matrix);
  fillLegend(matrix.legend, data.legend);
  const longest = Math.max(renamed ? 0 : matrix.longest, longestText(data));
  const resized = before?.height !== data.height || before?.below !== data.below;
  if (renamed || resized || longest !== matrix.longest) {
    matrix.longest = longest;
    layout(matrix);
  }
  paint(matrix, renamed || resized ? null : before);
  select(matrix);
  if (matrix.pointed) point(matrix, matrix.pointed);
}

function sameNames(a, b) {
  const lists = ["rows", "columns", "row_kinds", "column_kinds"];
  return a.unit === b.unit && lists.every((list) => sameList(a[list], b[list]));
}

// Only a new number of rows or columns makes new nodes: focus and scroll survive all the rest.
function build(matrix) {
  const { box, shown } = matrix;
  const focused = box.getRootNode().activeElement;
  const heads = make("div", "row heads");
  heads.setAttribute("role", "row");
  matrix.corner = make("div", "corner", heads);
  matrix.corner.setAttribute("role", "presentation");
  matrix.columns = shown.columns.map((_, column) => head(heads, "columnheader", -1, column));
  const rows = shown.rows.map(() => make("div", "row"));
  matrix.cells = [];
  matrix.rows = rows.map((row, r) => buildRow(matrix, row, r));
  box.replaceChildren(heads, ...rows);
  matrix.pointed = null;
  matrix.picked = [];
  const { row, column } = matrix.at;
  matrix.at = {
    row: Math.max(0, Math.min(row, rows.length - 1)),
    column: Math.max(0, Math.min(column, matrix.columns.length - 1)),
  };
  const start = nodeAt(matrix, matrix.at);
  rove(null, start);
  if (start && focused?.dataset.at) start.focus({ preventScroll: true });
}

function buildRow(matrix, row, r) {
  row.setAttribute("role", "row");
  const first = head(row, "rowheader", r, -1);
  for (let column = 0; column < matrix.shown.columns.length; column++) {
    const cell = make("div", "cell", row);
    cell.setAttribute("role", "gridcell");
    cell.dataset.at = `${r} ${column}`;
    cell.tabIndex = -1;
    matrix.cells.push(cell);
  }
  return first;
}

function head(parent, role, row, column) {
  const node = make("div", "", parent);
  node.setAttribute("role", role);
  node.dataset.at = `${row} ${column}`;
  node.tabIndex = -1;
  make("span", "name", node).dir = "auto";
  return node;
}

function name(matrix) {
  const { box, corner, shown, rows, columns } = matrix;
  setText(corner, shown.labels.corner);
  setAttribute(box, "aria-label", shown.labels.grid);
  matrix.start = sameStart(box, shown);
  rows.forEach((node, row) => {
    nameHead(matrix, node, "rowhead", { row, column: -1 });
    const apart = row > 0 && shown.row_kinds[row] !== shown.row_kinds[row - 1];
    node.parentNode.classList.toggle("apart", apart);
  });
  const kinds = shown.column_kinds;
  matrix.apart = columns.map((_, column) => column > 0 && kinds[column] !== kinds[column - 1]);
  nameColumns(matrix, matrix.start);
  const font = `${MEASURED}px ${getComputedStyle(box).fontFamily}`;
  const row_names = widest(font, shown.rows.map(beginning));
  // "nothing predicted" takes two lines
  const heads = shown.columns.flatMap((text, i) => (kinds[i] === "none" ? text.split(" ") : text));
  const column_names = widest(font, heads.map(beginning));
  matrix.texts = { row_names, column_names, digit: widest(font, ["0000000000"]) / 10 };
}

function nameColumns(matrix, start) {
  matrix.column_start = start;
  matrix.columns.forEach((node, column) => {
    nameHead(matrix, node, `column${matrix.apart[column] ? " apart" : ""}`, { row: -1, column });
  });
}

/** Names that are cut in low heads leave out what all of them begin with: it is their end that tells. */
function fitColumns(matrix, { upright, head_height }) {
  const { shown, texts } = matrix;
  const isCut = upright && texts.column_names * scaleOf() + ROOM > head_height;
  const concepts = shown.columns.filter((_, c) => shown.column_kinds[c] === "concept");
  const start = isCut ? commonStart(concepts) : matrix.start;
  if (start !== matrix.column_start) nameColumns(matrix, start);
}

function beginning(name) {
  return name.slice(0, 60);
}

// Where names are too long for their heads, what all of them begin with tells none of them apart.
function sameStart(box, { rows, row_kinds }) {
  const concepts = rows.filter((_, r) => row_kinds[r] === "concept");
  const font = `${MEASURED}px ${getComputedStyle(box).fontFamily}`;
  return widest(font, concepts.map(beginning)) > LONG_NAME ? commonStart(concepts) : 0;
}

function shortened(name, kind, start) {
  return start && kind === "concept" ? `…${name.slice(start)}` : name;
}

function nameHead({ shown, start: row_start, column_start }, node, className, place) {
  const { row, column } = place;
  const start = row < 0 ? column_start : row_start;
  const kind = row < 0 ? shown.column_kinds[column] : shown.row_kinds[row];
  node.className = `${className} ${kind}`;
  setText(
    node.firstChild,
    shortened(row < 0 ? shown.columns[column] : shown.rows[row], kind, start),
  );
  setAttribute(node, "aria-label", cellPhrase(shown, place, { value: null }));
}

function layout(matrix) {
  const { root, box, shown } = matrix;
  matrix.width = root.clientWidth;
  if (!matrix.width) return; // in a closed tab or expander: the observer calls again when it opens
  const room = matrix.room?.measure() ?? { top: 0, screen: innerHeight };
  let height = heightFor(room, shown) - matrix.legend.offsetHeight;
  let sizes = sizesIn(matrix, matrix.width, height);
  const isSmall = shown.rows.length <= MOST_IN_ROOM;
  // a page that scrolls a little is better than a matrix without its last row
  if (isSmall && (scaleOf() > 1 || sizes.high - height <= SPARE))
    height = Math.max(height, sizes.high);
  // what is higher than its room has a scroll bar, which must not cost the last column
  if (sizes.high > height) sizes = sizesIn(matrix, matrix.width - SCROLL_BAR, height);
  fitColumns(matrix, sizes);
  matrix.characters = sizes.characters;
  box.classList.toggle("upright", sizes.upright);
  box.classList.toggle("narrow", sizes.cell < TWO_LINES);
  box.style.maxHeight = `${wholeRows(sizes, height)}px`;
  for (const [key, size] of Object.entries(sizes)) {
    if (typeof size === "number") box.style.setProperty(`--${key.replace("_", "-")}`, `${size}px`);
  }
}

/** A height that cuts no row through the middle. */
function wholeRows({ high, head_height: head, cell_height: cell }, height) {
  return high <= height ? height : head + Math.floor((height - head) / cell) * cell;
}

function sizesIn(matrix, width, height) {
  const { shown } = matrix;
  return sizesFor({
    width,
    height,
    n_rows: shown.rows.length,
    n_columns: shown.columns.length,
    n_apart: matrix.apart.filter(Boolean).length,
    longest: matrix.longest,
    scale: scaleOf(),
    ...matrix.texts,
  });
}

function resize(matrix) {
  if (!matrix.shown) return;
  layout(matrix);
  paint(matrix, null);
  select(matrix);
}

function paint(matrix, before) {
  const { shown, cells, characters } = matrix;
  for (let i = 0; i < cells.length; i++) {
    if (before && sameCell(before, shown, i)) continue;
    const text = cellText(shown, i);
    cells[i].textContent = text.length <= characters || text.length < 2 ? text : "…";
    const apart = matrix.apart[i % matrix.columns.length] ? " apart" : "";
    cells[i].className = `cell ${toneClass(shown.tones[i], shown.strengths[i])}${apart}`;
    divide(cells[i], shown, i);
    cells[i].setAttribute("aria-label", phrase(shown, i));
  }
}

// What is part right and part wrong is drawn as both: each takes its share of the cell.
function divide(cell, { values, right, unknown, tones }, i) {
  if (tones[i] !== MIXED) return cell.removeAttribute("style");
  const ends = partsOf(values[i], right[i], unknown[i]);
  cell.style.setProperty("--right-end", `${100 * ends.right_end}%`);
  cell.style.setProperty("--wrong-end", `${100 * ends.wrong_end}%`);
}

function phrase(shown, i) {
  const column = i % shown.columns.length;
  const row = (i - column) / shown.columns.length;
  const cell = { value: shown.values[i], right: shown.right?.[i], unknown: shown.unknown?.[i] };
  const share = shown.shares && `${cellText(shown, i) || "0"} ${shown.share_words}`;
  return cellPhrase(shown, { row, column }, { ...cell, share, text: cellText(shown, i) });
}

function select(matrix) {
  const { selected, columns, rows } = matrix.shown;
  for (const node of matrix.picked) {
    node.removeAttribute("aria-selected");
    node.classList.remove("in-row", "in-column");
  }
  matrix.picked = [];
  if (!selected) return;
  const [row, column] = selected;
  mark(matrix, { row, column }, null);
  if (column < 0) columns.forEach((_, j) => mark(matrix, { row, column: j }, "in-row"));
  if (row < 0) rows.forEach((_, j) => mark(matrix, { row: j, column }, "in-column"));
}

function mark(matrix, place, className) {
  const node = nodeAt(matrix, place);
  if (!node) return; // the selection may name a concept that this matrix does not show
  if (className) node.classList.add(className);
  else node.setAttribute("aria-selected", "true");
  matrix.picked.push(node);
}

function point(matrix, node) {
  for (const each of matrix.hot) each.classList.remove("hot");
  matrix.pointed = node;
  matrix.hot = [];
  if (!node) return matrix.tip.hide();
  const { row, column } = placeOf(node);
  matrix.hot = [matrix.rows[row], matrix.columns[column]].filter(Boolean);
  for (const each of matrix.hot) each.classList.add("hot");
  matrix.tip.show(node.getAttribute("aria-label"), node);
}

function settle(matrix, node) {
  rove(nodeAt(matrix, matrix.at), node);
  matrix.at = placeOf(node);
}

function choose(matrix, node) {
  if (node) matrix.pick(placeOf(node));
}

function press(matrix, event) {
  const node = spotOf(event);
  if (!node) return;
  if (event.key === "Escape") return matrix.tip.hide();
  const field = { rows: matrix.rows.length, columns: matrix.columns.length, top: -1, left: -1 };
  const next = moved(event, matrix.at, field);
  if (chooses(event)) choose(matrix, node);
  else if (next && (next.row >= 0 || next.column >= 0)) reveal(matrix, nodeAt(matrix, next));
  else if (!next) return;
  event.preventDefault();
}

// The sticky heads would cover a cell that the browser itself scrolls only just into view.
function reveal(matrix, node) {
  node.focus({ preventScroll: true });
  const { box, corner } = matrix;
  const [cell, view] = [node.getBoundingClientRect(), box.getBoundingClientRect()];
  const [left, top] = [view.left + corner.offsetWidth, view.top + corner.offsetHeight];
  const { row, column } = placeOf(node);
  if (column >= 0 && cell.left < left) box.scrollLeft -= left - cell.left;
  if (column >= 0 && cell.right > view.right) box.scrollLeft += cell.right - view.right + 16;
  if (row >= 0 && cell.top < top) box.scrollTop -= top - cell.top;
  if (row >= 0 && cell.bottom > view.bottom) box.scrollTop += cell.bottom - view.bottom + 16;
  node.scrollIntoView({ block: "nearest", inline: "nearest" });
}
