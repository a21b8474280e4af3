// @ts-check
// Which rows of a long table are asked for while a threshold moves, and where the answer puts them.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  lacksSome,
  orderOf,
  placesAround,
  rowsToAsk,
  spread,
  wouldLack,
} from "../../pages/_ui/components/table/windows.js";

const COLUMNS = [
  { name: "concept", kind: "text", help: "", link: true },
  { name: "FP", kind: "count", help: "", link: true },
];
const ROWS = Array.from({ length: 1000 }, (_, r) => [`c${r}`, r]);
const WHOLE = { field: "table", columns: COLUMNS, rows: ROWS, is_long: true };
const IDENTITY = ROWS.map((_, r) => r);

/** A table of 10 rows in view, scrolled to its row 100. */
function table(more = {}) {
  const room = { top: 1000, height: 100, row_height: 10, at: { r: 3 } };
  return /** @type {any} */ ({ shown: WHOLE, sort: null, order: IDENTITY, ...room, ...more });
}

const asked = (more) => JSON.parse(rowsToAsk(table(more)));

/** What the server answers: these places, in an order of all rows. */
function answer(places, { order = IDENTITY, by = null, known = true } = {}) {
  const numbers = places.map((place) => order[place]);
  const window = { n_rows: ROWS.length, numbers, places: known ? places : null, by, asked: "" };
  return { ...WHOLE, rows: numbers.map((r) => ROWS[r]), window };
}

test("the rows in view are asked for, a screen above and below them, and the one with the focus", () => {
  assert.deepEqual(asked(), { numbers: [3], places: [90, 120], by: null });
});

test("a table scrolled beyond its end is asked for its end, at its top from the first row on", () => {
  assert.deepEqual(asked({ top: 99_999 }).places, [980, 1000]);
  assert.deepEqual(asked({ top: 0, at: { r: -1 } }), { numbers: [], places: [0, 30], by: null });
});

test("in the order by a number the places are asked for, in that by names the rows themselves", () => {
  const fp = { name: "FP", direction: "down" };
  assert.deepEqual(asked({ sort: fp }), { numbers: [3], places: [90, 120], by: ["FP", "down"] });
  const name = { name: "concept", direction: "down" };
  const order = IDENTITY.toReversed();
  const { numbers, places, by } = asked({ sort: name, order });
  assert.deepEqual(numbers, [...order.slice(90, 120), 3]);
  assert.deepEqual(
    [places, by],
    [
      [0, 0],
      ["concept", "down"],
    ],
  );
});

test("all rows are asked for of a short table, and where nobody knows the order by names", () => {
  assert.equal(rowsToAsk(table({ shown: { ...WHOLE, is_long: false } })), "");
  assert.equal(rowsToAsk(table({ shown: undefined })), "");
  const sort = { name: "concept", direction: "up" };
  assert.equal(rowsToAsk(table({ sort, order: new Array(1000) })), "");
  assert.equal(rowsToAsk(table({ sort, order: IDENTITY.slice(1) })), "");
});

test("a sort by a column that is gone is none", () => {
  assert.equal(asked({ sort: { name: "leave", direction: "up" } }).by, null);
});

test("rows stand where they are by number, and the others are not there", () => {
  const shown = spread(answer([5, 2]));
  assert.equal(shown.rows.length, 1000);
  assert.deepEqual([shown.rows[5], shown.rows[2], shown.rows[3]], [ROWS[5], ROWS[2], undefined]);
  assert.deepEqual(shown.known, [ROWS[5], ROWS[2]]);
  assert.equal(spread(WHOLE), WHOLE);
});

test("an order by a number is known as far as it was answered", () => {
  const sort = /** @type {any} */ ({ name: "FP", direction: "down" });
  const { window } = answer([10, 11], { order: IDENTITY.toReversed(), by: ["FP", "down"] });
  const order = orderOf(window, { sort, order: IDENTITY, isKept: false });
  assert.deepEqual([order.length, order[10], order[11], order[12]], [1000, 989, 988, undefined]);
});

test("the order as given, and that by names, stay as they are known", () => {
  const { window } = answer([10]);
  assert.equal(orderOf(window, { sort: null, order: IDENTITY, isKept: true }), IDENTITY);
  assert.deepEqual(orderOf(window, { sort: null, order: [1, 0], isKept: false }), IDENTITY);
  assert.deepEqual(orderOf(window, { sort: null, order: [1, 0], isKept: true }), IDENTITY);
  const sort = /** @type {any} */ ({ name: "concept", direction: "down" });
  const named = answer([10], { by: ["concept", "down"], known: false }).window;
  const order = IDENTITY.toReversed();
  assert.equal(orderOf(named, { sort, order, isKept: true }), order);
  assert.equal(Object.keys(orderOf(named, { sort, order, isKept: false })).length, 0);
});

test("an answer to another sort puts no row anywhere", () => {
  const { window } = answer([10], { by: ["FP", "down"] });
  for (const sort of [null, { name: "FP", direction: "up" }, { name: "TP", direction: "down" }]) {
    const order = orderOf(window, { sort, order: IDENTITY, isKept: true });
    assert.equal(Object.keys(order).length, 0);
  }
});

test("whether rows in view are missing is known before an answer is shown, and after", () => {
  const { first, end } = placesAround(table(), { n_rows: 1000, around: 0 });
  assert.deepEqual([first, end], [100, 110]);
  const inView = Array.from({ length: 10 }, (_, i) => 100 + i);
  for (const [places, lacks] of [
    [inView, false],
    [inView.slice(1), true],
    [inView.slice(0, -1), true],
  ]) {
    assert.equal(wouldLack(table(), answer(places), true), lacks);
    assert.equal(lacksSome(table({ shown: spread(answer(places)) })), lacks);
  }
  assert.equal(wouldLack(table(), WHOLE, true), false);
  assert.equal(wouldLack(table(), undefined, true), false);
  assert.equal(lacksSome(table()), false);
});
