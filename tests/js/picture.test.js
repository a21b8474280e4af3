import assert from "node:assert/strict";
import { test } from "node:test";

import { FITTED, pushed, zoomed } from "../../pages/_ui/components/picture/zoom.js";

const BOX = { width: 400, height: 200 };

test("the point under the pointer stays where it is", () => {
  const view = zoomed(FITTED, 2, { x: 100, y: 50 }, BOX);
  assert.deepEqual(view, { scale: 2, x: -100, y: -50 });
  assert.equal(view.x + (100 / 1) * view.scale, 100);
});

test("a picture is never smaller than its box, and no edge comes inside", () => {
  assert.deepEqual(zoomed({ scale: 2, x: -100, y: -50 }, 0.1, { x: 0, y: 0 }, BOX), FITTED);
  assert.deepEqual(pushed({ scale: 2, x: -100, y: -50 }, 900, 900, BOX), { scale: 2, x: 0, y: 0 });
  assert.deepEqual(pushed({ scale: 2, x: -100, y: -50 }, -900, -900, BOX), {
    scale: 2,
    x: -400,
    y: -200,
  });
});
