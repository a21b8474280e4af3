// @ts-check
// Draw what is seen of the heat map: cells, numbers and labels where they are legible, the cursor.

import { cellText } from "../matrix/cells.js";
import { make } from "../shared/dom.js";
import { clamp } from "../shared/numbers.js";
import { LEVELS, MIXED, partsOf, RIGHT, STRONG, TONES, UNKNOWN, WRONG } from "../shared/tones.js";
import { paintBlocks } from "./cells.js";
import { cornerOf, GUTTER, LABELS_FROM, NUMBERS_FROM, PARTS_FROM, seen } from "./view.js";

const COLOURS = { text: "--st-text-color", ink: "--ink", background: "--st-background-color" };

/** Read all tones at all levels from the style sheet, as blue-green-red numbers. */
export function readPalette(root) {
  const probe = make("i", "unseen", root);
  const pen = penOf(TONES.length * (LEVELS + 1));
  TONES.forEach((tone, row) => {
    for (let level = 0; level <= LEVELS; level++) {
      probe.className = `unseen tone level${level} ${tone}`;
      pen.fillStyle = getComputedStyle(probe).backgroundColor;
      pen.fillRect(row * (LEVELS + 1) + level, 0, 1, 1);
    }
  });
  probe.remove();
  const { data } = pen.getImageData(0, 0, TONES.length * (LEVELS + 1), 1);
  return TONES.map((_, row) =>
    Array.from({ length: LEVELS + 1 }, (_, level) => {
      const at = 4 * (row * (LEVELS + 1) + level);
      return (data[at + 2] << 16) | (data[at + 1] << 8) | data[at];
    }),
  );
}

function penOf(width) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = 1;
  const options = { willReadFrequently: true };
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", options));
}

/** Read the colours of text and lines. */
export function readColours(root) {
  const probe = make("i", "unseen", root);
  const read = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const names = { ...COLOURS, faint: "--faint", line: "--line" };
  const colours = Object.fromEntries(Object.entries(names).map(([key, name]) => [key, read(name)]));
  probe.remove();
  return colours;
}

/** Draw the whole canvas anew. */
export function draw(heat) {
  const { canvas, pen, view, data, size } = heat;
  const ratio = devicePixelRatio;
  const pixels = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
  if (canvas.width !== pixels[0]) canvas.width = pixels[0];
  if (canvas.height !== pixels[1]) canvas.height = pixels[1];
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, size.width, size.height);
  const [x, y] = cornerOf(view, 0, 0);
  pen.fillStyle = heat.colours.faint;
  pen.fillRect(x, y, size.n_columns * view.scale, size.n_rows * view.scale);
  drawCells(heat, x, y, ratio);
  if (view.scale >= PARTS_FROM && heat.cells.right) drawParts(heat);
  if (view.scale >= LABELS_FROM) drawDetails(heat);
  const [row, column] = data.selected ?? [];
  if (data.selected) drawFrame(heat, { row, column }, 3);
  if (canvas.matches(":focus-visible")) drawCursor(heat);
  canvas.dataset.view = [view.scale, x, y].map((n) => n.toFixed(3)).join(" ");
}

function drawCells(heat, x, y, ratio) {
  const block = Math.max(1, Math.ceil(1 / (heat.view.scale * ratio) - 1e-6));
  const specks = heat.data.mode === "counts" && heat.view.scale < 3;
  const kind = `${block} ${specks}`;
  if (!heat.pictures.has(kind)) {
    const drawn = paintBlocks(heat.cells, heat.palette, { ...heat.size, block, specks });
    heat.pictures.set(kind, drawn);
  }
  const picture = heat.pictures.get(kind);
  const scale = heat.view.scale * block;
  heat.pen.imageSmoothingEnabled = false;
  heat.pen.drawImage(picture, x, y, picture.width * scale, picture.height * scale);
}

// What is part right and part wrong is drawn as both: each takes its share of the cell.
function drawParts(heat) {
  const { pen, size, cells, view, palette } = heat;
  const { rows, columns } = seen(view, size);
  for (const row of rows) {
    for (const column of columns) {
      const at = row * size.n_columns + column;
      if (cells.tones[at] !== MIXED) continue;
      const [x, y] = cornerOf(view, row, column);
      const { right_end, wrong_end } = partsOf(
        cells.values[at],
        cells.right[at],
        cells.unknown[at],
      );
      const ends = [
        [RIGHT, 0, right_end],
        [WRONG, right_end, wrong_end],
        [UNKNOWN, wrong_end, 1],
      ];
      for (const [tone, from, to] of ends) {
        pen.fillStyle = coloured(palette[tone][cells.levels[at]]);
        pen.fillRect(x + from * view.scale, y, (to - from) * view.scale, view.scale);
      }
    }
  }
}

