import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  counted,
  exactly,
  fixed,
  grouped,
  rate,
  signed,
  snapped,
} from "../../pages/_ui/components/shared/numbers.js";
import { readNumber } from "../../pages/_ui/components/shared/typed.js";

test("a count has separators from a thousand on", () => {
  assert.deepEqual([0, 999, 1000, 1234567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
});

test("one of them is in the singular", () => {
  assert.equal(counted(1, "inputs"), "1 input");
  assert.equal(counted(2000, "inputs"), "2,000 inputs");
});

test("a rate is rounded half up in decimal", () => {
  assert.deepEqual(
    [0.8125, 0.0625, 0.4445, 1.0005, 0.1].map((value) => rate(value)),
    ["0.813", "0.063", "0.445", "1.001", "0.100"],
  );
});

test("0.000 and 1.000 are written for nothing but 0 and 1", () => {
  assert.deepEqual(
    [0, 1, 1e-9, 1 / 2999, 2998 / 2999].map((value) => rate(value)),
    ["0.000", "1.000", "< 0.001", "< 0.001", "> 0.999"],
  );
});

test("what is undefined is a dash", () => {
  assert.deepEqual(
    [null, undefined, Number.NaN].map((value) => rate(value)),
    ["–", "–", "–"],
  );
});

test("a number below zero keeps its sign only if a digit is left of it", () => {
  assert.deepEqual(
    [-0.5, -0.0001, -12.3456].map((value) => fixed(value, 3)),
    ["-0.500", "0.000", "-12.346"],
  );
});

test("very small and very large numbers are rounded from all their digits", () => {
  assert.equal(fixed(1.5e-7, 3), "0.000");
  assert.equal(fixed(5e-4, 3), "0.001");
  assert.equal(fixed(1e21, 1), "1000000000000000000000.0");
});

test("a threshold keeps all its digits, and has two decimals at the least", () => {
  assert.deepEqual([0.5, 1, 0.29, 0.123456, 1e-7].map(exactly), [
    "0.50",
    "1.00",
    "0.29",
    "0.123456",
    "1e-7",
  ]);
});

test("a slider snaps to its steps in decimal", () => {
  const slider = { step: 0.01, min: 0, max: 1 };
  assert.equal(snapped(0.1 + 0.2, slider), "0.30");
  assert.equal(snapped(0.296, slider), "0.30");
  assert.equal(snapped(0.62, { ...slider, step: 0.001 }), "0.620");
});

test("a slider stays between its ends", () => {
  const slider = { step: 0.1, min: -2, max: 3 };
  assert.deepEqual(
    [-9, 9].map((value) => snapped(value, slider)),
    ["-2.0", "3.0"],
  );
});

// --- Python is the author: the cases that every language must write alike

const CASES = JSON.parse(readFileSync(new URL("../support/numbers.json", import.meta.url), "utf8"));

const WRITE = { rate, number: exactly, count: grouped, signed_count: signed };

for (const [kind, write] of Object.entries(WRITE)) {
  for (const [value, text] of CASES[kind]) {
    test(`the ${kind} ${value} is written ${text}, as Python writes it`, () => {
      assert.equal(write(value), text);
    });
  }
}

for (const [text, low, high, wanted] of CASES.typed) {
  test(`typed, ${text} from ${low} to ${high} is ${wanted}`, () => {
    const read = readNumber(text, { name: "A number", low, high, example: "0.5" });
    assert.equal(read.problem || read.value, wanted);
  });
}
