import assert from "node:assert/strict";
import { test } from "node:test";
import { neighbour } from "../../pages/_ui/components/gallery/gallery.js";
import { chooses, moved } from "../../pages/_ui/components/shared/keyboard.js";

const FIELD = { rows: 5, columns: 4 };
const HEADS = { ...FIELD, top: -1, left: -1 };

test("an arrow leads one on, and never out of the field", () => {
  assert.deepEqual(moved({ key: "ArrowDown" }, { row: 3, column: 1 }, FIELD), {
    row: 4,
    column: 1,
  });
  assert.deepEqual(moved({ key: "ArrowDown" }, { row: 4, column: 1 }, FIELD), {
    row: 4,
    column: 1,
  });
  assert.deepEqual(moved({ key: "ArrowLeft" }, { row: 0, column: 0 }, FIELD), {
    row: 0,
    column: 0,
  });
});

test("heads are reached by arrows where there are any", () => {
  assert.deepEqual(moved({ key: "ArrowUp" }, { row: 0, column: 2 }, HEADS), { row: -1, column: 2 });
  assert.deepEqual(moved({ key: "ArrowLeft" }, { row: 2, column: 0 }, HEADS), {
    row: 2,
    column: -1,
  });
});

test("Home and End stay in the row, with Ctrl they lead to the corners", () => {
  const at = { row: 2, column: 2 };
  assert.deepEqual(moved({ key: "Home" }, at, HEADS), { row: 2, column: 0 });
  assert.deepEqual(moved({ key: "End" }, at, HEADS), { row: 2, column: 3 });
  assert.deepEqual(moved({ key: "Home", ctrlKey: true }, at, HEADS), { row: 0, column: 0 });
  assert.deepEqual(moved({ key: "End", metaKey: true }, at, HEADS), { row: 4, column: 3 });
});

test("pages lead to the ends where none has a length, and stop at the first row", () => {
  assert.equal(moved({ key: "PageDown" }, { row: 1, column: 0 }, FIELD).row, 4);
  assert.equal(moved({ key: "PageUp" }, { row: 4, column: 0 }, { ...HEADS, page: 2 }).row, 2);
  assert.equal(moved({ key: "PageUp" }, { row: 1, column: 0 }, { ...HEADS, page: 2 }).row, 0);
});

test("shift leaps where there are leaps", () => {
  const event = { key: "ArrowRight", shiftKey: true };
  assert.equal(moved(event, { row: 0, column: 0 }, { rows: 9, columns: 99, leap: 10 }).column, 10);
  assert.equal(moved(event, { row: 0, column: 0 }, FIELD).column, 1);
});

test("other keys lead nowhere", () => {
  assert.equal(moved({ key: "a" }, { row: 0, column: 0 }, FIELD), null);
  assert.ok(chooses({ key: "Enter" }) && chooses({ key: " " }) && !chooses({ key: "Tab" }));
});

test("in a gallery left and right go on in the next line", () => {
  assert.equal(neighbour({ key: "ArrowRight" }, 3, 10, 4), 4);
  assert.equal(neighbour({ key: "ArrowLeft" }, 4, 10, 4), 3);
  assert.equal(neighbour({ key: "ArrowRight" }, 9, 10, 4), null);
});

test("in a gallery up and down stay in their column, or where they are", () => {
  assert.equal(neighbour({ key: "ArrowDown" }, 1, 10, 4), 5);
  assert.equal(neighbour({ key: "ArrowDown" }, 7, 10, 4), null);
  assert.equal(neighbour({ key: "ArrowUp" }, 1, 10, 4), null);
  assert.equal(neighbour({ key: "End" }, 1, 10, 4), 9);
});
