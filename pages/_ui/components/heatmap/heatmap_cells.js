// The numbers of the heat map, and their pixels: one per cell, or one per block of cells when the
// map is so small that a cell has no pixel of its own.

const FAINTEST = 45; // of 255: a single input must be seen in a row of thousands,
const FAINTEST_SPECK = 140; // and where its cell is but a speck
const [RIGHT, WRONG, UNKNOWN, MIXED] = [1, 2, 4, 5]; // as in Python's Tone

function decode(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text).buffer;
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes.buffer;
}

/** Read the cells: what Python sent for those that are filled, laid out over all of them. */
function readCells(data) {
  const size = data.rows.length * data.columns.length;
  const counts = data.mode === "counts";
  const sent = {
    filled: data.filled === null ? null : new Uint32Array(decode(data.filled)),
    values: counts ? new Uint32Array(decode(data.values)) : new Float32Array(decode(data.values)),
    tones: new Uint8Array(decode(data.tones)),
    strengths: new Uint8Array(decode(data.strengths)),
  };
  if (!counts) return { ...sent, filled: shownMeans(sent), right: null, unknown: null };
  const { filled } = sent;
  const spread = (list, whole) => {
    for (let i = 0; i < filled.length; i++) whole[filled[i]] = list[i];
    return whole;
  };
  const strengths = sent.strengths.map((strength) => Math.max(FAINTEST, strength));
  const part = (text) => text && spread(new Uint32Array(decode(text)), new Uint32Array(size));
  return {
    filled,
    values: spread(sent.values, new Float64Array(size)),
    tones: spread(sent.tones, new Uint8Array(size)),
    strengths: spread(strengths, new Uint8Array(size)),
    right: part(data.right),
    unknown: part(data.unknown),
  };
}

// NaN is undefined, and stays empty
function shownMeans({ values, strengths }) {
  const shown = [];
  for (let at = 0; at < values.length; at++) {
    if (strengths[at] && !Number.isNaN(values[at])) shown.push(at);
  }
  return Uint32Array.from(shown);
}

/** Where a mixed cell is too small for its parts it is drawn as the largest of them. */
function largestPart({ values, right, unknown }, at) {
  const wrong = values[at] - right[at] - unknown[at];
  if (wrong >= right[at] && wrong >= unknown[at]) return WRONG;
  return right[at] >= unknown[at] ? RIGHT : UNKNOWN;
}

/** Paint the cells into a small canvas; a block of several shows its strongest cell. */
function paintBlocks({ data, cells, tones }, block, faintest) {
  const picture = document.createElement("canvas");
  picture.width = Math.ceil(data.columns.length / block);
  picture.height = Math.ceil(data.rows.length / block);
  const pen = picture.getContext("2d");
  const image = pen.createImageData(picture.width, picture.height);
  const pixels = new Uint32Array(image.data.buffer);
  const best = new Uint8Array(pixels.length);
  for (const at of cells.filled) {
    const r = (at / data.columns.length) | 0;
    const c = at - r * data.columns.length;
    const pixel = block === 1 ? at : ((r / block) | 0) * picture.width + ((c / block) | 0);
    const strength = cells.strengths[at];
    if (strength <= best[pixel]) continue;
    best[pixel] = strength;
    const tone = cells.tones[at] === MIXED ? largestPart(cells, at) : cells.tones[at];
    pixels[pixel] = ((Math.max(strength, faintest) << 24) | tones[tone]) >>> 0;
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
