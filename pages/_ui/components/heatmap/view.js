// @ts-check
// Which part of the matrix is seen: `scale` pixels per cell, and the cell at the upper left corner.

import { clamp } from "../shared/numbers.js";

export const LABELS_FROM = 12; // pixels per cell
export const NUMBERS_FROM = 24;
export const PARTS_FROM = 6;
export const GUTTER = { left: 112, top: 96 };
const CLOSEST = 56;

/** @typedef {{width: number, height: number, n_rows: number, n_columns: number}} Size */
/** @typedef {{scale: number, x: number, y: number}} View */
/** @typedef {import("../shared/keyboard.js").Place} Place */

export function gutter(scale) {
  return scale >= LABELS_FROM ? GUTTER : { left: 0, top: 0 };
}

/** The scale at which all of it is seen. @param {Size} size */
export function wholeScale({ width, height, n_rows, n_columns }) {
  const fit = (left, top) => Math.min((width - left) / n_columns, (height - top) / n_rows);
  if (fit(0, 0) < LABELS_FROM) return fit(0, 0);
  const labelled = fit(GUTTER.left, GUTTER.top);
  return labelled < LABELS_FROM ? LABELS_FROM - 0.01 : Math.min(labelled, CLOSEST);
}

/** @param {Size} size @returns {View} */
export function wholeView(size) {
  return keptInside({ scale: wholeScale(size), x: 0, y: 0 }, size);
}

/**
 * Zoom by a factor; the cell under the pointer stays there.
 *
 * @param {View} view
 * @param {Size} size
 * @param {{factor: number, px: number, py: number}} by
 * @returns {View}
 */
export function zoomed(view, size, { factor, px, py }) {
  const before = gutter(view.scale);
  const x = view.x + Math.max(0, px - before.left) / view.scale;
  const y = view.y + Math.max(0, py - before.top) / view.scale;
  const scale = clamp(wholeScale(size), view.scale * factor, CLOSEST);
  const after = gutter(scale);
  const from = (at, pointer, edge) => at - Math.max(0, pointer - edge) / scale;
  return keptInside({ scale, x: from(x, px, after.left), y: from(y, py, after.top) }, size);
}

/** @param {View} view @param {Size} size @returns {View} */
export function keptInside({ scale, x, y }, { width, height, n_rows, n_columns }) {
  const { left, top } = gutter(scale);
  return {
    scale,
    x: inside(x, n_columns, (width - left) / scale, left === 0),
    y: inside(y, n_rows, (height - top) / scale, top === 0),
  };
}

function inside(from, n, room, centred) {
  if (n <= room) return centred ? (n - room) / 2 : 0;
  return clamp(0, from, n - room);
}

/**
 * The cell under a point: -1 stands for a whole row or column, null for nothing.
 *
 * @param {View} view
 * @param {Size} size
 * @returns {Place | null}
 */
export function cellUnder(view, { n_rows, n_columns }, px, py) {
  const { left, top } = gutter(view.scale);
  const column = Math.floor(view.x + (px - left) / view.scale);
  const row = Math.floor(view.y + (py - top) / view.scale);
  const [onRow, onColumn] = [px < left, py < top];
  if ((onRow && onColumn) || (!onRow && (column < 0 || column >= n_columns))) return null;
  if (!onColumn && (row < 0 || row >= n_rows)) return null;
  return { row: onColumn ? -1 : row, column: onRow ? -1 : column };
}

/** Where the upper left corner of a cell stands. */
export function cornerOf(view, row, column) {
  const { left, top } = gutter(view.scale);
  return [left + (column - view.x) * view.scale, top + (row - view.y) * view.scale];
}

/** @param {View} view @param {Size} size @param {Place} at @returns {View} */
export function broughtIntoView(view, size, { row, column }) {
  const { left, top } = gutter(view.scale);
  const columns = (size.width - left) / view.scale;
  const rows = (size.height - top) / view.scale;
  const x = clamp(column + 1 - columns, view.x, column);
  const y = clamp(row + 1 - rows, view.y, row);
  return keptInside({ scale: view.scale, x, y }, size);
}

/** The rows and columns that are seen, in part at least. */
export function seen(view, { width, height, n_rows, n_columns }) {
  const { left, top } = gutter(view.scale);
  const span = (from, room, n) => {
    const first = Math.max(0, Math.floor(from));
    const last = Math.min(n - 1, Math.floor(from + room / view.scale));
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  };
  return {
    rows: span(view.y, height - top, n_rows),
    columns: span(view.x, width - left, n_columns),
  };
}
