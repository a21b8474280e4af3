import assert from "node:assert/strict";
import { test } from "node:test";
import { plainTone, readCells, strongest } from "../../pages/_ui/components/heatmap/cells.js";
import {
  broughtIntoView,
  cellUnder,
  cornerOf,
  keptInside,
  LABELS_FROM,
  seen,
  wholeScale,
  wholeView,
  zoomed,
} from "../../pages/_ui/components/heatmap/view.js";
import { heightFor } from "../../pages/_ui/components/shared/room.js";

const packed = (values) => Buffer.from(values.buffer).toString("base64");
const COUNTS = {
  rows: ["a", "b", "no label"],
  columns: ["a", "b", "nothing predicted"],
  filled: packed(Uint32Array.of(0, 1, 5)),
  values: packed(Uint32Array.of(9, 4, 2)),
  right: packed(Uint32Array.of(9, 3, 0)),
  unknown: packed(Uint32Array.of(0, 0, 0)),
  tones: packed(Uint8Array.of(1, 5, 3)),
  strengths: packed(Uint8Array.of(255, 120, 1)),
};

test("filled cells are laid out over all of them", () => {
  const cells = readCells(COUNTS);
  assert.deepEqual([...cells.values], [9, 4, 0, 0, 0, 2, 0, 0, 0]);
  assert.deepEqual([...cells.tones], [1, 5, 0, 0, 0, 3, 0, 0, 0]);
  assert.deepEqual([...cells.right], [9, 3, 0, 0, 0, 0, 0, 0, 0]);
});

test("a single input of a large row is seen", () => {
  const { levels } = readCells(COUNTS);
  assert.ok(levels[5] >= 6);
  assert.equal(levels[2], 0);
});

test("the tone of a cell is the one that was sent", () => {
  const cells = readCells(COUNTS);
  assert.equal(plainTone(cells, 0), 1);
  assert.equal(plainTone(cells, 5), 3);
  assert.equal(plainTone(cells, 1), 1, "three of four are right");
});

test("an undefined mean stays empty, and has no parts", () => {
  const means = {
    ...COUNTS,
    filled: null,
    values: packed(Float32Array.of(0.5, Number.NaN, 0, 1, 0, 0, 0, 0, 0)),
    strengths: packed(Uint8Array.of(128, 0, 0, 255, 0, 0, 0, 0, 0)),
    tones: packed(new Uint8Array(9).fill(6)),
  };
  const cells = readCells(means);
  assert.deepEqual([...cells.filled], [0, 3]);
  assert.equal(cells.right, null);
});

test("of a block of cells the strongest is shown", () => {
  const cells = { filled: Uint32Array.of(0, 1, 5), levels: Uint8Array.of(3, 9, 0, 0, 0, 7) };
  const chosen = strongest(cells, { n_rows: 2, n_columns: 3, block: 2 });
  assert.deepEqual([...chosen], [1, 5]);
  const single = strongest(cells, { n_rows: 2, n_columns: 3, block: 1 });
  assert.deepEqual([...single], [0, 1, -1, -1, -1, 5]);
});

const SIZE = { width: 500, height: 300, n_rows: 200, n_columns: 200 };
const NEAR = { scale: 20, x: 10, y: 20 };

test("the whole is in the middle of its place", () => {
  const view = wholeView(SIZE);
  assert.equal(view.scale, wholeScale(SIZE));
  assert.deepEqual(cornerOf(view, 0, 0).map(Math.round), [100, 0]);
});

test("labels appear only where they are legible", () => {
  assert.ok(wholeScale({ ...SIZE, n_rows: 10, n_columns: 10 }) >= LABELS_FROM);
  assert.ok(wholeScale(SIZE) < LABELS_FROM);
});

test("a cell is found under the point where it is drawn", () => {
  for (const [row, column] of [
    [21, 11],
    [25, 20],
    [20, 10],
  ]) {
    const [x, y] = cornerOf(NEAR, row, column);
    assert.deepEqual(cellUnder(NEAR, SIZE, x + 3, y + 3), { row, column });
  }
});

test("labels stand for whole rows and columns, their corner for nothing", () => {
  const [x, y] = cornerOf(NEAR, 22, 12);
  assert.deepEqual(cellUnder(NEAR, SIZE, 4, y + 3), { row: 22, column: -1 });
  assert.deepEqual(cellUnder(NEAR, SIZE, x + 3, 4), { row: -1, column: 12 });
  assert.equal(cellUnder(NEAR, SIZE, 4, 4), null);
});

test("beside the map there is nothing", () => {
  assert.equal(cellUnder(wholeView(SIZE), SIZE, 5, 150), null);
});

test("the cell under the pointer stays there while zooming", () => {
  const [px, py] = [300, 200];
  const before = cellUnder(NEAR, SIZE, px, py);
  const after = zoomed(NEAR, SIZE, { factor: 1.3, px, py });
  assert.deepEqual(cellUnder(after, SIZE, px, py), before);
  assert.ok(after.scale > NEAR.scale);
});

test("zooming out ends at the whole", () => {
  assert.deepEqual(zoomed(NEAR, SIZE, { factor: 1e-6, px: 200, py: 200 }), wholeView(SIZE));
});

test("the map cannot be pushed out of its place", () => {
  const pushed = keptInside({ scale: 20, x: 999, y: -999 }, SIZE);
  assert.equal(pushed.y, 0);
  assert.ok(pushed.x < 200 && pushed.x > 170);
});

test("the cursor is brought into view", () => {
  const view = broughtIntoView(NEAR, SIZE, { row: 150, column: 3 });
  const { rows, columns } = seen(view, SIZE);
  assert.ok(rows.includes(150) && columns.includes(3));
});

test("a component is as high as the screen leaves it, and never lower than its least", () => {
  const room = { top: 300, screen: 900 };
  assert.equal(heightFor(room, { height: 322, below: 200 }), 400);
  assert.equal(heightFor(room, { height: 322, below: 500 }), 322);
  assert.equal(heightFor(room, { height: 322, below: null }), 322);
});

test("in big mode, and on a wide screen, the larger pictures below have their room", () => {
  const room = { top: 300, screen: 900 };
  assert.equal(heightFor({ ...room, scale: 1.5 }, { height: 100, below: 200 }), 300);
  assert.equal(heightFor({ ...room, width: 2880 }, { height: 100, below: 200 }), 299);
});
