// @ts-check
// How a picture is moved and enlarged: its upper left corner stays a point of the frame's.

import { clamp } from "../shared/numbers.js";

export const FITTED = { scale: 1, x: 0, y: 0 };
const MOST = 40;

/** @typedef {{scale: number, x: number, y: number}} View */

/**
 * Enlarge by a factor around a point of the picture's box, which stays where it is.
 *
 * @param {View} view @param {number} factor @param {{x: number, y: number}} at
 * @param {{width: number, height: number}} box  of the fitted picture
 */
export function zoomed(view, factor, at, box) {
  const scale = clamp(1, view.scale * factor, MOST);
  const by = scale / view.scale;
  const x = at.x - (at.x - view.x) * by;
  const y = at.y - (at.y - view.y) * by;
  return pushed({ scale, x, y }, 0, 0, box);
}

/** Move by pixels; no edge of the picture comes inside the box. */
export function pushed({ scale, x, y }, dx, dy, { width, height }) {
  return {
    scale,
    x: clamp(width * (1 - scale), x + dx, 0),
    y: clamp(height * (1 - scale), y + dy, 0),
  };
}
