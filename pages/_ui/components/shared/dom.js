// What every component of this folder shares; assets.py puts it in front of each script.
// Text from the data enters the page through `textContent` alone, never as markup.

const WITH_SEPARATORS = new Intl.NumberFormat("en-US");

function make(tag, className, parent) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (parent) parent.append(node);
  return node;
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufefc]/;

// A right-to-left name must not turn the sentence around it.
function isolated(name) {
  return RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** Write a count with thousands separators; Intl is slow, and most counts need none. */
function grouped(count) {
  return count < 1000 ? String(count) : WITH_SEPARATORS.format(count);
}

function clamp(low, value, high) {
  return Math.max(low, Math.min(value, high));
}

function counted(count, unit) {
  return `${grouped(count)} ${count === 1 ? unit.replace(/s$/, "") : unit}`;
}

function sameList(a, b) {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** Say which cell of a matrix this is: "labelled gratin, predicted baked". */
function actualPhrase(name, isNone) {
  return isNone ? isolated(name) : `labelled ${isolated(name)}`;
}

function predictedPhrase(name, isNone) {
  return isNone ? isolated(name) : `predicted ${isolated(name)}`;
}

function meanPhrase(row, rowIsNone, column, value) {
  const inputs = rowIsNone ? `with ${isolated(row)}` : `labelled ${isolated(row)}`;
  const mean = value === null || Number.isNaN(value) ? "undefined (–)" : value.toFixed(3);
  return `mean score for ${isolated(column)} over the inputs ${inputs}: ${mean}`;
}

/** Say which of a cell's inputs are right: "29 also labelled baked (right), 8 not labelled baked". */
function alsoPhrase(column, count, right, unknown) {
  const name = isolated(column);
  const rest = unknown > 0 ? `, ${grouped(unknown)} unknown for ${name}` : "";
  const wrong = grouped(count - right - unknown);
  return `${grouped(right)} also labelled ${name} (right), ${wrong} not labelled ${name}${rest}`;
}

/** A tooltip in the browser's top layer: no box of the page can cut it off. */
function makeTooltip(parent) {
  const node = make("div", "tooltip", parent);
  node.setAttribute("popover", "manual");
  node.setAttribute("aria-hidden", "true"); // the same words are the target's aria-label
  const hide = () => node.matches(":popover-open") && node.hidePopover();
  const show = (text, target) => {
    setText(node, text);
    if (!node.matches(":popover-open")) node.showPopover();
    const room = target.getBoundingClientRect();
    const below = room.bottom + 6 + node.offsetHeight < innerHeight;
    const top = below ? room.bottom + 6 : room.top - 6 - node.offsetHeight;
    const left = room.left + room.width / 2 - node.offsetWidth / 2;
    node.style.top = `${Math.max(4, top)}px`;
    node.style.left = `${clamp(4, left, innerWidth - node.offsetWidth - 4)}px`;
  };
  return { show, hide };
}

/** The three states of a label, as a class and in words. */
function truthClass(labelled) {
  if (labelled === null) return "unknown";
  return labelled ? "labelled" : "not";
}

function truthPhrase(labelled) {
  if (labelled === null) return "label unknown";
  return labelled ? "labelled" : "not labelled";
}


const LIVE = "threshold-workshop:live";

/** Tell every component the numbers at the threshold under the pointer. */
function announceLive(answer) {
  window.dispatchEvent(new CustomEvent(LIVE, { detail: answer }));
}

/** Call `follow` with each live answer; returns the way to stop. */
function followLive(follow) {
  const listen = (event) => follow(event.detail);
  window.addEventListener(LIVE, listen);
  return () => window.removeEventListener(LIVE, listen);
}
