// The rows in the page: those in view, a few around them, and the one that has the focus.
// Each slot shows whatever row has its place, so the order in the page is the order people see.

const ROW_HEIGHT = 27;
const AROUND = 2;

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
  rove(table, focused);
}

function placesInView(table) {
  const { shown, order, at, box } = table;
  const inView = Math.ceil(shown.height / ROW_HEIGHT);
  const top = Math.min(table.top, Math.max(0, order.length * ROW_HEIGHT - shown.height));
  const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - AROUND);
  const end = Math.min(order.length, first + inView + 2 * AROUND);
  const places = Array.from({ length: end - first }, (_, i) => first + i);
  const active = table.places[at.r]; // undefined, and neither before nor after, on the heads
  if (active < first) places.unshift(active);
  if (active >= end) places.push(active);
  return places;
}

function makeSlot(table) {
  const row = make("div", "line row", table.body);
  row.setAttribute("role", "row");
  const cells = table.shown.columns.map((column, c) => {
    const cell = make("div", "", row);
    cell.setAttribute("role", c ? "gridcell" : "rowheader");
    cell.setAttribute("aria-colindex", c + 1);
    if (column.kind === "text") cell.dir = "auto";
    cell.tabIndex = -1;
    cell.append(document.createTextNode(""));
    return cell;
  });
  const slot = { row, cells, place: -1, r: -1, name: cells, values: [] }; // cells: no row's name
  cells.forEach((cell, c) => table.spots.set(cell, { slot, c }));
  return slot;
}

function conceal(slot) {
  slot.row.hidden = true;
  slot.place = -1;
}

function fill(table, slot, place) {
  if (slot.place < 0) slot.row.hidden = false;
  if (slot.place !== place) {
    slot.place = place;
    slot.row.style.top = `${place * ROW_HEIGHT}px`;
    slot.row.setAttribute("aria-rowindex", place + 2); // counted from 1, and the heads are 1
  }
  slot.r = table.order[place];
  const values = table.shown.rows[slot.r];
  const renamed = slot.name !== values[0];
  slot.name = values[0];
  for (let c = 0; c < slot.cells.length; c++) {
    if (!renamed && slot.values[c] === values[c]) continue;
    slot.values[c] = values[c];
    writeCell(slot, c, table.shown.columns[c]);
  }
}

function writeCell(slot, c, { name, kind, link }) {
  const [cell, value] = [slot.cells[c], slot.values[c]];
  const text = written(value, kind);
  if (cell.firstChild.data !== text) cell.firstChild.data = text;
  const faint = isMissing(value) || (kind === "count" && value === 0) ? " faint" : "";
  const className = `cell c${c}${kind === "text" ? "" : " number"}${link ? " link" : ""}${faint}`;
  if (cell.className !== className) cell.className = className;
  if (!link) return;
  const row = isolated(written(slot.name, "text"));
  setAttribute(cell, "aria-label", `${row}, ${isolated(name)}: ${c ? text : row}`);
}

function markSelected(table) {
  const { selected } = table.shown;
  const node = selected ? nodeAt(table, { r: selected[0], c: selected[1] }) : null;
  if (node === table.picked) return;
  table.picked?.removeAttribute("aria-selected");
  node?.setAttribute("aria-selected", "true");
  table.picked = node;
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
