// @ts-check
// The live threshold: a range, an exact box, the pinned rule, and the strip of highlights.
//
// While it is dragged, the numbers at the threshold under the pointer are fetched and told to every
// component of the page. Held still for a moment, or let go, Streamlit draws the page at the value.
// Without an address to ask Streamlit draws all the while, one value at a time.

import {
  announceLive,
  announceTaken,
  emptyRoot,
  followAsked,
  followDrawn,
  followLacking,
  followLive,
  make,
  makeTooltip,
  rowsNeeded,
  setText,
  stateOf,
} from "../shared/dom.js";
import { moved, rove } from "../shared/keyboard.js";
import { exactly, snapped } from "../shared/numbers.js";
import { readNumber } from "../shared/typed.js";

const REST = 150; // ms without a move after which Streamlit follows
const GRACE = 100; // ms that Streamlit waits at a release for the numbers: they share one processor
const PATIENCE = 3000; // ms after which a message counts as lost, with a restarted server
const MOST_TRIES = 3; // times that a value is told again when the server does not answer
const SHORT = 8; // characters of a threshold that the box holds without growing
const MOST_FLYING = 2; // questions under way at a time; of those waiting only the newest is asked
const dialOf = stateOf(mount);

export default function (component) {
  const { data, parentElement } = component;
  const dial = dialOf(parentElement);
  dial.component = component;
  dial.range.min = Math.min(data.low, data.numbers.value);
  dial.range.max = Math.max(data.high, data.numbers.value);
  placePin(dial, data);
  for (const node of [dial.pinned, dial.pinHere, dial.touching]) node.hidden = data.plain;
  dial.range.disabled = dial.box.disabled = Boolean(data.off);
  setText(dial.off, data.off);
  dial.leave ??= attend(dial);
  if (isPast(dial, data.answered, Date.now())) return () => stop(dial);
  // what Streamlit draws is newer than any question still under way
  if (!dial.moving) {
    dial.shown = dial.asked;
    dial.newest = null;
  }
  const typing = dial.box.getRootNode().activeElement === dial.box && dial.typed;
  if (!dial.moving && !typing) show(dial, data.numbers.text);
  const current = !dial.moving || Number(dial.range.value) === data.numbers.value;
  if (current || !data.live) paint(dial, data.numbers);
  if (!data.live) tell(dial);
  return () => stop(dial);
}

/**
 * Whether a page was drawn before something that has been set here since, and must not take it back:
 * before the newest message arrived, or before a move that has not been told yet.
 *
 * @param {{sent: string, sentAt: number, sentText: string | null, moving: boolean,
 *   newest: string | null, component: {data: {live: string}}}} dial
 * @param {string} answered  the message that the page follows
 * @param {number} now
 */
export function isPast(dial, answered, now) {
  // without live numbers those of a page are the newest there are
  const hasMoved = dial.moving && dial.newest !== dial.sentText && dial.component.data.live !== "";
  return hasMoved || (answered !== dial.sent && now - dial.sentAt < PATIENCE);
}

function stop(dial) {
  clearTimeout(dial.resting);
  dial.leave?.();
  dial.leave = null;
}

/** Listen to charts in which somebody points, and to who presents from elsewhere. */
function attend(dial) {
  const leave = [
    followAsked((asked) => follow(dial, asked)),
    followLive((board) => {
      const numbers = board[dial.component.data.field];
      if (dial.moving || !numbers || dial.own) return;
      lead(dial, numbers);
      dial.shown = dial.asked; // what was asked here before is of the past
      dial.wanted = dial.newest = null;
    }),
    followLacking((text) => look(dial, text)),
    followDrawn((answered) => {
      return !dial.component.data.plain && isPast(dial, answered, Date.now());
    }),
  ];
  return () => leave.forEach((stop) => stop());
}

