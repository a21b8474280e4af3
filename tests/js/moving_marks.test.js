import assert from "node:assert/strict";
import { test } from "node:test";

import {
  nearest,
  placeOf,
  sizeOf,
  valueAt,
} from "../../pages/_ui/components/moving_marks/places.js";

test("the size of a plot is read from its background", () => {
  assert.deepEqual(sizeOf("M0.5,0.5h348v132.5h-348Z"), { width: 348, height: 132.5 });
  assert.equal(sizeOf(""), null);
});

test("a point lies at its share of both axes", () => {
  const size = { width: 200, height: 100 };
  assert.deepEqual(placeOf([0.5, 0.25], [0, 1], size), { x: 100, y: 75 });
  assert.deepEqual(placeOf([-1, 1], [-3, 1], size), { x: 100, y: 0 });
});

test("what lies beyond the axis stays at its end", () => {
  const size = { width: 200, height: 100 };
  assert.equal(placeOf([7, 0], [0, 1], size).x, 200);
  assert.equal(placeOf([-7, 0], [0, 1], size).x, 0);
  assert.equal(placeOf([3, 0], [3, 3], size).x, 0);
});

test("a place of an axis is a number, and beyond its end the end", () => {
  assert.equal(valueAt(50, [0, 1], 200), 0.25);
  assert.equal(valueAt(100, [-3, 1], 200), -1);
  assert.deepEqual([valueAt(-9, [0, 1], 200), valueAt(999, [0, 1], 200)], [0, 1]);
});

test("a click on a curve means the threshold of its nearest point, one beside it nothing", () => {
  const room = { drawn: { across: [0, 1] }, box: { width: 200, height: 100 }, most: 20 };
  const points = [
    [0.1, 1, 0.9],
    [0.5, 0.5, 0.4],
    [1, 0.2, 0.1],
  ];
  assert.equal(nearest(points, { x: 105, y: 55 }, room), 0.4);
  assert.equal(nearest(points, { x: 60, y: 90 }, room), null);
  assert.equal(nearest([], { x: 60, y: 90 }, room), null);
});
