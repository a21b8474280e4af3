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

/** Return the number at a place of an axis; beyond its end it is the end. */
export function valueAt(x, [low, high], width) {
  return low + clamp(0, x / (width || 1), 1) * (high - low);
}

/**
 * Return the threshold of the point of a curve that lies nearest to a place; null when none is near.
 *
 * @param {number[][]} points  x, y and threshold
 * @param {{x: number, y: number}} at  in pixels of the plot
 * @param {{drawn: {across: number[]}, box: {width: number, height: number}, most: number}} room
 */
export function nearest(points, at, { drawn, box, most }) {
  let [least, found] = [most, null];
  for (const [x, y, threshold] of points) {
    const place = placeOf([x, y], [drawn.across[0], drawn.across[1]], box);
    const distance = Math.hypot(place.x - at.x, place.y - at.y);
    if (distance < least) [least, found] = [distance, threshold];
  }
  return found;
}