/** Stand where somebody else drags; nothing is told to the server. */
function lead(dial, numbers) {
  if (!dial.range.disabled) show(dial, numbers.text);
  paint(dial, numbers);
}

/** Fetch the numbers with the rows that are in view now: where one stands, or somebody else. */
function look(dial, text) {
  if (!dial.component.data.live || (text && dial.moving)) return;
  dial.led = text;
  want(dial, text || (dial.newest ?? dial.painted));
}

/** Move to where somebody points in a chart. */
function follow(dial, { value, done, exact }) {
  if (dial.range.disabled || dial.component.data.plain) return;
  dial.range.value = value;
  if (!done) return drag(dial);
  complain(dial, "");
  settle(dial, exact ? exactly(value) : onStep(dial, value));
}

function mount(parent) {
  const root = emptyRoot(parent);
  const row = make("div", "setting", root);
  const track = make("span", "track", row);
  const range = make("input", "", track);
  Object.assign(range, { type: "range", step: "any" });
  range.setAttribute("aria-label", "Threshold");
  const pin = make("span", "pin", track);
  const box = make("input", "box", row);
  Object.assign(box, { type: "text", inputMode: "decimal", autocomplete: "off" });
  box.setAttribute("aria-label", "Exact threshold");
  const pinned = makeButton("link pinned", row);
  const pinHere = makeButton("pin-here", row);
  setText(pinHere, "Pin here");
  const touching = makeButton("link touching", row);
  const off = make("span", "quiet off", row);
  const problem = make("span", "problem", row);
  problem.setAttribute("role", "alert");
  const strip = make("dl", "strip", root);
  const disputes = make("p", "quiet disputes", root);
  const tip = makeTooltip(root);
  const dial = {
    range,
    box,
    pin,
    pinned,
    pinHere,
    touching,
    off,
    problem,
    strip,
    disputes,
    tip,
    at: 0,
    items: [],
    layout: null,
    moving: false,
    typed: false,
    wanted: null,
    newest: null,
    flying: 0,
    asked: 0,
    shown: 0,
    resting: 0,
    count: 0,
    sent: "",
    sentAt: 0,
    sentText: null,
    final: null,
    leave: null,
    own: false,
    led: "",
    painted: "",
  };
  listen(dial);
  return dial;
}

function makeButton(className, parent) {
  const button = make("button", className, parent);
  button.type = "button";
  return button;
}

function listen(dial) {
  const press = (name) => dial.component.setTriggerValue("press", { name, at: Date.now() });
  dial.range.oninput = () => drag(dial);
  dial.range.onchange = () => settle(dial, onStep(dial, Number(dial.range.value)));
  dial.range.onkeydown = (event) => step(dial, event);
  dial.box.oninput = () => {
    dial.typed = true;
  };
  dial.box.onkeydown = (event) => {
    if (event.key === "Enter") enter(dial);
  };
  dial.box.onblur = () => {
    if (dial.typed) enter(dial);
  };
  dial.pinHere.onclick = () => press("pin");
  dial.pinned.onclick = () => press("back");
  dial.touching.onclick = () => press("touching");
  dial.strip.onclick = (event) => {
    const link = event.target.closest("button[data-name]");
    if (link) press(link.dataset.name);
  };
  listenToStrip(dial);
}

/** What a highlight means is told to pointers and, by arrow keys from one to the next, to keys. */
function listenToStrip(dial) {
  const { strip, tip } = dial;
  const placeOf = (event) => dial.items.findIndex(({ root }) => root.contains(event.target));
  strip.onpointerover = (event) => explain(dial, placeOf(event));
  strip.onpointerleave = tip.hide;
  strip.addEventListener("focusin", (event) => {
    const place = placeOf(event);
    rove(dial.items[dial.at]?.root, dial.items[place]?.root);
    dial.at = place;
    if (event.target.matches(":focus-visible")) explain(dial, place);
  });
  strip.addEventListener("focusout", tip.hide);
  strip.onkeydown = (event) => {
    if (event.key === "Escape") return tip.hide();
    const next = moved(event, { row: 0, column: dial.at }, { rows: 1, columns: dial.items.length });
    if (!next) return;
    event.preventDefault();
    dial.items[next.column].root.focus();
  };
}

