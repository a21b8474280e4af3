// @ts-check
// A table whose numbers move while a threshold is dragged. Python sends the data; in between, the
// page may send newer values as window events, many times a second. The newest wins.
//
// In the page are the rows in view, a few around them, and the one that has the focus. Each slot
// shows whatever row has its place, so the order in the page is the order people see.

import {
  askRows,
  emptyRoot,
  followAsking,
  followLive,
  followOffered,
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
import { clamp, isMissing } from "../shared/numbers.js";
import { commonStart, isolated } from "../shared/phrases.js";
import { followRoom, heightFor } from "../shared/room.js";
import {
  columnOf,
  decimalsOf,
  longestNumber,
  MORE,
  nextSort,
  ROOM,
  shareWidth,
  sortedRows,
  written,
} from "./arrangement.js";
import { makeDetails } from "./details.js";
import { lacksSome, orderOf, placesAround, rowsToAsk, spread, wouldLack } from "./windows.js";

const ROW_HEIGHT = { line: 27, close: 23, wrapped: 39 };
const AROUND = 2;
const LEAST_IN_ROOM = 9;
const LEAST_BESIDE = 6; // rows in view, beside which the totals stay
const TEXT = 13; // pixels
const BOLD = 1.06; // how much wider the digits of a total are
const ARROW = 11; // that the head of a sorted column needs beside the gap
const HEAD_MOST = 160;
const SCROLL_BAR = 12; // pixels
const LONGEST = 60; // letters of a text that are measured
const NOT_THERE = []; // no row's name
const ARROWS = { up: "▲", down: "▼" };
const SORTS = { up: "ascending", down: "descending" };
const tableOf = stateOf(mount);

export default function ({ data, parentElement, setTriggerValue }) {
  const table = tableOf(parentElement);
  table.emit = (name, what) => setTriggerValue(name, { ...what, nonce: Date.now() });
  table.stop ??= attend(table);
  table.observer.observe(table.root);
  table.room ??= followRoom(table.root, () => refit(table));
  const isNew = data !== table.sent;
  table.sent = data;
  if (isNew) showDrawn(data, { isFirst: !table.shown, show: (drawn) => receive(table, drawn) });
  return () => {
    table.stop?.();
    table.room?.stop();
    table.stop = table.room = null;
    table.observer.disconnect();
    table.tip.hide();
  };
}

/** Hear the live answers, and say which rows of them are needed. */
function attend(table) {
  const newsIn = (answer) => answer?.[table.shown?.field];
  const leave = [
    followLive((answer) => hear(table, newsIn(answer))),
    followAsking((question) => {
      question.rows ||= rowsToAsk(table);
    }),
    followOffered((answer) => {
      const news = newsIn(answer);
      return !wouldLack(table, news, table.how === howSorted(table, news?.columns ?? []));
    }),
  ];
  return () => leave.forEach((stop) => stop());
}

function mount(parent) {
  const root = emptyRoot(parent);
  const rules = make("style", "", root);
  const empty = make("div", "empty", root);
  const box = make("div", "box", root);
  box.setAttribute("role", "grid");
  const headGroup = make("div", "", box);
  headGroup.setAttribute("role", "rowgroup");
  headGroup.className = "heads";
  const headLine = make("div", "line", headGroup);
  headLine.setAttribute("role", "row");
  headLine.setAttribute("aria-rowindex", "1");
  const body = make("div", "body", box);
  body.setAttribute("role", "rowgroup");
  const foot = make("div", "totals", box);
  foot.setAttribute("role", "rowgroup");
  const table = { root, rules, empty, box, headLine, body, foot, top: 0, width: 0, height: 0 };
  Object.assign(table, { heads: [], slots: [], spots: new WeakMap(), slotAt: new Map() });
  Object.assign(table, { names: [], needs: [], order: [], places: [], at: { r: 0, c: 0 } });
  Object.assign(table, { shares: null, start: 0, row_height: ROW_HEIGHT.line, room: null });
  table.tip = makeTooltip(root);
  table.details = makeDetails(root);
  table.observer = new ResizeObserver(() => resize(table));
  document.fonts?.ready.then(() => measureAgain(table));
  listen(table);
  return table;
}

function listen(table) {
  const { box, tip } = table;
  box.onclick = (event) => {
    const node = spotOf(table, event);
    if (node) choose(table, node);
  };
  box.onkeydown = (event) => press(table, event);
  box.onscroll = () => {
    tip.hide();
    box.style.setProperty("--scrolled", `${box.scrollLeft}px`);
    if (box.scrollTop === table.top) return;
    table.top = box.scrollTop;
    render(table);
  };
  box.onpointerover = (event) => explain(table, spotOf(table, event));
  box.onpointerleave = tip.hide;
  box.addEventListener("focusin", (event) => {
    const node = spotOf(table, event);
    if (!node) return;
    settle(table, node);
    if (node.matches(":focus-visible")) explain(table, node);
  });
  box.addEventListener("focusout", tip.hide);
}

function spotOf(table, event) {
  const node = event.target.closest?.("[role=gridcell], [role=rowheader], [role=columnheader]");
  return node && table.spots.has(node) ? node : null;
}

function hear(table, news) {
  if (news) update(table, spread(news));
}

// A sort that somebody just chose is not undone by an answer that was on its way before.
function receive(table, data) {
  const told = JSON.stringify(data.sort ?? null);
  if (told !== table.told) {
    table.told = told;
    const [c, direction] = data.sort ?? [];
    table.sort = data.sort ? { name: data.columns[c]?.name, direction } : null;
  }
  update(table, data);
}

function update(table, data) {
  const { box, empty } = table;
  const before = table.shown;
  table.shown = data;
  const focused = holdsFocus(table);
  const rebuilt = !before || !sameColumns(before.columns, data.columns);
  if (rebuilt) build(table);
  const resized =
    data.rows.length !== before?.rows.length ||
    data.height !== before.height ||
    data.below !== before.below;
  if (arrange(table)) table.tip.hide();
  follow(table);
  showSort(table);
  setAttribute(box, "aria-label", data.caption);
  setText(empty, data.rows.length ? "" : data.empty);
  box.classList.toggle("whole-rows", Boolean(data.whole_rows));
  const totalled = showTotals(table, rebuilt);
  if (grow(table) || rebuilt || resized || totalled) layout(table);
  render(table);
  if (rebuilt && focused) table.active?.focus({ preventScroll: true });
}

function sameColumns(a, b) {
  const told = ["name", "kind", "link", "help", "fold"];
  const same = (x, y) => told.every((key) => x[key] === y[key]);
  return a === b || (a.length === b.length && a.every((column, c) => same(column, b[c])));
}

// --- the nodes: only other columns make new ones, so focus and scroll survive all the rest

function build(table) {
  const { shown, headLine, body, box, spots } = table;
  body.replaceChildren();
  Object.assign(table, { slots: [], slotAt: new Map(), names: [], how: null });
  Object.assign(table, { picked: null, active: null, sorted: null, decimals: [] });
  table.heads = [...shown.columns.map(makeHead), makeMoreHead(shown.columns.length)];
  table.heads.forEach((head, c) => spots.set(head, { slot: null, c }));
  headLine.replaceChildren(...table.heads);
  setAttribute(box, "aria-colcount", String(table.heads.length));
  table.needs = headNeeds(table);
}

function makeHead({ name, kind, help }, c) {
  const head = make("div", `head c${c}${kind === "text" ? "" : " number"}`);
  head.setAttribute("role", "columnheader");
  head.setAttribute("aria-colindex", String(c + 1));
  head.tabIndex = -1;
  const text = make("span", "name", head);
  text.dir = "auto";
  setText(text, name);
  make("span", "arrow", head).setAttribute("aria-hidden", "true");
  if (help) head.setAttribute("aria-description", help);
  return head;
}

function makeMoreHead(c) {
  const head = makeHead({ name: "more", kind: "number", help: "" }, c);
  head.classList.add("more");
  return head;
}

function makeSlot(table) {
  const row = make("div", "line row", table.body);
  row.setAttribute("role", "row");
  const cells = table.heads.map((_, c) => {
    const cell = make("div", "", row);
    cell.setAttribute("role", c ? "gridcell" : "rowheader");
    cell.setAttribute("aria-colindex", String(c + 1));
    if (table.shown.columns[c]?.kind === "text") cell.dir = "auto";
    cell.tabIndex = -1;
    cell.append(document.createTextNode(""));
    return cell;
  });
  const slot = { row, cells, place: -1, r: -1, name: NOT_THERE, start: 0, values: [] };
  cells.forEach((cell, c) => table.spots.set(cell, { slot, c }));
  return slot;
}

/** The node of a cell or, for row -1, of a head; null while it is not in the page. */
function nodeAt(table, { r, c }) {
  if (r < 0) return table.heads[c] ?? null;
  return table.slotAt.get(table.places[r])?.cells[c] ?? null;
}

function placed(table, node) {
  const { slot, c } = table.spots.get(node);
  return { r: slot ? slot.r : -1, c };
}

// --- the rows in view

function render(table) {
  const focused = holdsFocus(table);
  const places = placesInView(table);
  while (table.slots.length < places.length) table.slots.push(makeSlot(table));
  table.slots.forEach((slot, i) => {
    if (i < places.length) fill(table, slot, places[i]);
    else if (slot.place >= 0) conceal(slot);
  });
  table.slotAt = new Map(places.map((place, i) => [place, table.slots[i]]));
  markSelected(table);
  const node = nodeAt(table, table.at) ?? table.slotAt.get(places[0])?.cells[0] ?? null;
  focusOn(table, node, focused);
  if (lacksSome(table) && rowsToAsk(table) !== table.shown.window.asked) askRows();
}

function placesInView(table) {
  const { first, end } = placesAround(table, { n_rows: table.order.length, around: AROUND });
  const places = Array.from({ length: end - first }, (_, i) => first + i);
  const active = table.places[table.at.r]; // undefined, and neither before nor after, on the heads
  if (active >= 0 && active < first) places.unshift(active);
  if (active >= end) places.push(active);
  return places;
}

function conceal(slot) {
  slot.row.hidden = true;
  slot.place = -1;
}

function fill(table, slot, place) {
  if (slot.place < 0) slot.row.hidden = false;
  if (slot.place !== place || slot.height !== table.row_height) {
    slot.place = place;
    slot.height = table.row_height;
    slot.row.style.top = `${place * table.row_height}px`;
    slot.row.setAttribute("aria-rowindex", String(place + 2)); // from 1, and the heads are 1
  }
  slot.r = table.order[place];
  const { columns, rows } = table.shown;
  const values = rows[slot.r];
  if (!values) return empty(slot);
  if (slot.name === NOT_THERE) slot.row.removeAttribute("aria-busy");
  const renamed = slot.name !== values[0] || slot.start !== table.start;
  slot.name = values[0];
  slot.start = table.start;
  for (let c = 0; c < columns.length; c++) {
    if (!renamed && slot.values[c] === values[c]) continue;
    slot.values[c] = values[c];
    writeCell(table, slot, c);
  }
  if (renamed) writeMore(slot, columns.length);
}

/** Say nothing, rather than something of another threshold or another row. */
function empty(slot) {
  Object.assign(slot, { name: NOT_THERE, values: [] });
  slot.row.setAttribute("aria-busy", "true");
  for (const cell of slot.cells) {
    cell.firstChild.data = "";
    cell.classList.remove("link");
    cell.removeAttribute("aria-label");
  }
}

function writeCell(table, slot, c) {
  const { name, kind, link } = table.shown.columns[c];
  const [cell, value] = [slot.cells[c], slot.values[c]];
  if (kind === "threshold") alignPoint(table, cell, c, value);
  const whole = written(value, kind);
  const text = c || !table.start ? whole : `…${whole.slice(table.start)}`;
  if (cell.firstChild.data !== text) cell.firstChild.data = text;
  const empty = isMissing(value) || (kind === "count" && value === 0) ? " faint" : "";
  const className = `cell c${c}${kind === "text" ? "" : " number"}${link ? " link" : ""}${empty}`;
  if (cell.className !== className) cell.className = className;
  if (!link && text === whole) return cell.removeAttribute("aria-label");
  const row = isolated(written(slot.name, "text"));
  setAttribute(
    cell,
    "aria-label",
    c ? `${row}, ${isolated(name)}: ${whole}` : `${row}, ${isolated(name)}: ${row}`,
  );
}

/** Points stand below one another, however many digits follow them. */
function alignPoint(table, cell, c, value) {
  const missing = isMissing(value) ? 0 : table.decimals[c] - decimalsOf(value);
  cell.style.paddingRight = missing > 0 ? `calc(5px + ${missing}ch)` : "";
}

function writeMore(slot, c) {
  const cell = slot.cells[c];
  cell.className = `cell c${c} more link`;
  cell.firstChild.data = "…";
  setAttribute(cell, "aria-label", `${isolated(written(slot.name, "text"))}: more numbers`);
}

/** Write the lines that stay below all rows; made anew only for other columns or another number. */
function showTotals({ foot, shown }, rebuilt) {
  const totals = shown.totals ?? [];
  const remade = rebuilt || foot.childElementCount !== totals.length;
  if (remade) foot.replaceChildren(...totals.map(() => makeTotal(shown.columns)));
  totals.forEach((values, r) => {
    const cells = foot.children[r].children;
    values.forEach((value, c) => {
      setText(cells[c], value === null ? "" : written(value, shown.columns[c].kind));
    });
  });
  return remade;
}

function makeTotal(columns) {
  const line = make("div", "line total");
  line.setAttribute("role", "row");
  columns.forEach(({ kind }, c) => {
    const cell = make("div", `cell c${c}${kind === "text" ? "" : " number"}`, line);
    cell.setAttribute("role", c ? "gridcell" : "rowheader");
  });
  make("div", `cell c${columns.length} more`, line).setAttribute("role", "gridcell");
  return line;
}

function markSelected(table) {
  const { selected } = table.shown;
  const node = selected ? nodeAt(table, { r: selected[0], c: selected[1] }) : null;
  if (node === table.picked) return;
  table.picked?.removeAttribute("aria-selected");
  node?.setAttribute("aria-selected", "true");
  table.picked = node;
}

// --- the order; it follows the values while they move, and costs nothing when they rest

/** Put the rows in order; return whether that changed anything. */
function arrange(table) {
  return table.shown.window ? arrangeSome(table) : arrangeAll(table);
}

function arrangeSome(table) {
  const { columns, window } = table.shown;
  const how = howSorted(table, columns);
  const sort = columnOf(columns, table.sort) < 0 ? null : table.sort;
  const order = orderOf(window, { ...table, sort, isKept: how === table.how });
  if (order === table.order) return false;
  put(table, order);
  if (!sort) Object.assign(table, { how, keys: null });
  return true;
}

function arrangeAll(table) {
  const { rows, columns } = table.shown;
  const c = columnOf(columns, table.sort);
  const how = howSorted(table, columns);
  const keys = c < 0 ? null : rows.map((row) => row[c]);
  const resized = table.order.length !== rows.length || !table.how;
  if (!resized && how === table.how && (!keys || sameList(keys, table.keys))) return false;
  const start = resized || !keys ? rows.map((_, r) => r) : table.order;
  const order = keys ? sortedRows(start, keys, columns[c].kind, table.sort.direction) : start;
  const changed = resized || !sameList(order, table.order);
  if (changed) put(table, order);
  Object.assign(table, { how, keys });
  return changed;
}

function howSorted({ sort }, columns) {
  const c = columnOf(columns, sort);
  return `${c} ${c < 0 ? "" : sort.direction}`;
}

/** Take an order over, which may have holes. */
function put(table, order) {
  Object.assign(table, { order, how: null, places: new Int32Array(order.length).fill(-1) });
  order.forEach((r, place) => {
    table.places[r] = place;
  });
}

function showSort(table) {
  const sorted = columnOf(table.shown.columns, table.sort);
  const direction = sorted < 0 ? null : table.sort.direction;
  if (table.sorted === `${sorted} ${direction}`) return;
  table.sorted = `${sorted} ${direction}`;
  table.heads.forEach((head, c) => {
    setText(head.lastChild, c === sorted ? ARROWS[direction] : "");
    setAttribute(head, "aria-sort", c === sorted ? SORTS[direction] : "none");
  });
}

// At once, before the server answers; the top of the new order is what people want to see.
function sortBy(table, c) {
  const direction = table.sort?.direction ?? "up";
  table.sort = nextSort(table.shown.columns[c], table.sort);
  table.box.scrollTop = table.top = 0;
  update(table, table.shown);
  if (table.sort) table.emit("sort", { column: c, direction: table.sort.direction });
  else table.emit("sort", { column: null, direction });
}

// --- the sizes

function resize(table) {
  if (table.root.clientWidth !== table.width || table.scale !== scaleOf()) refit(table);
}

function refit(table) {
  if (!table.shown) return;
  if (table.scale !== scaleOf()) return measureAgain(table);
  layout(table);
  render(table);
}

// Texts were measured before the page had its font, or at another size: measure once more.
function measureAgain(table) {
  if (!table.shown) return;
  table.names = [];
  table.needs = headNeeds(table);
  grow(table);
  layout(table);
  render(table);
}

function headNeeds(table) {
  table.scale = scaleOf();
  table.font = `${TEXT * table.scale}px ${getComputedStyle(table.box).fontFamily}`;
  table.digit = widest(table.font, ["0000000000"]) / 10;
  return table.shown.columns.map(({ name }) =>
    Math.min(HEAD_MOST * table.scale, widest(table.font, [name]) + ARROW),
  );
}

/** Widen columns whose texts grew; they never shrink, so that nothing shakes while values move. */
function grow(table) {
  const { columns, window } = table.shown;
  const renamed = !(window && table.names.length) && rename(table);
  let grown = false;
  columns.forEach(({ kind }, c) => {
    if (kind === "text" && !renamed) return;
    if (kind === "threshold") growDecimals(table, c);
    const need = kind === "text" ? widestText(table, c) : widestNumber(table, c, kind);
    if (need <= table.needs[c]) return;
    table.needs[c] = need;
    grown = true;
  });
  return grown;
}

function rename(table) {
  const names = rowsThere(table).map((row) => row[0]);
  const renamed = !sameList(names, table.names);
  table.names = names;
  return renamed;
}

function rowsThere({ shown }) {
  return shown.known ?? shown.rows;
}

function growDecimals(table, c) {
  const most = Math.max(...rowsThere(table).map((row) => decimalsOf(row[c])));
  if (most <= (table.decimals[c] ?? 0)) return;
  table.decimals[c] = most;
  for (const slot of table.slots) slot.values = []; // written again at their new places
}

function widestText(table, c) {
  const texts = rowsThere(table).map((row) => written(row[c], "text").slice(0, LONGEST));
  return widest(table.font, texts) + ROOM;
}

function widestNumber(table, c, kind) {
  const { totals = [] } = table.shown;
  const rows = rowsThere(table);
  const bold = totals.filter((row) => row[c] !== null).map((row) => written(row[c], kind).length);
  const whole = kind === "threshold" ? longestWhole(rows, c) + 1 + (table.decimals[c] ?? 0) : 0;
  const longest = Math.max(longestNumber(rows, c, kind), whole, ...bold);
  return Math.ceil(table.digit * longest * (bold.length ? BOLD : 1)) + 1;
}

function longestWhole(rows, c) {
  return Math.max(0, ...rows.map((row) => written(row[c], "threshold").split(".")[0].length));
}

function layout(table) {
  const { box, root, shown, needs, scale, rules } = table;
  table.width = root.clientWidth;
  const reopened = box.hidden && shown.rows.length > 0;
  box.hidden = shown.rows.length === 0;
  table.empty.hidden = !box.hidden;
  if (!table.width) return; // in a closed tab or expander: the observer calls again when it opens
  const room = table.room?.measure() ?? { top: 0, screen: innerHeight };
  table.height = Math.max(heightFor(room, shown), leastInRoom(table));
  table.row_height = rowHeight(table, false);
  const folds = shown.columns.map(({ fold }) => fold ?? null);
  const shares = shareWidth({ width: widthOf(table), needs, folds, scale });
  table.shares = shares;
  table.row_height = rowHeight(table, shares.wrapped);
  box.style.maxHeight = `${wholeRows(table)}px`;
  table.start = shares.cut ? commonStart(table.names) : 0;
  box.classList.toggle("wrapped", shares.wrapped);
  setText(rules, widthRules(table));
  setText(table.heads.at(-1).firstChild, `+${shares.folded.length}`);
  setAttribute(table.heads.at(-1), "aria-label", `${shares.folded.length} more columns`);
  table.body.style.height = `${shown.rows.length * table.row_height}px`;
  const n_totals = table.foot.childElementCount;
  setAttribute(box, "aria-rowcount", String(shown.rows.length + n_totals + 1));
  box.style.scrollPaddingBottom = `${n_totals * table.row_height}px`; // nor the totals
  box.style.scrollPaddingLeft = `${shares.widths[0]}px`; // the fixed column must not cover the focus
  if (reopened) table.top = box.scrollTop; // hidden, it forgot where it was
  if (!columnsSeen(table).includes(table.at.c)) table.at.c = 0;
}

/** In big mode some rows are seen whatever it takes, as those of the matrix beside it are. */
function leastInRoom({ scale, shown }) {
  if (scale <= 1 || (shown.below ?? null) === null) return 0;
  return (Math.min(shown.rows.length, LEAST_IN_ROOM) + 1) * ROW_HEIGHT.line * scale;
}

/** As high as usual, or a little less where that brings all rows into view. */
function rowHeight({ scale, shown, headLine, foot, height }, wrapped) {
  const usual = Math.round(ROW_HEIGHT[wrapped ? "wrapped" : "line"] * scale);
  const n = shown.rows.length + foot.childElementCount;
  const fitting = Math.floor((height - headLine.offsetHeight - 4) / n);
  return !wrapped && fitting >= ROW_HEIGHT.close * scale ? Math.min(usual, fitting) : usual;
}

/** A height that cuts no row through the middle; totals stay in view where rows are left beside. */
function wholeRows({ box, shown, headLine, foot, height, row_height }) {
  const n_totals = foot.childElementCount;
  const fixed = headLine.offsetHeight + 4;
  const fitting = Math.floor((height - fixed) / row_height);
  const all = shown.rows.length + n_totals;
  box.classList.toggle("short", fitting < all && fitting < LEAST_BESIDE + n_totals);
  return fitting >= all ? height : fixed + fitting * row_height;
}

// Less the scroll bar, if there is going to be one.
function widthOf({ box, headLine, foot, shown, row_height, height, width }) {
  const fixed = headLine.offsetHeight + foot.childElementCount * row_height;
  const over = fixed + shown.rows.length * row_height > height;
  const bar = over ? Math.max(SCROLL_BAR, box.offsetWidth - box.clientWidth) : 0;
  return width - bar - 2; // and its frame
}

function widthRules(table) {
  const { shares, scale, row_height } = table;
  const more = table.shown.columns.length;
  const rules = shares.shown.map((c, i) => `.c${c} { width: ${shares.widths[i]}px; }`);
  for (const c of shares.folded) rules.push(`.line > .c${c} { display: none; }`);
  const width = shares.folded.length ? MORE * scale : 0;
  rules.push(width ? `.c${more} { width: ${width}px; }` : `.line > .c${more} { display: none; }`);
  const total = shares.widths.reduce((sum, each) => sum + each, width);
  return `.line { width: ${total}px; }\n.root { --row: ${row_height}px; }\n${rules.join("\n")}`;
}

// --- the keyboard: steps lead from place to place, where -1 is the row of heads

function holdsFocus(table) {
  return Boolean(table.active) && table.box.getRootNode().activeElement === table.active;
}

// Rows come, go and change places: the focus stays with the name it was on.
function follow(table) {
  const { at, shown, order } = table;
  if (!table.touched) at.r = order[0] ?? at.r; // nobody was here yet: the first row people see
  at.c = clamp(0, at.c, shown.columns.length);
  const here = shown.rows[at.r];
  if (at.r < 0 || (here ? here[0] === at.name : shown.window)) return;
  const r = shown.rows.findIndex((row) => row?.[0] === at.name);
  at.r = r < 0 || !table.touched ? clamp(0, at.r, Math.max(0, shown.rows.length - 1)) : r;
  at.name = shown.rows[at.r]?.[0];
}

function focusOn(table, node, focused) {
  if (node === table.active) return;
  rove(table.active, node);
  table.active = node;
  if (node && focused) node.focus({ preventScroll: true });
}

function settle(table, node) {
  const { r, c } = placed(table, node);
  table.touched = true;
  table.at = { r, c, name: table.shown.rows[r]?.[0] };
  focusOn(table, nodeAt(table, table.at), false);
}

function columnsSeen({ shares, shown }) {
  if (!shares) return shown.columns.map((_, c) => c);
  return shares.folded.length ? [...shares.shown, shown.columns.length] : shares.shown;
}

function choose(table, node) {
  const { r, c } = placed(table, node);
  const { columns, rows, whole_rows } = table.shown;
  if (r !== -1 && !rows[r]) return; // not there yet
  if (c === columns.length) unfold(table, node, r);
  else if (r < 0) sortBy(table, c);
  else if (columns[c].link || whole_rows) table.emit("pick", { row: r, column: c });
}

function press(table, event) {
  const node = spotOf(table, event);
  if (!node) return;
  if (event.key === "Escape") return table.tip.hide();
  if (chooses(event)) choose(table, node);
  else if (event.altKey || !step(table, event)) return;
  event.preventDefault();
}

function step(table, event) {
  const { at, order, places, shown, height, row_height } = table;
  const seen = columnsSeen(table);
  const from = { row: at.r < 0 ? -1 : places[at.r], column: seen.indexOf(at.c) };
  const page = Math.max(1, Math.floor(height / row_height) - 2);
  const next = moved(event, from, { rows: order.length, columns: seen.length, page, top: -1 });
  if (!next) return false;
  const r = next.row < 0 ? -1 : order[next.row];
  if (r >= 0 && !shown.rows[r]) return true; // not there yet
  table.at = { r, c: seen[next.column], name: shown.rows[r]?.[0] };
  render(table);
  table.active.focus({ preventScroll: true });
  table.active.scrollIntoView({ block: "nearest", inline: "nearest" }); // clear of the fixed cells
  return true;
}

/** Show what is folded of a row; of the heads, to sort by. */
function unfold(table, node, r) {
  table.tip.hide();
  const { columns, rows } = table.shown;
  const entries = table.shares.folded.map((c) => {
    const { name, kind, link, help } = columns[c];
    if (r < 0) return { words: name, value: help, act: () => sortBy(table, c) };
    const act = link ? () => table.emit("pick", { row: r, column: c }) : null;
    return { words: name, value: written(rows[r][c], kind), act };
  });
  const title = r < 0 ? "Sort by" : written(rows[r][0], "text");
  table.details.open(title, entries, node);
}

function explain(table, node) {
  table.tip.linger(node ? explanation(table, node) : "", node);
}

function explanation(table, node) {
  const { r, c } = placed(table, node);
  const { columns, rows } = table.shown;
  if (r >= 0 && !rows[r]) return ""; // not there yet
  if (c === columns.length) return foldedPhrase(table, r);
  const words = r < 0 ? node.firstChild : node;
  const hidden =
    words.scrollWidth > words.clientWidth || words.scrollHeight > words.clientHeight + 1;
  const whole = r < 0 ? columns[c].name : written(rows[r][c], columns[c].kind);
  const cut = hidden || (r >= 0 && words.textContent !== whole);
  return [cut ? whole : "", r < 0 ? columns[c].help : ""].filter(Boolean).join("\n");
}

function foldedPhrase({ shown, shares }, r) {
  const told = ({ name, kind }, c) => (r < 0 ? name : `${name} ${written(shown.rows[r][c], kind)}`);
  return shares.folded.map((c) => told(shown.columns[c], c)).join("\n");
}
