import assert from "node:assert/strict";
import { test } from "node:test";
import { inWords, isNews, isOutdated } from "../../pages/_ui/components/follow/follow.js";

const following = { data: { follows: true, number: 3 }, ownHand: false, wanted: 0, wantedAt: 0 };

test("a newer state is news for who follows, once", () => {
  assert.equal(isNews(4, following, 1000), true);
  assert.equal(isNews(3, following, 1000), false);
  assert.equal(isNews(4, { ...following, wanted: 4, wantedAt: 900 }, 1000), false);
  assert.equal(isNews(5, { ...following, wanted: 4, wantedAt: 900 }, 1000), true);
});

test("a state that was asked for in vain is asked for again", () => {
  assert.equal(isNews(4, { ...following, wanted: 4, wantedAt: 0 }, 60000), true);
});

test("who looks around, or has the threshold in hand, is left alone", () => {
  assert.equal(isNews(4, { ...following, ownHand: true }, 1000), false);
  const aside = { ...following, data: { follows: false, number: 3 } };
  assert.equal(isNews(4, aside, 1000), false);
});

test("how many are here and have answered is said in words", () => {
  assert.equal(inWords(null), "");
  assert.equal(inWords({ here: 1, answered: 0 }), "1 other here");
  assert.equal(inWords({ here: 12, answered: 5 }), "12 others here · 5 answered");
  assert.equal(inWords({ answered: 2 }), "2 answered");
});

test("a page is drawn anew when something is said of its own inputs, once", () => {
  const page = { data: { said: "inputs 1" }, heard: "" };
  assert.equal(isOutdated("inputs 2", page), true);
  assert.equal(isOutdated("inputs 2", { ...page, heard: "inputs 2" }), false);
  assert.equal(isOutdated("inputs 1", page), false);
  assert.equal(isOutdated("others 2", page), false);
  assert.equal(isOutdated(undefined, page), false);
  assert.equal(isOutdated("inputs 2", { data: { said: "" }, heard: "" }), false);
});
