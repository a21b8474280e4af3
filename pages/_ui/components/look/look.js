// @ts-check
// Big mode for the room, and light or dark. Big mode stands in the link; the theme is this browser's.

import { stateOf } from "../shared/dom.js";

const THEMES = [
  ["System", "as the system"],
  ["Light", "light"],
  ["Dark", "dark"],
];
// where Streamlit keeps the theme that somebody chose in its own menu, page by page
const KEPT = { name: "stActiveTheme-", version: "-v2" };
const SIDES = "clamp(1rem, 3vw, 4rem)";
const ACTS = ["pointerdown", "keydown", "input", "change"];
const switchesOf = stateOf(mount);

export default function (component) {
  const { data, parentElement } = component;
  const shown = switchesOf(parentElement);
  shown.component = component;
  shown.size.setAttribute("aria-pressed", String(data.big));
  shown.theme.value = kept(data.pages);
  enlarge(data.big ? data.scale : 1);
  widen();
}

/**
 * One click is one step of the browser's history: what Streamlit writes into the address on its
 * own, after it has turned to another page or while it draws, takes the place of the step before.
 */
function oneStepEach() {
  if (history.pushState.name === "step") return;
  const push = history.pushState.bind(history);
  let acted = true;
  for (const act of ACTS) addEventListener(act, () => (acted = true), { capture: true });
  history.pushState = function step(data, unused, url) {
    const to = new URL(url ?? location.href, location.href);
    const same = to.pathname === location.pathname;
    if (same && (!acted || !location.search)) return history.replaceState(data, unused, url);
    acted = false;
    push(data, unused, url);
  };
}

function mount(parent) {
  oneStepEach();
  const size = document.createElement("button");
  size.type = "button";
  size.textContent = "Big";
  size.title = "Type, digits and images for the last row of the room";
  const theme = document.createElement("select");
  theme.setAttribute("aria-label", "Theme");
  theme.title = "Light or dark; kept in this browser";
  for (const [value, words] of THEMES) theme.append(new Option(words, value));
  parent.querySelector(".root").replaceChildren(size, theme);
  const shown = { size, theme, component: null };
  size.onclick = () => {
    const big = size.getAttribute("aria-pressed") !== "true";
    shown.component.setTriggerValue("size", { big });
  };
  theme.onchange = () => {
    for (const path of paths(shown.component.data.pages)) {
      localStorage.setItem(KEPT.name + path + KEPT.version, JSON.stringify(theme.value));
    }
    location.reload();
  };
  return shown;
}

/** Streamlit has no option for the room at the sides: the screen belongs to numbers and images. */
function widen() {
  const main = document.querySelector('[data-testid="stMainBlockContainer"]');
  if (main instanceof HTMLElement) main.style.paddingInline = SIDES;
}

/** Streamlit measures in rem, our components by the scale. */
function enlarge(factor) {
  const { style } = document.documentElement;
  const scale = factor === 1 ? "" : String(factor);
  if (style.getPropertyValue("--tw-scale") === scale) return;
  style.removeProperty("font-size");
  const plain = parseFloat(getComputedStyle(document.documentElement).fontSize);
  if (scale) {
    style.setProperty("--tw-scale", scale);
    style.fontSize = `${plain * factor}px`;
  } else {
    style.removeProperty("--tw-scale");
  }
  window.dispatchEvent(new Event("resize"));
}

function kept(pages) {
  for (const path of paths(pages)) {
    const found = localStorage.getItem(KEPT.name + path + KEPT.version);
    if (found && THEMES.some(([value]) => JSON.stringify(value) === found))
      return JSON.parse(found);
  }
  return "System";
}

/** Return the addresses of all pages on this server, the one shown first. */
function paths(pages) {
  const here = location.pathname;
  const last = here.split("/").at(-1) ?? "";
  const base = pages.includes(last) ? here.slice(0, here.length - last.length) : here;
  return [...new Set([here, ...pages.map((page) => base + page)])];
}
