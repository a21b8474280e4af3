// Which part of the matrix is seen: `scale` pixels per cell, and the cell at the upper left corner.

const LABELS_FROM = 12; // pixels per cell
const NUMBERS_FROM = 24;
const PARTS_FROM = 6;
const CLOSEST = 56;
const GUTTER = { left: 112, top: 96 };

function gutter(scale) {
  return scale >= LABELS_FROM ? GUTTER : { left: 0, top: 0 };
}

function wholeScale(heat) {
  const [rows, columns] = [heat.data.rows.length, heat.data.columns.length];
  const fit = (left, top) => Math.min((heat.width - left) / columns, (heat.height - top) / rows);
  if (fit(0, 0) < LABELS_FROM) return fit(0, 0);
  const labelled = fit(GUTTER.left, GUTTER.top);
  return labelled < LABELS_FROM ? LABELS_FROM - 0.01 : Math.min(labelled, CLOSEST);
}

function showWhole(heat) {
  heat.view = { scale: wholeScale(heat), x: 0, y: 0 };
  keepInside(heat);
}

/** Zoom by a factor; the cell under the pointer stays there. */
function zoom(heat, factor, px, py) {
  const { view } = heat;
  const before = gutter(view.scale);
  const x = view.x + Math.max(0, px - before.left) / view.scale;
  const y = view.y + Math.max(0, py - before.top) / view.scale;
  view.scale = clamp(wholeScale(heat), view.scale * factor, CLOSEST);
  const after = gutter(view.scale);
  view.x = x - Math.max(0, px - after.left) / view.scale;
  view.y = y - Math.max(0, py - after.top) / view.scale;
  keepInside(heat);
}

function keepInside(heat) {
  const { view, data } = heat;
  const { left, top } = gutter(view.scale);
  view.x = inside(view.x, data.columns.length, (heat.width - left) / view.scale, left === 0);
  view.y = inside(view.y, data.rows.length, (heat.height - top) / view.scale, top === 0);
}

function inside(from, n, room, centred) {
  if (n <= room) return centred ? (n - room) / 2 : 0;
  return clamp(0, from, n - room);
}

function cellUnder(heat, px, py) {
  const { view, data } = heat;
  const { left, top } = gutter(view.scale);
  const c = Math.floor(view.x + (px - left) / view.scale);
  const r = Math.floor(view.y + (py - top) / view.scale);
  // On a label, -1 stands for the whole row or column; on their corner there is nothing.
  const [onRow, onColumn] = [px < left, py < top];
  if ((onRow && onColumn) || (!onRow && (c < 0 || c >= data.columns.length))) return null;
  if (!onColumn && (r < 0 || r >= data.rows.length)) return null;
  return [onColumn ? -1 : r, onRow ? -1 : c];
}

function corner(heat, r, c) {
  const { view } = heat;
  const { left, top } = gutter(view.scale);
  return [left + (c - view.x) * view.scale, top + (r - view.y) * view.scale];
}

function bringIntoView(heat, [r, c]) {
  const { view } = heat;
  const { left, top } = gutter(view.scale);
  const [columns, rows] = [(heat.width - left) / view.scale, (heat.height - top) / view.scale];
  view.x = clamp(c + 1 - columns, view.x, c);
  view.y = clamp(r + 1 - rows, view.y, r);
  keepInside(heat);
}
