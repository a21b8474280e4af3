// @ts-check
// Where a point of a chart's axes lies in pixels.

import { clamp } from "../shared/numbers.js";

/** Return width and height of a plot from the path of its background. @param {string} path */
export function sizeOf(path) {
  const found = /h(-?[\d.]+)v(-?[\d.]+)/.exec(path);
  return found ? { width: Number(found[1]), height: Number(found[2]) } : null;
}

/** Return the place of a point; what lies beyond the axis stays at its end. */
export function placeOf([x, y], [low, high], { width, height }) {
  const share = clamp(0, (x - low) / (high - low || 1), 1);
  return { x: share * width, y: (1 - y) * height };
}
