// The sizes of the confusion matrix: as large as its place allows, and legible before large.

const CELL = { min: 16, max: 56, tallest: 40, usual: 30 };
const DIGITS = { min: 9, max: 12 };

function layout(matrix) {
  const { root, box, shown, names } = matrix;
  matrix.width = root.clientWidth;
  if (!matrix.width) return; // in a closed tab or expander: the observer calls again when it opens
  const gaps = matrix.apart.filter(Boolean).length * 5 + 4;
  const head = clamp(44, names[0] + 16, Math.min(150, matrix.width * 0.3));
  const fitting = Math.floor((matrix.width - head - gaps) / shown.columns.length);
  const cell = clamp(CELL.min, fitting, CELL.max);
  const upright = names[1] > cell - 4;
  const headHeight = upright ? clamp(36, names[1] + 12, 112) : 24;
  const tall = shown.height
    ? Math.floor((shown.height - headHeight - gaps) / shown.rows.length)
    : CELL.usual;
  const height = clamp(CELL.min, tall, Math.min(cell, CELL.tallest));
  const digits = clamp(DIGITS.min, digitsThatFit(box, cell, matrix.longest), DIGITS.max);
  matrix.roomFor = charactersThatFit(box, cell, digits);
  box.classList.toggle("upright", upright);
  box.style.maxHeight = shown.height ? `${shown.height}px` : "";
  const sizes = { head, cell, "head-height": headHeight, "cell-height": height, digits };
  for (const [key, size] of Object.entries(sizes)) box.style.setProperty(`--${key}`, `${size}px`);
}

function digitsThatFit(box, cell, longest) {
  const perPixel = widest(box, ["0".repeat(longest)]) / 12;
  return Math.floor(((cell - 3) / perPixel) * 2) / 2;
}

function charactersThatFit(box, cell, digits) {
  const one = (widest(box, ["0000000000"]) / 10) * (digits / 12);
  return Math.floor((cell - 1) / one);
}

function widest(box, names) {
  const pen = (widest.pen ??= document.createElement("canvas").getContext("2d"));
  pen.font = `12px ${getComputedStyle(box).fontFamily}`;
  return Math.ceil(Math.max(0, ...names.map((text) => pen.measureText(text.slice(0, 60)).width)));
}