function coloured(bgr) {
  return `rgb(${bgr & 255} ${(bgr >> 8) & 255} ${bgr >> 16})`;
}

function drawDetails(heat) {
  const { pen, colours, size, view } = heat;
  const { rows, columns } = seen(view, size);
  drawLines(heat, rows, columns);
  if (view.scale >= NUMBERS_FROM) drawNumbers(heat, rows, columns);
  pen.fillStyle = colours.background;
  pen.fillRect(0, 0, size.width, GUTTER.top);
  pen.fillRect(0, 0, GUTTER.left, size.height);
  pen.font = `${clamp(9, view.scale - 3, 12)}px ${heat.font}`;
  pen.textBaseline = "middle";
  pen.fillStyle = colours.text;
  drawRowLabels(heat, rows);
  drawColumnLabels(heat, columns);
}

function drawLines({ pen, colours, size, view }, rows, columns) {
  pen.fillStyle = colours.background;
  for (const row of rows) pen.fillRect(0, cornerOf(view, row + 1, 0)[1] - 1, size.width, 1);
  for (const column of columns) {
    pen.fillRect(cornerOf(view, 0, column + 1)[0] - 1, 0, 1, size.height);
  }
}

function drawNumbers(heat, rows, columns) {
  const { pen, data, cells, colours, view, size } = heat;
  const written = { mode: data.mode, values: cells.values };
  pen.font = `11px ${heat.font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  for (const row of rows) {
    for (const column of columns) {
      const at = row * size.n_columns + column;
      const text = cells.levels[at] ? cellText(written, at) : "";
      if (!text || pen.measureText(text).width > view.scale - 2) continue;
      const [x, y] = cornerOf(view, row, column);
      pen.fillStyle = cells.levels[at] >= STRONG ? "white" : colours.ink;
      pen.fillText(text, x + (view.scale - 1) / 2, y + view.scale / 2);
    }
  }
}

function drawRowLabels({ pen, data, view }, rows) {
  pen.textAlign = "right";
  for (const row of rows) {
    const y = cornerOf(view, row, 0)[1] + view.scale / 2;
    if (y <= GUTTER.top) continue;
    pen.fillText(shortened(pen, data.rows[row], GUTTER.left - 8), GUTTER.left - 6, y);
  }
}

function drawColumnLabels({ pen, data, view }, columns) {
  pen.textAlign = "left";
  for (const column of columns) {
    const x = cornerOf(view, 0, column)[0] + view.scale / 2;
    if (x < GUTTER.left) continue;
    pen.save();
    pen.translate(x, GUTTER.top - 5);
    pen.rotate(-Math.PI / 2);
    pen.fillText(shortened(pen, data.columns[column], GUTTER.top - 8), 0, 0);
    pen.restore();
  }
}

// The end tells names apart at least as often as the beginning does: what is cut is the middle.
function shortened(pen, name, room) {
  if (name.length <= 60 && pen.measureText(name).width <= room) return name;
  let kept = Math.min(40, name.length - 1);
  const text = () => `${name.slice(0, Math.ceil(kept / 2))}…${name.slice(-Math.max(1, kept >> 1))}`;
  while (kept > 2 && pen.measureText(text()).width > room) kept -= 1;
  return text();
}

/** Frame a cell, or a whole row or column; never smaller than the eye can find. */
function drawFrame({ pen, view, size, colours }, { row, column }, width) {
  const [x, y] = cornerOf(view, Math.max(0, row), Math.max(0, column));
  const wide = column < 0 ? size.n_columns * view.scale : view.scale;
  const high = row < 0 ? size.n_rows * view.scale : view.scale;
  const more = Math.max(0, 9 - Math.min(wide, high)) / 2;
  pen.strokeStyle = colours.text;
  pen.lineWidth = width;
  pen.strokeRect(x - more, y - more, wide + 2 * more, high + 2 * more);
}

function drawCursor(heat) {
  const { pen, view, colours, at, size } = heat;
  const [x, y] = cornerOf(view, at.row, at.column);
  if (view.scale < LABELS_FROM) {
    pen.fillStyle = colours.line;
    pen.fillRect(0, y + view.scale / 2, size.width, 1);
    pen.fillRect(x + view.scale / 2, 0, 1, size.height);
  }
  drawFrame(heat, at, 2);
}
