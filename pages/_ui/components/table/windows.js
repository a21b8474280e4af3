// @ts-check
// A long table of which only some rows are there: while a threshold moves, the page asks for those
// in view and a few around them. A row that is not there is drawn empty, never with old numbers.

import { columnOf } from "./arrangement.js";

const MARGIN = 1; // screens above and below those rows

/** @typedef {import("../contracts.d.ts").TableData} TableData */
/** @typedef {{name: string, direction: "up" | "down"} | null} Sort */

/**
 * @typedef {{shown: TableData, sort: Sort, order: number[], top: number, at: {r: number}, height: number,
 *   row_height: number}} Table
 */

/**
 * The places in view, the first and the one after the last, and some around them.
 *
 * @param {Pick<Table, "top" | "height" | "row_height">} room
 * @param {{n_rows: number, around: number}} rows
 */
export function placesAround({ top, height, row_height }, { n_rows, around }) {
  const inView = Math.ceil(height / row_height);
  const highest = Math.min(top, Math.max(0, n_rows * row_height - height));
  const first = Math.max(0, Math.floor(highest / row_height) - around);
  return { first, end: Math.min(n_rows, first + inView + 2 * around) };
}

/**
 * The rows to ask for, as Python reads it; empty for all of them: of a short table, and in an order
 * by names that is not known yet.
 *
 * @param {Table} table
 */
export function rowsToAsk(table) {
  const { shown, sort, order, at, height, row_height } = table;
  if (!shown?.is_long) return "";
  const around = MARGIN * Math.ceil(height / row_height);
  const { first, end } = placesAround(table, { n_rows: shown.rows.length, around });
  const column = columnOf(shown.columns, sort);
  const by = column < 0 || !sort ? null : [sort.name, sort.direction];
  const also = at.r >= 0 ? [at.r] : [];
  if (column !== 0) return JSON.stringify({ numbers: also, places: [first, end], by });
  // only the browser sorts names as people do; they stay, and so does their order
  const named = order.slice(first, end);
  if (order.length !== shown.rows.length || named.includes(/** @type {any} */ (undefined)))
    return "";
  return JSON.stringify({ numbers: [...named, ...also], places: [0, 0], by });
}

/** What is shown, with its rows where they stand by number; what is not there is a hole. */
export function spread(data) {
  const { window, rows } = data;
  if (!window) return data;
  const all = new Array(window.n_rows);
  window.numbers.forEach((r, i) => {
    all[r] = rows[i];
  });
  return { ...data, rows: all, known: rows };
}

/**
 * The order of the rows that are there; a hole where nobody knows which row has the place.
 *
 * @param {NonNullable<TableData["window"]>} window
 * @param {{sort: Sort, order: number[], isKept: boolean}} known  The order so far, and whether it is
 *   the one by this sort with all its rows.
 */
export function orderOf({ n_rows, numbers, places, by }, { sort, order, isKept }) {
  const isAsked = (by?.[0] ?? null) === (sort?.name ?? null) && by?.[1] === sort?.direction;
  if (!isAsked) return new Array(n_rows); // the answer to what was asked before another sort
  if (isKept && order.length === n_rows && (!by || !places)) return order;
  if (!by) return Array.from({ length: n_rows }, (_, r) => r);
  const found = new Array(n_rows);
  places?.forEach((place, i) => {
    found[place] = numbers[i];
  });
  return found;
}

/** Whether a row in view is not there. @param {Table} table */
export function lacksSome(table) {
  const { shown, order } = table;
  if (!shown?.window) return false;
  const { first, end } = placesAround(table, { n_rows: shown.rows.length, around: 0 });
  for (let place = first; place < end; place++) if (!shown.rows[order[place]]) return true;
  return false;
}

/** Whether a row in view would not be there, if some news were shown. */
export function wouldLack(table, news, isKept) {
  if (!news?.window) return false;
  const order = orderOf(news.window, { ...table, isKept });
  return lacksSome({ ...table, shown: spread(news), order });
}
