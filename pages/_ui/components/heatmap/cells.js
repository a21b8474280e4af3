// @ts-check
// The cells of the heat map: what Python sent, laid out, and as pixels of a picture, one per cell or
// one per block of cells when the map is so small that a cell has no pixel of its own.

import { largestPart, levelOf, MIXED } from "../shared/tones.js";

const FAINTEST = 6; // level: a single input must be seen in a row of thousands,
const FAINTEST_SPECK = 18; // and where its cell is but a speck

/** @typedef {import("../contracts.d.ts").HeatmapData} HeatmapData */
/** @typedef {{filled: Uint32Array, values: Float64Array | Float32Array, tones: Uint8Array,
 *   levels: Uint8Array, right: Uint32Array | null, unknown: Uint32Array | null}} Cells */

/** Decode base64 to its bytes. */
export function decoded(text) {
  // @ts-expect-error -- newer than the type library
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text).buffer;
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes.buffer;
}

/**
 * Lay out what was sent for the filled cells over all of them.
 *
 * @param {HeatmapData} data
 * @returns {Cells}
 */
export function readCells(data) {
  const tones = new Uint8Array(decoded(data.tones));
  const levels = new Uint8Array(decoded(data.strengths)).map(levelOf);
  if (data.filled === null) {
    const values = new Float32Array(decoded(data.values));
    return { filled: defined(values, levels), values, tones, levels, right: null, unknown: null };
  }
  const size = data.rows.length * data.columns.length;
  const filled = new Uint32Array(decoded(data.filled));
  const spread = (sent, whole) => {
    for (let i = 0; i < filled.length; i++) whole[filled[i]] = sent[i];
    return whole;
  };
  const counts = (text) => new Uint32Array(decoded(text));
  return {
    filled,
    values: spread(counts(data.values), new Float64Array(size)),
    tones: spread(tones, new Uint8Array(size)),
    levels: spread(
      levels.map((level) => Math.max(FAINTEST, level)),
      new Uint8Array(size),
    ),
    right: data.right && spread(counts(data.right), new Uint32Array(size)),
    unknown: data.unknown && spread(counts(data.unknown), new Uint32Array(size)),
  };
}

// NaN is undefined, and stays empty
function defined(values, levels) {
  const shown = [];
  for (let at = 0; at < values.length; at++) {
    if (levels[at] && !Number.isNaN(values[at])) shown.push(at);
  }
  return Uint32Array.from(shown);
}

/** The tone of a cell that is drawn in one colour. */
export function plainTone({ tones, values, right, unknown }, at) {
  if (tones[at] !== MIXED || !right || !unknown) return tones[at];
  return largestPart(values[at], right[at], unknown[at]);
}

/**
 * Choose for each pixel the cell that it shows: of a block the strongest.
 *
 * @param {Cells} cells
 * @param {{n_rows: number, n_columns: number, block: number}} size
 * @returns {Int32Array}  index of the cell, -1 where the block is empty
 */
export function strongest(cells, { n_rows, n_columns, block }) {
  const width = Math.ceil(n_columns / block);
  const chosen = new Int32Array(width * Math.ceil(n_rows / block)).fill(-1);
  for (const at of cells.filled) {
    const row = (at / n_columns) | 0;
    const column = at - row * n_columns;
    const pixel = block === 1 ? at : ((row / block) | 0) * width + ((column / block) | 0);
    const now = chosen[pixel];
    if (now < 0 || cells.levels[at] > cells.levels[now]) chosen[pixel] = at;
  }
  return chosen;
}

/** Paint the cells into a small canvas, from a palette of blue-green-red numbers. */
export function paintBlocks(cells, palette, { n_rows, n_columns, block, specks }) {
  const picture = document.createElement("canvas");
  picture.width = Math.ceil(n_columns / block);
  picture.height = Math.ceil(n_rows / block);
  const pen = /** @type {CanvasRenderingContext2D} */ (picture.getContext("2d"));
  const image = pen.createImageData(picture.width, picture.height);
  const pixels = new Uint32Array(image.data.buffer);
  strongest(cells, { n_rows, n_columns, block }).forEach((at, pixel) => {
    if (at < 0) return;
    const level = specks ? Math.max(FAINTEST_SPECK, cells.levels[at]) : cells.levels[at];
    pixels[pixel] = ((255 << 24) | palette[plainTone(cells, at)][level]) >>> 0;
  });
  pen.putImageData(image, 0, 0);
  return picture;
}
