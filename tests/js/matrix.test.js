import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  cellText,
  longestText,
  sameCell,
  short,
  sizesFor,
} from "../../pages/_ui/components/matrix/cells.js";
import { cellPhrase } from "../../pages/_ui/components/shared/phrases.js";
import {
  LEVELS,
  largestPart,
  levelOf,
  lightnessOf,
  partsOf,
  RIGHT,
  STRONG,
  toneClass,
  UNKNOWN,
  WRONG,
} from "../../pages/_ui/components/shared/tones.js";

const NAMES = {
  rows: ["gratin", "baked", "no label"],
  columns: ["gratin", "baked", "nothing predicted"],
  row_kinds: ["concept", "concept", "none"],
  column_kinds: ["concept", "concept", "none"],
  mode: "counts",
  unit: "inputs",
};

test("an empty cell has no text, an undefined one a dash", () => {
  const data = { mode: "counts", values: [0, null, 1200] };
  assert.deepEqual(
    [0, 1, 2].map((i) => cellText(data, i)),
    ["", "–", "1,200"],
  );
});

test("shares are written instead of counts where they are asked for", () => {
  const data = { mode: "counts", values: [3, 0, 2], shares: [0.25, 0, null] };
  assert.deepEqual(
    [0, 1, 2].map((i) => cellText(data, i)),
    [".25", "", "–"],
  );
});

test("a difference is written with its sign, and said as more or fewer on the right", () => {
  const data = { ...NAMES, mode: "difference", values: [3, -1200, 0] };
  assert.deepEqual(
    [0, 1, 2].map((i) => cellText(data, i)),
    ["+3", "−1,200", ""],
  );
  assert.equal(longestText(data), 6);
  const said = data.values.map((value) => cellPhrase(data, { row: 0, column: 1 }, { value }));
  assert.deepEqual(said, [
    "labelled gratin, predicted baked: 3 inputs more on the right",
    "labelled gratin, predicted baked: 1,200 inputs fewer on the right",
    "labelled gratin, predicted baked: as many on both sides",
  ]);
});

test("a rate in three characters is 1 only when it is", () => {
  assert.deepEqual([0.734, 1, 0.997, 0.004, 0.005, -0.25, 12.34].map(short), [
    ".73",
    "1",
    ">.99",
    "<.01",
    ".01",
    "-0.3",
    "12.3",
  ]);
});

test("the longest text follows the largest count", () => {
  assert.equal(longestText({ mode: "counts", values: [1, 1200, null] }), 5);
  assert.equal(longestText({ mode: "probability", values: [0.5] }), 3);
});

test("a cell is drawn again only if something of it changed", () => {
  const data = { values: [3], tones: [1], strengths: [9], right: [3], unknown: [0] };
  assert.ok(sameCell(data, { ...data }, 0));
  assert.ok(!sameCell(data, { ...data, right: [2] }, 0));
  assert.ok(!sameCell({ ...data, right: null }, data, 0));
});

test("a cell says who is in it and which of them are right", () => {
  const said = cellPhrase(NAMES, { row: 0, column: 1 }, { value: 37, right: 29, unknown: 0 });
  const parts = "29 also labelled baked (right), 8 not labelled baked";
  assert.equal(said, `labelled gratin, predicted baked: 37 inputs — ${parts}`);
});

test("unknown inputs are counted apart", () => {
  const said = cellPhrase(NAMES, { row: 0, column: 1 }, { value: 3, right: 1, unknown: 2 });
  assert.match(said, /1 also labelled baked \(right\), 0 not labelled baked, 2 unknown for baked$/);
});

test("on the diagonal and in the margin nothing is said of parts", () => {
  const parts = { value: 1, right: 1, unknown: 0 };
  const own = cellPhrase(NAMES, { row: 0, column: 0 }, parts);
  assert.equal(own, "labelled gratin, predicted gratin: 1 input");
  const none = cellPhrase(NAMES, { row: 2, column: 2 }, parts);
  assert.equal(none, "no label, nothing predicted: 1 input");
});

test("heads stand for whole rows and columns", () => {
  assert.equal(
    cellPhrase(NAMES, { row: 1, column: -1 }, { value: null }),
    "labelled baked: the whole row",
  );
  assert.equal(
    cellPhrase(NAMES, { row: -1, column: 2 }, { value: null }),
    "nothing predicted: the whole column",
  );
});

test("a mean says over which inputs it is taken", () => {
  const means = { ...NAMES, mode: "probability" };
  assert.equal(
    cellPhrase(means, { row: 0, column: 1 }, { value: 0.0625 }),
    "mean score for baked over the inputs labelled gratin: 0.063",
  );
  assert.match(cellPhrase(means, { row: 0, column: 1 }, { value: null }), /undefined \(–\)$/);
});

