import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { followDrawn, followLacking, showDrawn } from "../../pages/_ui/components/shared/dom.js";
import { isPast } from "../../pages/_ui/components/threshold_slider/threshold_slider.js";

const NOW = 100_000;
const resting = {
  sent: "7",
  sentAt: NOW - 1000,
  sentText: "0.3",
  moving: false,
  newest: null,
  component: { data: { live: "live/x" } },
};
const dragged = { ...resting, moving: true, newest: "0.3" };

beforeEach(() => {
  globalThis.window = /** @type {any} */ (new EventTarget());
});

test("a page that follows the newest message is current, one that follows another is past", () => {
  assert.equal(isPast(resting, "7", NOW), false);
  assert.equal(isPast(resting, "6", NOW), true);
  assert.equal(isPast(resting, "", NOW), true);
});

test("a message without an answer counts as lost after a while, and any page is welcome", () => {
  assert.equal(isPast(resting, "6", NOW + 1999), true);
  assert.equal(isPast(resting, "6", NOW + 2000), false);
});

test("a page of where the thumb was is past as soon as the thumb moves on, told or not", () => {
  assert.equal(isPast(dragged, "7", NOW), false);
  assert.equal(isPast({ ...dragged, newest: "0.4" }, "7", NOW), true);
  assert.equal(isPast({ ...dragged, newest: "0.4" }, "7", NOW + 60_000), true);
  assert.equal(isPast({ ...dragged, newest: "0.4", sent: "", sentText: null }, "", NOW), true);
});

test("a page is past no more once the thumb is let go and its message answered", () => {
  assert.equal(isPast({ ...resting, newest: "0.4", sentText: "0.4" }, "7", NOW), false);
});

test("without live numbers a drag shows those of every page", () => {
  const plain = { ...dragged, newest: "0.4", component: { data: { live: "" } } };
  assert.equal(isPast(plain, "7", NOW), false);
});

/** What is shown of a page, and whether newer numbers are asked for. */
function drawn(data, isFirst = false) {
  let [shown, isAsked] = [null, false];
  const stop = followLacking(() => {
    isAsked = true;
  });
  showDrawn(data, { isFirst, show: (what) => (shown = what) });
  stop();
  return { shown, isAsked };
}

test("a page that is past is not shown, unless there is nothing yet: then newer numbers are asked for", () => {
  const stop = followDrawn((answered) => answered !== "7");
  const [past, current] = [{ answered: "6" }, { answered: "7" }];
  assert.deepEqual(drawn(past), { shown: null, isAsked: false });
  assert.deepEqual(drawn(past, true), { shown: past, isAsked: true });
  assert.deepEqual(drawn(current), { shown: current, isAsked: false });
  stop();
  assert.deepEqual(drawn(past), { shown: past, isAsked: false });
});

test("what no threshold moves is shown whatever the slider says", () => {
  followDrawn(() => true);
  assert.deepEqual(drawn({}).shown, {});
  assert.deepEqual(drawn({ answered: null }).shown, { answered: null });
});