function explain({ items, tip }, place) {
  if (items[place]?.hint) tip.linger(items[place].hint, items[place].root);
  else tip.hide();
}

function drag(dial) {
  if (!dial.moving) announceTaken();
  dial.moving = true;
  dial.final = null; // taken up again before it was told
  complain(dial, "");
  const text = onStep(dial, Number(dial.range.value));
  show(dial, text);
  want(dial, text);
  clearTimeout(dial.resting);
  dial.resting = setTimeout(() => rest(dial, text), REST);
}

function rest(dial, text) {
  if (dial.component.data.live) send(dial, text, false);
  else tell(dial); // what waits for a lost answer waits no longer
}

function settle(dial, text) {
  clearTimeout(dial.resting);
  dial.moving = false;
  dial.typed = false;
  show(dial, text);
  if (!dial.component.data.live) {
    dial.wanted = null;
    dial.newest = text;
    return send(dial, text, true);
  }
  // the numbers at once, then the page with its link: drawn together they would wait for each other
  dial.final = message(dial, text, true);
  setTimeout(tellFinal, GRACE, dial, dial.final);
  if (text !== dial.newest) {
    dial.shown = dial.asked; // answers under way are of the past
    want(dial, text);
  } else if (dial.wanted === null && dial.flying === 0) {
    tellFinal(dial, dial.final);
  }
}

function want(dial, text) {
  dial.wanted = dial.newest = text;
  if (dial.component.data.live) ask(dial);
  else tell(dial);
}

/** Tell Streamlit the newest value, once it has drawn the one before. */
function tell(dial) {
  const { answered } = dial.component.data;
  const waits = dial.sent && answered !== dial.sent && Date.now() - dial.sentAt < PATIENCE;
  if (dial.wanted === null || waits) return;
  const text = dial.wanted;
  dial.wanted = null;
  send(dial, text, false);
}

function tellFinal(dial, final) {
  if (dial.final !== final || final === null) return;
  dial.final = null;
  dial.component.setStateValue("live", final);
  setTimeout(tellAgain, PATIENCE, dial, final, MOST_TRIES);
}

/** A busy server may lose a message; the last value must not be lost with it. */
function tellAgain(dial, final, tries) {
  const answered = dial.sent !== final.count || dial.component.data.answered === final.count;
  if (answered || dial.moving || tries === 0) return;
  const again = message(dial, final.text, true);
  dial.component.setStateValue("live", again);
  setTimeout(tellAgain, PATIENCE, dial, again, tries - 1);
}

function send(dial, text, done) {
  dial.component.setStateValue("live", message(dial, text, done));
}

function message(dial, text, done) {
  dial.count += 1;
  dial.sentAt = Date.now();
  dial.sentText = text;
  dial.sent = `${dial.sentAt} ${dial.count}`;
  return { text, done, count: dial.sent };
}

async function ask(dial) {
  if (dial.wanted === null || dial.flying >= MOST_FLYING) return;
  const text = dial.wanted;
  dial.wanted = null;
  dial.flying += 1;
  dial.asked += 1;
  const turn = dial.asked;
  const at = (performance.timeOrigin + performance.now()).toFixed(3);
  try {
    const query = new URLSearchParams({ t: text, at });
    const rows = rowsNeeded();
    if (rows) query.set("rows", rows);
    const answer = await fetch(`${dial.component.data.live}?${query}`);
    if (!answer.ok) throw new Error(answer.statusText);
    const board = await answer.json();
    if (turn > dial.shown) {
      dial.shown = turn;
      const numbers = board[dial.component.data.field];
      if (text === dial.led && !dial.moving) lead(dial, numbers);
      else paint(dial, numbers);
      dial.own = true; // these are the numbers of this slider itself
      announceLive(board);
      dial.own = false;
    }
  } catch {
    // the address is gone with a restarted server: Streamlit itself answers, if more slowly
    if (turn > dial.shown && dial.final === null && dial.moving) send(dial, text, false);
  }
  dial.flying -= 1;
  if (dial.final?.text === text) tellFinal(dial, dial.final);
  ask(dial);
}