test("a right-to-left name does not turn its sentence", () => {
  const names = { ...NAMES, columns: ["gratin", "תפוח", "nothing predicted"] };
  const said = cellPhrase(names, { row: 0, column: 1 }, { value: 2 });
  assert.equal(said, "labelled gratin, predicted \u2068תפוח\u2069: 2 inputs");
});

const ROOM = { width: 500, height: 322, n_rows: 12, n_columns: 12, n_apart: 2, longest: 3 };
const TEXTS = { row_names: 50, column_names: 50, digit: 7, scale: 1 };

test("all of a matrix of a dozen concepts is seen in its place", () => {
  const sizes = sizesFor({ ...ROOM, ...TEXTS });
  assert.ok(sizes.high <= 322);
  assert.ok(sizes.head + 12 * sizes.cell <= 500);
  assert.ok(sizes.digits >= 9 && sizes.characters >= 3);
});

test("a larger screen has larger cells and digits", () => {
  const [small, large] = [322, 700].map((height) =>
    sizesFor({ ...ROOM, ...TEXTS, width: 900, height }),
  );
  assert.ok(large.cell_height > small.cell_height);
  assert.ok(large.digits > small.digits);
});

test("in the big mode everything is larger where there is room", () => {
  const room = { ...ROOM, ...TEXTS, width: 1600, height: 900 };
  const [usual, big] = [1, 1.6].map((scale) => sizesFor({ ...room, scale }));
  assert.ok(big.cell_height > usual.cell_height && big.names > usual.names);
});

test("big mode has digits for the last row, however little room there is", () => {
  const sizes = sizesFor({ ...ROOM, ...TEXTS, width: 780, height: 220, scale: 1.4 });
  assert.ok(sizes.digits >= 16, String(sizes.digits));
  assert.ok(sizes.high > 220, "the grid then takes the room that it needs");
});

test("every strength that is something has a level, and nothing has none", () => {
  assert.equal(levelOf(0), 0);
  assert.equal(levelOf(1), 1);
  assert.equal(levelOf(255), LEVELS);
  assert.match(toneClass(WRONG, 0), /^level1 tone wrong$/);
  assert.match(toneClass(RIGHT, 255), / strong /);
});

test("the parts of a mixed cell share its width out", () => {
  assert.deepEqual(partsOf(10, 7, 2), { right_end: 0.7, wrong_end: 0.8 });
});

test("a cell too small for its parts is its largest, a wrong one before a right one", () => {
  assert.equal(largestPart(10, 6, 0), RIGHT);
  assert.equal(largestPart(10, 5, 0), WRONG);
  assert.equal(largestPart(10, 2, 6), UNKNOWN);
});

// --- what is legible: the arithmetic of the Web Content Accessibility Guidelines, by itself

function luminance(lightness, chroma, hue) {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short_ = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short_;
  const green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short_;
  const blue = -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short_;
  const [r, g, b_] = [red, green, blue].map((part) => Math.max(0, Math.min(1, part)));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b_;
}

function contrast(one, other) {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

const SHEET = readFileSync(
  new URL("../../pages/_ui/components/shared/tones.css", import.meta.url),
  "utf8",
);
const INK = 0.0045; // luminance of the light theme's --ink, #0b0f14
const TONES = ["right", "wrong", "unknown", "grey", "mean"].map((name) => {
  const found = SHEET.match(
    new RegExp(`--${name}: oklch\\((?:from \\S+ )?([\\d.]+) ([\\d.]+) ([\\d.]+)\\)`),
  );
  return { name, chroma: Number(found[2]), hue: Number(found[3]) };
});

for (const { name, chroma, hue } of TONES) {
  for (const dark of [false, true]) {
    test(`text keeps 4.5:1 on every level of ${name}, ${dark ? "dark" : "light"}`, () => {
      for (let level = 1; level <= LEVELS; level++) {
        const share = Math.sqrt(level / LEVELS);
        const tone = luminance(lightnessOf(level, dark), chroma * share, hue);
        const text = dark || level >= STRONG ? 1 : INK;
        assert.ok(contrast(tone, text) >= 4.5, `level ${level}: ${contrast(tone, text)}`);
      }
    });
  }
}

test("a stronger tone is further from the page, in both themes", () => {
  for (let level = 2; level <= LEVELS; level++) {
    assert.ok(lightnessOf(level, false) < lightnessOf(level - 1, false));
    assert.ok(lightnessOf(level, true) > lightnessOf(level - 1, true));
  }
});
