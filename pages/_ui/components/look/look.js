// @ts-check
// Big mode for the room, and light or dark. Big mode stands in the link; the theme is this browser's.

import { stateOf } from "../shared/dom.js";

const SCALE = 1.4;
const THEMES = [
  ["System", "as the system"],
  ["Light", "light"],
  ["Dark", "dark"],
];
// where Streamlit keeps the theme that somebody chose in its own menu, page by page
const KEPT = { name: "stActiveTheme-", version: "-v2" };
const switchesOf = stateOf(mount);

export default function (component) {
  const { data, parentElement } = component;
  const shown = switchesOf(parentElement);
  shown.component = component;
  shown.size.setAttribute("aria-pressed", String(data.big));
  shown.theme.value = kept(data.pages);
  enlarge(data.big);
}

function mount(parent) {
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

/** Streamlit measures in rem, our components by the scale. */
function enlarge(big) {
  const { style } = document.documentElement;
  const scale = big ? String(SCALE) : "";
  if (style.getPropertyValue("--tw-scale") === scale) return;
  style.removeProperty("font-size");
  const plain = parseFloat(getComputedStyle(document.documentElement).fontSize);
  if (big) {
    style.setProperty("--tw-scale", scale);
    style.fontSize = `${plain * SCALE}px`;
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
