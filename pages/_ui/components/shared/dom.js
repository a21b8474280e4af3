// @ts-check
// What every component does to the page. Text from the data enters it through `textContent` alone,
// never as markup.

import { clamp } from "./numbers.js";

const LIVE = "threshold-workshop:live";
const ASKED = "threshold-workshop:asked";
const TAKEN = "threshold-workshop:taken";
const ASKING = "threshold-workshop:asking";
const DRAWN = "threshold-workshop:drawn";
const OFFERED = "threshold-workshop:offered";
const LACKING = "threshold-workshop:lacking";
const LINGER = 350; // milliseconds before a tooltip, so that it does not chase the pointer

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} [className]
 * @param {Node | null} [parent]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, className, parent) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (parent) parent.appendChild(node);
  return node;
}

/** @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {Element} node @param {string} name @param {string} value */
export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

export function sameList(a, b) {
  return a === b || (a.length === b.length && a.every((value, i) => value === b[i]));
}

/** A function that gives each component of the page its own state, made by the first call. */
export function stateOf(mount) {
  const states = new WeakMap();
  return (parent) => {
    if (!states.has(parent)) states.set(parent, mount(parent));
    return states.get(parent);
  };
}

/** The empty root of a component. @param {Element | ShadowRoot} parent @returns {HTMLElement} */
export function emptyRoot(parent) {
  const root = /** @type {HTMLElement} */ (parent.querySelector(".root"));
  root.replaceChildren();
  return root;
}

/** The width of the widest of some texts in pixels, measured and not laid out. */
export function widest(font, texts) {
  widest.pen ??= document.createElement("canvas").getContext("2d");
  widest.pen.font = font;
  return Math.ceil(Math.max(0, ...texts.map((text) => widest.pen.measureText(text).width)));
}
/** @type {CanvasRenderingContext2D | null} */
widest.pen = null;

/** How much larger than usual everything is: the switch "big" sets it for the whole page. */
export function scaleOf() {
  return Number(document.documentElement.style.getPropertyValue("--tw-scale")) || 1;
}

/** A tooltip in the browser's top layer: no box of the page can cut it off. */
export function makeTooltip(parent) {
  const node = make("div", "tooltip", parent);
  node.setAttribute("popover", "manual");
  node.setAttribute("aria-hidden", "true"); // the same words are the target's name
  let timer = 0;
  const hide = () => {
    clearTimeout(timer);
    if (node.matches(":popover-open")) node.hidePopover();
  };
  const show = (text, target) => {
    setText(node, text);
    if (!node.matches(":popover-open")) node.showPopover();
    stand(node, target);
  };
  /** Show it in a moment, if the target is still there; an empty text hides it. */
  const linger = (text, target) => {
    hide();
    if (text) timer = window.setTimeout(() => target.isConnected && show(text, target), LINGER);
  };
  return { show, hide, linger };
}

/** Stand below a target, or above it where there is no room. */
export function stand(node, target) {
  const room = target.getBoundingClientRect();
  const below = room.bottom + 6 + node.offsetHeight < innerHeight;
  const top = below ? room.bottom + 6 : room.top - 6 - node.offsetHeight;
  const left = room.left + room.width / 2 - node.offsetWidth / 2;
  node.style.top = `${Math.max(4, top)}px`;
  node.style.left = `${clamp(4, left, innerWidth - node.offsetWidth - 4)}px`;
}

/** Tell every component the numbers at the threshold under the pointer. */
export function announceLive(answer) {
  window.dispatchEvent(new CustomEvent(LIVE, { detail: answer }));
}

/**
 * Ask the slider of the page for a threshold, as if its handle had been moved there.
 *
 * @param {number} value
 * @param {{done: boolean, exact: boolean}} how  `exact` is not snapped to the slider's steps
 */
export function askThreshold(value, { done, exact }) {
  window.dispatchEvent(new CustomEvent(ASKED, { detail: { value, done, exact } }));
}

/** Call `follow` with each threshold that is asked for; returns the way to stop. */
export function followAsked(follow) {
  const listen = (event) => follow(event.detail);
  window.addEventListener(ASKED, listen);
  return () => window.removeEventListener(ASKED, listen);
}

/** Tell that somebody has taken the threshold into their own hand. */
export function announceTaken() {
  window.dispatchEvent(new CustomEvent(TAKEN));
}

/** Call `follow` whenever somebody takes it; returns the way to stop. */
export function followTaken(follow) {
  window.addEventListener(TAKEN, follow);
  return () => window.removeEventListener(TAKEN, follow);
}

/** Call `follow` with each live answer; returns the way to stop. */
export function followLive(follow) {
  const listen = (event) => follow(event.detail);
  window.addEventListener(LIVE, listen);
  return () => window.removeEventListener(LIVE, listen);
}

/**
 * Show what Streamlit drew, unless what stands there is newer: a page that is slow to come was drawn
 * for a threshold that people may have left meanwhile. What shows nothing yet shows it in any case,
 * and asks for newer numbers.
 *
 * @template {{answered?: string | null}} T
 * @param {T} data
 * @param {{isFirst: boolean, show: (data: T) => void}} how
 */
export function showDrawn(data, { isFirst, show }) {
  const late = isLate(data);
  if (late && !isFirst) return;
  show(data);
  if (late) askRows();
}

/** Whether the page's slider has moved on since; what follows no message of it never is late. */
function isLate({ answered = null }) {
  const drawn = new CustomEvent(DRAWN, { detail: answered, cancelable: true });
  return answered !== null && !window.dispatchEvent(drawn);
}

/** Let `isPast` judge what follows a message of the slider; returns the way to stop. */
export function followDrawn(isPast) {
  const listen = (event) => isPast(event.detail) && event.preventDefault();
  window.addEventListener(DRAWN, listen);
  return () => window.removeEventListener(DRAWN, listen);
}

/** The rows of a long table that are needed now, as Python reads it; empty for all. */
export function rowsNeeded() {
  const question = { rows: "" };
  window.dispatchEvent(new CustomEvent(ASKING, { detail: question }));
  return question.rows;
}

/** Let `add` write into each question, before it is asked, what is needed; returns the way to stop. */
export function followAsking(add) {
  const listen = (event) => add(event.detail);
  window.addEventListener(ASKING, listen);
  return () => window.removeEventListener(ASKING, listen);
}

/** Ask for the numbers at a threshold, or at the one that is shown, with the rows needed now. */
export function askRows(text = "") {
  window.dispatchEvent(new CustomEvent(LACKING, { detail: text }));
}

/** Call `follow` whenever somebody asks so; returns the way to stop. */
export function followLacking(follow) {
  const listen = (event) => follow(event.detail);
  window.addEventListener(LACKING, listen);
  return () => window.removeEventListener(LACKING, listen);
}

/** Whether all that is in view could be drawn of an answer to somebody else's question. */
export function wouldDo(answer) {
  return window.dispatchEvent(new CustomEvent(OFFERED, { detail: answer, cancelable: true }));
}

/** Let `suits` judge each such answer; returns the way to stop. */
export function followOffered(suits) {
  const listen = (event) => suits(event.detail) || event.preventDefault();
  window.addEventListener(OFFERED, listen);
  return () => window.removeEventListener(OFFERED, listen);
}
