// @ts-check
// Which row stands where in a table, what its cells say, and how wide its columns are.

import { clamp, exactly, grouped, isMissing, rate, UNDEFINED } from "../shared/numbers.js";

const COLLATOR = new Intl.Collator("en", { numeric: true });
const CYCLES = { text: ["up", "down", null], number: ["down", "up", null] };
const NAME = { min: 90, max: 220 };
const GAP = { min: 7, max: 48 }; // between the texts of two columns
export const ROOM = 4; // beside the least gap, or the end of a text would be cut
export const MORE = 34; // the column that opens what is folded
const LINES = 2; // that a name may take

/** @typedef {import("../contracts.d.ts").TableColumn} TableColumn */
/** @typedef {"up" | "down"} Direction */

/** Write a value of a column of a kind. */
export function written(value, kind) {
  if (isMissing(value)) return UNDEFINED;
  if (kind === "text" || kind === "written") return String(value);
  if (kind === "threshold") return exactly(value);
  return kind === "count" ? grouped(value) : rate(value);
}

/**
 * Return the rows in the order of a column: what is undefined comes last in both directions, equals
 * stay in the order as given. The last order is nearly the next one, and quickly sorted.
 *
 * @param {number[]} order
 * @param {(string | number | null)[]} keys
 * @param {string} kind
 * @param {Direction} direction
 */
export function sortedRows(order, keys, kind, direction) {
  return [...order].sort(comparison(keys, kind, direction === "down" ? -1 : 1));
}

function comparison(keys, kind, sign) {
  if (kind !== "text") {
    const ranks = Float64Array.from(keys, (key) => {
      const number = typeof key === "string" ? meant(key) : key;
      return isMissing(number) ? Infinity : sign * number;
    });
    return (a, b) => (ranks[a] === ranks[b] ? a - b : ranks[a] - ranks[b]);
  }
  return (a, b) =>
    Number(isMissing(keys[a])) - Number(isMissing(keys[b])) ||
    sign * COLLATOR.compare(keys[a] ?? "", keys[b] ?? "") ||
    a - b;
}

/** The number that a text begins with, as Python writes it; NaN where it begins with none. */
function meant(text) {
  return Number.parseFloat(text.replace("−", "-").replace(/[±,]|^[<>] /g, ""));
}

/** Decimals of a threshold as it is written: digits of one place stand below one another. */
export function decimalsOf(value) {
  return isMissing(value) ? 0 : (exactly(value).split(".")[1] ?? "").length;
}

/** The next step of the cycle that a click on a column's head makes; null is the order as given. */
export function nextSort({ name, kind }, sort) {
  const cycle = kind === "text" ? CYCLES.text : CYCLES.number;
  const next = sort?.name === name ? cycle[cycle.indexOf(sort.direction) + 1] : cycle[0];
  return next ? { name, direction: next } : null;
}

/** The number of the column that a sort names, as it may come to stand elsewhere; -1 for none. */
export function columnOf(columns, sort) {
  return sort ? columns.findIndex((column) => column.name === sort.name) : -1;
}

/** The texts that are the widest of a column of numbers, by what digits there are. */
export function longestNumber(rows, c, kind) {
  if (kind === "count") {
    let [low, high] = [0, 0];
    for (const row of rows) {
      if (row[c] > high) high = row[c];
      else if (row[c] < low) low = row[c];
    }
    return Math.max(written(low, kind).length, written(high, kind).length);
  }
  return Math.max(0, ...rows.map((row) => written(row[c], kind).length));
}

/**
 * Share the width out: all columns as wide as their texts; else the names in two lines; else columns
 * are folded, the ones that say so first, until the rest is whole. No number is ever cut.
 *
 * @param {{width: number, needs: number[], folds: (number | null)[], scale: number}} room
 */
export function shareWidth({ width, needs, folds, scale }) {
  const name = needs[0];
  const most = Math.max(NAME.max * scale, width / 3);
  const least = Math.min(name, clamp(NAME.min * scale, Math.ceil(name / LINES) + 2 * ROOM, most));
  const folded = new Set();
  const numbers = () =>
    needs.reduce((sum, need, c) => (c && !folded.has(c) ? sum + need + GAP.min : sum), 0) +
    (folded.size ? MORE * scale : 0);
  const order = needs.map((_, c) => c).filter((c) => c > 0 && folds[c] !== null);
  order.sort((a, b) => (folds[b] ?? 0) - (folds[a] ?? 0) || b - a);
  for (const c of order) {
    if (least + GAP.min + numbers() <= width) break;
    folded.add(c);
  }
  const taken = numbers();
  const own = clamp(least, width - taken - GAP.min, name);
  const shown = needs.map((_, c) => c).filter((c) => !folded.has(c));
  const spare = Math.floor((width - taken - own - GAP.min) / shown.length);
  const gap = GAP.min + clamp(0, spare, GAP.max - GAP.min);
  return {
    shown,
    folded: [...folded].sort((a, b) => a - b),
    widths: shown.map((c) => (c ? needs[c] : Math.floor(own)) + gap),
    wrapped: own < name,
    cut: own * LINES - 2 * ROOM < name,
  };
}
