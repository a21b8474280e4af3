// @ts-check
// What stands in the cells of the matrix, and how large they are: as large as the place allows,
// and legible before large.

import { clamp, fixed, grouped, signed } from "../shared/numbers.js";

const CELL = { min: 16, big: 18, max: 56, tallest: 40, usual: 30 };
const DIGIT = { min: 9, max: 12, largest: 17 };
const HEAD = { min: 44, max: 150, least: 70, upright: 112, flat: 36 }; // two lines: the corner, "nothing predicted"
export const ROOM = 12; // beside a name that stands upright
const GAP = 5; // before the margin and "(other)"

/** @typedef {import("../contracts.d.ts").MatrixData} MatrixData */

/** Write the number of cell i: a count, a share of it, a change of it, or a mean score. */
export function cellText(data, i) {
  const value = data.values[i];
  if (value === null) return "–";
  if (value === 0) return "";
  if (data.mode === "counts") return shareText(data, i) ?? grouped(value);
  if (data.mode === "difference") return signed(value);
  return short(value);
}

function shareText({ shares }, i) {
  if (!shares) return null;
  return shares[i] === null ? "–" : short(shares[i]);
}

/** Write a rate in three characters where it has them: ".73"; 0 and 1 only for 0 and 1. */
export function short(value) {
  if (value < 0 || value > 1) return fixed(value, 1);
  if (value === 1) return "1";
  if (value > 0 && value < 0.005) return "<.01";
  return value >= 0.995 ? ">.99" : fixed(value, 2).slice(1);
}

/** The characters of the longest usual number. */
export function longestText(data) {
  if (data.mode === "probability" || data.shares) return 3;
  let most = 0;
  for (const value of data.values) if (Math.abs(value) > most) most = Math.abs(value);
  return Math.max(2, grouped(most).length + (data.mode === "difference" ? 1 : 0));
}

/** Whether a cell shows the same as before. */
export function sameCell(a, b, i) {
  return ["values", "tones", "strengths", "right", "unknown", "shares"].every(
    (list) => a[list]?.[i] === b[list]?.[i],
  );
}

/**
 * The sizes of everything in the grid.
 *
 * @param {{width: number, height: number | null, n_rows: number, n_columns: number,
 *   n_apart: number, longest: number, row_names: number, column_names: number, digit: number,
 *   scale: number}} room  widths in pixels, of texts at the font size `DIGIT.max`
 */
export function sizesFor(room) {
  const { width, height, scale } = room;
  const gaps = room.n_apart * GAP + 4;
  const names = [room.row_names, room.column_names].map((name) => name * scale);
  const head = clamp(HEAD.min, names[0] + 16, Math.min(HEAD.max * scale, width * 0.3));
  const fitting = Math.floor((width - head - gaps) / room.n_columns);
  const cell = clamp(CELL.min, fitting, CELL.max * scale);
  const upright = names[1] > cell - 4;
  const headHeight = upright
    ? clamp(
        36,
        names[1] + ROOM,
        Math.min(HEAD.upright * scale, Math.max(HEAD.least * scale, (height ?? 400) * 0.34)),
      )
    : HEAD.flat * scale;
  const tall = height ? Math.floor((height - headHeight - gaps) / room.n_rows) : CELL.usual * scale;
  const least = scale > 1 ? Math.round(CELL.big * scale) : CELL.min;
  const cellHeight = clamp(least, tall, Math.max(least, Math.min(cell, CELL.tallest * scale)));
  const perPixel = (room.longest * room.digit) / DIGIT.max;
  const widestDigits = Math.floor(((cell - 3) / perPixel) * 2) / 2;
  const largest = Math.max(DIGIT.max, Math.min(DIGIT.largest * scale, cellHeight * 0.7));
  const digits = clamp(DIGIT.min, widestDigits, largest);
  return {
    upright,
    cell,
    digits,
    head: Math.floor(head),
    head_height: Math.floor(headHeight),
    cell_height: cellHeight,
    high: headHeight + room.n_rows * cellHeight + gaps,
    names: Math.min(12 * scale, cellHeight),
    // Half a number is a wrong number: what does not fit is dots, and the tooltip has it.
    characters: Math.floor((cell - 1) / ((room.digit * digits) / DIGIT.max)),
  };
}
