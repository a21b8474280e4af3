// The numbers of the heat map, and their pixels: one per cell, or one per block of cells when the
// map is so small that a cell has no pixel of its own.

const FAINTEST = 45; // of 255: a single input must be seen in a row of thousands,
const FAINTEST_SPECK = 140; // and where its cell is but a speck
const [NOTHING, RIGHT, WRONG, GREY] = [0, 1, 2, 3];

function decode(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text).buffer;
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes.buffer;
}

/** Read the cells: their values, how strong each is (0..255), and which are not empty. */
function readCells(data) {
  return data.cells === null ? readMeans(data) : readCounts(data);
}

function readCounts(data) {
  const size = data.n_rows * data.n_columns;
  const cells = { values: new Float64Array(size), strengths: new Uint8Array(size), sparse: true };
  const pairs = new Uint32Array(decode(data.cells));
  cells.filled = new Uint32Array(pairs.length / 2);
  for (let i = 0; i < cells.filled.length; i++) {
    const at = pairs[2 * i];
    const count = pairs[2 * i + 1];
    const total = data.totals[Math.floor(at / data.n_columns)] || count;
    cells.filled[i] = at;
    cells.values[at] = count;
    cells.strengths[at] = Math.max(FAINTEST, 255 * Math.sqrt(Math.min(1, count / total)));
  }
  return cells;
}

function readMeans(data) {
  const values = new Float32Array(decode(data.means));
  const strengths = new Uint8Array(values.length);
  const filled = new Uint32Array(values.length);
  let n = 0;
  for (let at = 0; at < values.length; at++) {
    const strength = 255 * Math.sqrt(clamp(0, values[at], 1));
    if (!(strength >= 1)) continue; // NaN is undefined, and stays empty
    strengths[at] = strength;
    filled[n++] = at;
  }
  return { values, strengths, filled: filled.subarray(0, n) };
}

function toneOf(data, r, c) {
  if (data.none_column && c === data.n_columns - 1) return GREY;
  return r === c && !(data.none_row && r === data.n_rows - 1) ? RIGHT : WRONG;
}

/** Paint the cells into a small canvas; a block of several shows its strongest cell. */
function paintBlocks({ data, cells, tones }, block, faintest) {
  const picture = document.createElement("canvas");
  picture.width = Math.ceil(data.n_columns / block);
  picture.height = Math.ceil(data.n_rows / block);
  const pen = picture.getContext("2d");
  const image = pen.createImageData(picture.width, picture.height);
  const pixels = new Uint32Array(image.data.buffer);
  const best = new Uint8Array(pixels.length);
  for (const at of cells.filled) {
    const r = (at / data.n_columns) | 0;
    const c = at - r * data.n_columns;
    const pixel = block === 1 ? at : ((r / block) | 0) * picture.width + ((c / block) | 0);
    const strength = cells.strengths[at];
    if (strength <= best[pixel]) continue;
    best[pixel] = strength;
    pixels[pixel] = ((Math.max(strength, faintest) << 24) | tones[toneOf(data, r, c)]) >>> 0;
  }
  pen.putImageData(image, 0, 0);
  return picture;
}

/** Read a colour of the style sheet as the blue-green-red number that a pixel needs. */
function readTone(root, name) {
  const pen = (readTone.pen ??= document.createElement("canvas").getContext("2d", {
    willReadFrequently: true,
  }));
  pen.fillStyle = readColour(root, name);
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  return (blue << 16) | (green << 8) | red;
}

function readColour(root, name) {
  const probe = make("i", "unseen", root);
  probe.style.color = `var(${name})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
