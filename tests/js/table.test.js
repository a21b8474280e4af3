import assert from "node:assert/strict";
import { test } from "node:test";
import { commonStart } from "../../pages/_ui/components/shared/phrases.js";
import {
  columnOf,
  decimalsOf,
  longestNumber,
  nextSort,
  shareWidth,
  sortedRows,
  written,
} from "../../pages/_ui/components/table/arrangement.js";

const COUNT = { name: "TP", kind: "count" };
const NAME = { name: "concept", kind: "text" };

test("numbers are written by their kind, and a dash where there is none", () => {
  assert.equal(written(1234, "count"), "1,234");
  assert.equal(written(0.5, "rate"), "0.500");
  assert.equal(written(0.5, "threshold"), "0.50");
  assert.equal(written("owl", "text"), "owl");
  assert.equal(written(null, "rate"), "–");
});

test("rows are sorted in both directions, equals stay as given", () => {
  const keys = [2, 5, 2, 1];
  assert.deepEqual(sortedRows([0, 1, 2, 3], keys, "count", "down"), [1, 0, 2, 3]);
  assert.deepEqual(sortedRows([3, 2, 1, 0], keys, "count", "up"), [3, 0, 2, 1]);
});

test("numbers that come as texts are sorted by their value", () => {
  const keys = ["−0.30", "+0.10", "±0", "–", "1,200 of 9", "> 0.999"];
  assert.deepEqual(sortedRows([0, 1, 2, 3, 4, 5], keys, "written", "up"), [0, 2, 1, 5, 4, 3]);
  assert.equal(written("−0.30", "written"), "−0.30");
});

test("a threshold tells its decimals, by which points stand below one another", () => {
  assert.deepEqual([0.5, 0.4333, 1, null].map(decimalsOf), [2, 4, 2, 0]);
});

test("what is undefined comes last in both directions", () => {
  const keys = [null, 0.2, Number.NaN, 0.1];
  assert.deepEqual(sortedRows([0, 1, 2, 3], keys, "rate", "down"), [1, 3, 0, 2]);
  assert.deepEqual(sortedRows([0, 1, 2, 3], keys, "rate", "up"), [3, 1, 0, 2]);
});

test("names with numbers are sorted as people count", () => {
  assert.deepEqual(sortedRows([0, 1, 2], ["c10", "c9", null], "text", "up"), [1, 0, 2]);
});

test("a head is clicked through: numbers start with the largest, names with the first", () => {
  const first = nextSort(COUNT, null);
  assert.deepEqual(first, { name: "TP", direction: "down" });
  assert.deepEqual(nextSort(COUNT, first), { name: "TP", direction: "up" });
  assert.equal(nextSort(COUNT, { name: "TP", direction: "up" }), null);
  assert.deepEqual(nextSort(NAME, first), { name: "concept", direction: "up" });
});

test("a sort is known by the name of its column", () => {
  assert.equal(columnOf([NAME, COUNT], { name: "TP", direction: "up" }), 1);
  assert.equal(columnOf([NAME], { name: "TP", direction: "up" }), -1);
  assert.equal(columnOf([NAME], null), -1);
});

test("the longest number is measured as it is written", () => {
  assert.equal(
    longestNumber(
      [
        ["a", 7],
        ["b", 1200],
      ],
      1,
      "count",
    ),
    5,
  );
  assert.equal(
    longestNumber(
      [
        ["a", 0.5],
        ["b", 2999 / 3000],
      ],
      1,
      "rate",
    ),
    "> 0.999".length,
  );
  assert.equal(longestNumber([["a", 0.123456]], 1, "threshold"), 8);
});

const NEEDS = [120, 50, 50, 50, 50];
const FOLDS = [null, null, 1, 3, 2];
const shared = (width, more) =>
  shareWidth({ width, needs: NEEDS, folds: FOLDS, scale: 1, ...more });

test("where there is room every column has it", () => {
  const { shown, folded, widths, wrapped } = shared(600);
  assert.deepEqual([shown, folded, wrapped], [[0, 1, 2, 3, 4], [], false]);
  assert.ok(widths.every((width, i) => width >= NEEDS[i]));
  assert.ok(widths.reduce((sum, width) => sum + width) <= 600);
});

test("where room is short names take two lines before a column folds", () => {
  const { folded, wrapped } = shared(340);
  assert.deepEqual([folded, wrapped], [[], true]);
});

test("columns fold in the order that is asked for, and those that never fold stay", () => {
  assert.deepEqual(shared(310).folded, [3]);
  assert.deepEqual(shared(250).folded, [3, 4]);
  assert.deepEqual(shared(50).folded, [2, 3, 4]);
  assert.deepEqual(shared(50).shown, [0, 1]);
});

test("no number is ever cut, at any width", () => {
  for (let width = 60; width < 900; width += 7) {
    const { shown, widths, folded } = shared(width);
    shown.forEach((c, i) => assert.ok(c === 0 || widths[i] >= NEEDS[c] + 7, `${width} ${c}`));
    const total = widths.reduce((sum, each) => sum + each) + (folded.length ? 34 : 0);
    assert.ok(total <= width || shown.length === 2, `${width}: ${total}`);
  }
});

test("a common beginning of names can be left out where it is cut at a break", () => {
  assert.equal(commonStart(["species_025 owl", "species_026 owl", "species_1"]), "species_".length);
  assert.equal(commonStart(["gratin", "gratings"]), 0);
  assert.equal(commonStart(["only one"]), 0);
});
