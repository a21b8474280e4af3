import assert from "node:assert/strict";
import { test } from "node:test";

import { placeOf, sizeOf } from "../../pages/_ui/components/moving_marks/places.js";

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
