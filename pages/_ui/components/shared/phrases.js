// @ts-check
// What components say in words, for tooltips and screen readers.

import { counted, grouped, rate } from "./numbers.js";

const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufefc]/;

/** A right-to-left name must not turn the sentence around it. */
export function isolated(name) {
  return RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
}

/** Say which row of a matrix this is; "no label" is a place, not a label. */
export function actualPhrase(name, kind) {
  return kind === "none" ? isolated(name) : `labelled ${isolated(name)}`;
}

export function predictedPhrase(name, kind) {
  return kind === "none" ? isolated(name) : `predicted ${isolated(name)}`;
}

/**
 * Say what a cell of a matrix holds; row or column -1 stands for the whole of the other.
 *
 * @param {{rows: string[], columns: string[], row_kinds: string[], column_kinds: string[],
 *   mode: string, unit: string}} names
 * @param {{row: number, column: number}} at
 * @param {{value: number | null, right?: number, unknown?: number, share?: string,
 *   text?: string}} cell
 */
export function cellPhrase(names, { row, column }, cell) {
  const [rowKind, columnKind] = [names.row_kinds[row], names.column_kinds[column]];
  if (column < 0) return `${actualPhrase(names.rows[row], rowKind)}: the whole row`;
  if (row < 0) return `${predictedPhrase(names.columns[column], columnKind)}: the whole column`;
  const name = names.columns[column];
  if (names.mode === "probability") return meanPhrase(names.rows[row], rowKind, name, cell);
  const who = `${actualPhrase(names.rows[row], rowKind)}, ${predictedPhrase(name, columnKind)}`;
  if (names.mode === "difference") return `${who}: ${changePhrase(cell.value, names.unit)}`;
  const share = cell.share ? `, ${cell.share}` : "";
  const count = `${who}: ${counted(cell.value, names.unit)}${share}`;
  const own = row === column && rowKind !== "other";
  if (cell.right === undefined || !cell.value || own || columnKind === "none") return count;
  return `${count} — ${partsPhrase(name, cell)}`;
}

// "12 inputs fewer on the right"
function changePhrase(change, unit) {
  if (!change) return "as many on both sides";
  return `${counted(Math.abs(change), unit)} ${change > 0 ? "more" : "fewer"} on the right`;
}

// "29 also labelled baked (right), 8 not labelled baked"
function partsPhrase(column, { value, right = 0, unknown = 0 }) {
  const name = isolated(column);
  const rest = unknown > 0 ? `, ${grouped(unknown)} unknown for ${name}` : "";
  const wrong = grouped(value - right - unknown);
  return `${grouped(right)} also labelled ${name} (right), ${wrong} not labelled ${name}${rest}`;
}

// What is seen is part of what is said: ".67, in full 0.667".
function meanPhrase(row, rowKind, column, { value, text = "" }) {
  const inputs = rowKind === "none" ? `with ${isolated(row)}` : `labelled ${isolated(row)}`;
  const mean = Number.isNaN(value) || value === null ? "undefined (–)" : rate(value);
  const seen = text && text !== "–" ? `${text}, in full ` : "";
  return `mean score for ${isolated(column)} over the inputs ${inputs}: ${seen}${mean}`;
}

/** The three states of a label, as a class and in words. */
export function truthClass(labelled) {
  if (labelled === null) return "unknown";
  return labelled ? "labelled" : "not";
}

export function truthPhrase(labelled) {
  if (labelled === null) return "label unknown";
  return labelled ? "labelled" : "not labelled";
}

/** How much of all names is the same beginning, up to a break in them. */
export function commonStart(names) {
  if (names.length < 2) return 0;
  let n = Math.min(...names.map((name) => name.length)) - 1;
  for (const name of names) while (n > 0 && !name.startsWith(names[0].slice(0, n))) n -= 1;
  while (n > 0 && !/[\s_\-./:|]/.test(names[0][n - 1])) n -= 1;
  return n >= 4 ? n : 0;
}
