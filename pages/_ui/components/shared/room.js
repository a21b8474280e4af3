// @ts-check
// How high a component may be: what the screen leaves below its upper edge.

import { scaleOf } from "./dom.js";
import { clamp } from "./numbers.js";

const DESIGNED = 1440; // pixels of the screen for which `below` is meant
const PICTURE = 101; // of them the height of a picture, which grows with the screen
const STILL = 6; // pixels that are no reason to lay anything out again

/**
 * Return the height from a node's place to the end of the screen, less what stands below it.
 *
 * @param {{top: number, screen: number, width?: number, scale?: number}} measured
 * @param {{height: number, below?: number | null}} wanted  `height` is the least of it
 */
export function heightFor({ top, screen, width = DESIGNED, scale = 1 }, { height, below }) {
  const least = height * scale;
  if (below === null || below === undefined) return least;
  const picture = PICTURE * Math.max(scale, width / DESIGNED);
  const room = Math.floor(screen - top - (below - PICTURE) * scale - picture);
  return clamp(least, room, Math.max(least, screen));
}

/** Call `change` when the room of a node has changed: the screen, or what stands above it. */
export function followRoom(root, change) {
  const scroller = scrollerOf(root);
  let last = roomOf(root, scroller);
  const look = () => {
    const now = roomOf(root, scroller);
    if (
      Math.abs(now.top - last.top) < STILL &&
      now.screen === last.screen &&
      now.scale === last.scale
    )
      return;
    last = now;
    change();
  };
  const observer = new ResizeObserver(look);
  for (const child of scroller?.children ?? []) observer.observe(child);
  window.addEventListener("resize", look);
  return {
    measure: () => (last = roomOf(root, scroller)),
    stop: () => {
      observer.disconnect();
      window.removeEventListener("resize", look);
    },
  };
}

function roomOf(root, scroller) {
  const scrolled = scroller ? scroller.scrollTop : window.scrollY;
  const top = root.getBoundingClientRect().top + scrolled;
  return { top, screen: window.innerHeight, width: window.innerWidth, scale: scaleOf() };
}

// Out of the shadow root as well: the page scrolls in a box of its own.
function scrollerOf(node) {
  for (let at = node; at; at = at.parentElement ?? at.getRootNode().host ?? null) {
    const { overflowY } = getComputedStyle(at);
    if (at !== node && (overflowY === "auto" || overflowY === "scroll")) return at;
  }
  return null;
}
