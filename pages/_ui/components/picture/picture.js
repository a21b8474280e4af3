// @ts-check
// One picture, looked at closely: wheel, double click, buttons and keys enlarge it, a drag moves it.

import { emptyRoot, make, setAttribute, setText, stateOf } from "../shared/dom.js";
import { FITTED, pushed, zoomed } from "./zoom.js";

const STEP = 1.5;
const FAR = 60; // pixels that an arrow key moves it
const KEYS = { "+": STEP, "=": STEP, "-": 1 / STEP };
const ARROWS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const shownOf = stateOf(mount);

export default function ({ data, parentElement }) {
  const shown = shownOf(parentElement);
  if (shown.src === data.src) return;
  shown.src = data.src;
  shown.full = data.full;
  shown.image.src = data.src;
  shown.image.alt = data.alt;
  setAttribute(shown.frame, "aria-label", `${data.alt}: plus and minus enlarge it, arrows move it`);
  setText(shown.words, data.words);
  shown.all.hidden = !data.full;
  shown.all.disabled = false;
  look(shown, FITTED);
}

function mount(parent) {
  const root = emptyRoot(parent);
  const frame = make("div", "frame", root);
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  const image = make("img", "", frame);
  image.draggable = false;
  const tools = make("div", "tools", root);
  const shown = { frame, image, src: "", full: "", view: FITTED };
  const add = (text, label, act) => {
    const button = make("button", "", tools);
    button.type = "button";
    setText(button, text);
    if (label) button.setAttribute("aria-label", label);
    button.onclick = act;
    return button;
  };
  add("−", "Smaller", () => enlarge(shown, 1 / STEP));
  add("+", "Larger", () => enlarge(shown, STEP));
  shown.fit = add("Fit", "", () => look(shown, FITTED));
  shown.all = add("All pixels", "", () => showAll(shown));
  shown.words = make("span", "", tools);
  listen(shown);
  return shown;
}

function listen(shown) {
  const { frame } = shown;
  frame.addEventListener("wheel", (event) => wheel(shown, event), { passive: false });
  frame.ondblclick = (event) => {
    const back = shown.view.scale > 1;
    look(shown, back ? FITTED : zoomed(FITTED, 4, placeOf(shown, event), boxOf(shown)));
  };
  frame.onpointermove = (event) => {
    if (event.buttons !== 1) return;
    frame.setPointerCapture(event.pointerId);
    look(shown, pushed(shown.view, event.movementX, event.movementY, boxOf(shown)));
  };
  frame.onkeydown = (event) => press(shown, event);
}

function wheel(shown, event) {
  event.preventDefault();
  const factor = event.deltaY < 0 ? 1.2 : 1 / 1.2;
  look(shown, zoomed(shown.view, factor, placeOf(shown, event), boxOf(shown)));
}

function press(shown, event) {
  const factor = KEYS[event.key];
  const [dx, dy] = ARROWS[event.key] ?? [0, 0];
  // fitted, the arrows are those of the list: to the input before and the next one
  const moves = (dx || dy) && shown.view.scale > 1;
  if (factor) enlarge(shown, factor);
  else if (moves) look(shown, pushed(shown.view, dx * FAR, dy * FAR, boxOf(shown)));
  else if (event.key === "0") look(shown, FITTED);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function enlarge(shown, factor) {
  const { width, height } = boxOf(shown);
  look(shown, zoomed(shown.view, factor, { x: width / 2, y: height / 2 }, { width, height }));
}

function showAll(shown) {
  shown.all.disabled = true;
  shown.image.src = shown.full;
}

function boxOf({ image }) {
  return { width: image.offsetWidth, height: image.offsetHeight };
}

function placeOf({ image, view }, event) {
  const box = image.getBoundingClientRect();
  return { x: event.clientX - box.left + view.x, y: event.clientY - box.top + view.y };
}

function look(shown, view) {
  shown.view = view;
  shown.image.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
  shown.frame.classList.toggle("close", view.scale > 1);
  shown.fit.disabled = view.scale === 1;
}
