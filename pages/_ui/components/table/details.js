// @ts-check
// What is folded of a row, or of the heads: a list that opens over the page.

import { make, setText, stand } from "../shared/dom.js";

/** @typedef {{words: string, value: string, act: (() => void) | null}} Entry */

/** Make the list; it closes by Escape, by a click beside it, and by a choice. */
export function makeDetails(parent) {
  const node = make("div", "details", parent);
  node.setAttribute("popover", "auto");
  node.setAttribute("role", "dialog");
  let from = /** @type {HTMLElement | null} */ (null);
  node.addEventListener("toggle", (event) => {
    const closed = /** @type {ToggleEvent} */ (event).newState === "closed";
    if (closed && node.contains(activeIn(node))) from?.focus({ preventScroll: true });
  });
  node.onkeydown = (event) => stepEntry(node, event);
  return {
    /** @param {string} title @param {Entry[]} entries @param {HTMLElement} target */
    open(title, entries, target) {
      from = target;
      node.setAttribute("aria-label", title);
      node.replaceChildren();
      setText(make("div", "title", node), title);
      for (const entry of entries) addEntry(node, entry);
      node.showPopover();
      stand(node, target);
      node.querySelector("button")?.focus();
    },
    close: () => node.matches(":popover-open") && node.hidePopover(),
  };
}

function activeIn(node) {
  return /** @type {ShadowRoot | Document} */ (node.getRootNode()).activeElement;
}

function addEntry(node, { words, value, act }) {
  const line = act ? make("button", "entry link", node) : make("div", "entry", node);
  if (line instanceof HTMLButtonElement) {
    line.type = "button";
    line.onclick = () => {
      node.hidePopover();
      act();
    };
  }
  setText(make("span", "", line), words);
  setText(make("span", "value", line), value);
}

function stepEntry(node, event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  event.stopPropagation(); // the table behind it stays where it is
  if (!by) return;
  const buttons = [...node.querySelectorAll("button")];
  const here = buttons.indexOf(/** @type {HTMLButtonElement} */ (activeIn(node)));
  buttons[(here + by + buttons.length) % buttons.length]?.focus();
  event.preventDefault();
}