function onStep(dial, value, size = dial.component.data.step) {
  const { min, max } = dial.range;
  return snapped(value, { step: size, min: Number(min), max: Number(max) });
}

function step(dial, event) {
  const { data } = dial.component;
  const size = event.shiftKey ? data.step / 10 : data.step;
  const jumps = {
    ArrowRight: size,
    ArrowUp: size,
    ArrowLeft: -size,
    ArrowDown: -size,
    PageUp: data.step * 10,
    PageDown: -data.step * 10,
  };
  const ends = { Home: data.low, End: data.high };
  if (!(event.key in jumps) && !(event.key in ends)) return;
  event.preventDefault();
  const value = ends[event.key] ?? Number(dial.range.value) + jumps[event.key];
  settle(dial, onStep(dial, value, size));
}

function enter(dial) {
  const { low, high } = dial.component.data;
  const within = { name: "A threshold", low, high, example: "0.62" };
  const { value, problem } = readNumber(dial.box.value, within);
  complain(dial, problem);
  if (value !== null) settle(dial, exactly(value));
}

function complain(dial, text) {
  setText(dial.problem, text);
  dial.box.setAttribute("aria-invalid", text ? "true" : "false");
}

function show(dial, text) {
  dial.box.value = text;
  dial.box.style.width = text.length > SHORT ? `${text.length + 3}ch` : "";
  dial.range.value = text;
  dial.range.setAttribute("aria-valuetext", text);
}

function placePin(dial, data) {
  const { min, max } = dial.range;
  const share = (data.pinned - min) / (max - min || 1);
  // the thumb's middle travels from half a thumb (8 px) to the width less half a thumb
  dial.pin.style.left = `calc(8px + ${share} * (100% - 16px) - 1px)`;
  dial.pin.hidden = data.plain || share < 0 || share > 1;
}

function paint(dial, numbers) {
  dial.painted = numbers.text;
  setText(dial.pinned, numbers.pinned_text);
  dial.pinned.disabled = numbers.at_pin;
  dial.pinned.title = numbers.at_pin ? "" : "Go back to the pinned rule";
  dial.pinHere.style.visibility = numbers.at_pin ? "hidden" : "visible";
  setText(dial.touching, numbers.touching);
  const layout = numbers.highlights.map((one) => one.press ?? "").join();
  if (dial.layout !== layout) {
    dial.layout = layout;
    dial.items = numbers.highlights.map(item);
    dial.strip.replaceChildren(...dial.items.map((nodes) => nodes.root));
    dial.at = 0;
    rove(null, dial.items[0]?.root);
  }
  numbers.highlights.forEach((one, k) => fill(dial.items[k], one));
  setText(dial.disputes, numbers.disputes);
}

function item({ press }) {
  const root = make("div", "item");
  root.tabIndex = -1;
  const label = make("dt", "", root);
  const words = make("dd", "", root);
  const value = press ? makeButton("value link", words) : make("span", "value", words);
  if (press) value.dataset.name = press;
  const delta = make("span", "delta", words);
  return { root, label, value, delta, band: make("dd", "band", root), hint: "" };
}

function fill(nodes, one) {
  setText(nodes.label, one.label);
  setText(nodes.value, one.value);
  setText(nodes.delta, one.delta);
  setText(nodes.band, one.band);
  nodes.delta.className = `delta ${one.tone}`;
  nodes.hint = one.hint;
}
