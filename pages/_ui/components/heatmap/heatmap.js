// The whole confusion matrix on one canvas: wheel, drag and keys to look around, click to pick.

const STEP = 1.5;
const HINT =
  "Point at a cell, or use the arrow keys. Scroll or press + and - to zoom; drag to move.";
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const heats = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  if (!heats.has(parentElement)) heats.set(parentElement, mount(parentElement));
  const heat = heats.get(parentElement);
  heat.pick = (row, column) => setTriggerValue("pick", { row, column, nonce: Date.now() });
  heat.leave ??= followLive((answer) => answer.heatmap && update(heat, answer.heatmap));
  update(heat, data);
  return () => {
    heat.observer.disconnect();
    heat.leave?.();
    heat.leave = null;
  };
}

function mount(parent) {
  const root = parent.querySelector(".root");
  root.replaceChildren();
  const canvas = make("canvas", "", root);
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-roledescription", "heat map");
  const foot = make("div", "foot", root);
  const line = make("div", "line hint", foot);
  line.setAttribute("aria-hidden", "true"); // the live region says it, for the keyboard alone
  setText(line, HINT);
  const live = make("div", "unseen", root);
  live.setAttribute("role", "status");
  const heat = { root, canvas, line, live, at: [0, 0], width: 0, height: 0, pictures: new Map() };
  heat.pen = canvas.getContext("2d");
  button(foot, "zoom in", () => zoomMiddle(heat, STEP));
  button(foot, "zoom out", () => zoomMiddle(heat, 1 / STEP));
  button(foot, "whole", () => showWhole(heat));
  foot.onclick = () => refresh(heat);
  heat.observer = new ResizeObserver(() => resize(heat));
  heat.observer.observe(root);
  listen(heat);
  return heat;
}

function button(parent, words, act) {
  const node = make("button", "", parent);
  node.type = "button";
  setText(node, words);
  node.onclick = act;
}

function listen(heat) {
  const { canvas } = heat;
  canvas.onwheel = (event) => turn(heat, event);
  canvas.onpointerdown = (event) => grab(heat, event);
  canvas.onpointermove = (event) => (heat.grip ? drag(heat, event) : hover(heat, event));
  canvas.onpointerup = canvas.onpointercancel = () => release(heat);
  canvas.onpointerleave = () => tell(heat, null);
  canvas.onclick = (event) => click(heat, event);
  canvas.ondblclick = () => refresh(heat, showWhole);
  canvas.onkeydown = (event) => press(heat, event);
  canvas.onfocus = () => refresh(heat);
  canvas.onblur = () => refresh(heat);
}

function update(heat, data) {
  const before = heat.data;
  heat.data = data;
  const reshaped =
    before?.rows.length !== data.rows.length || before?.columns.length !== data.columns.length;
  const drawn = ["filled", "values", "right", "unknown", "tones", "strengths"];
  if (reshaped || drawn.some((name) => before[name] !== data[name])) {
    heat.cells = readCells(data);
    heat.pictures.clear();
  }
  dress(heat);
  if (reshaped) [heat.at, heat.view] = [[0, 0], null];
  const size = [data.rows.length, data.columns.length].map((n) => grouped(n)).join(" by ");
  const keys = "Arrow keys move, Enter picks, plus and minus zoom, 0 shows the whole.";
  setAttribute(heat.canvas, "aria-label", `Confusion matrix, ${size}. ${keys}`);
  heat.canvas.style.height = `${data.height}px`;
  resize(heat, true);
}

// The theme may have changed: pixels keep the colours they were painted with.
function dress(heat) {
  const { root } = heat;
  const names = ["--nothing", "--right", "--wrong", "--nothing", "--unknown", "--nothing", "--mean"];
  const tones = names.map((name) => readTone(root, name));
  if (!heat.tones || !sameList(tones, heat.tones)) heat.pictures.clear();
  heat.tones = tones;
  heat.font = getComputedStyle(root).fontFamily;
  heat.colours = {
    text: readColour(root, "--st-text-color"),
    ink: readColour(root, "--ink"),
    background: readColour(root, "--st-background-color"),
    faint: readColour(root, "--faint"),
    line: readColour(root, "--line"),
    right: readColour(root, "--right"),
    wrong: readColour(root, "--wrong"),
    unknown: readColour(root, "--unknown"),
  };
}

function resize(heat, always = false) {
  const [width, height] = [heat.root.clientWidth, heat.data?.height ?? 0];
  if (!width || (!always && width === heat.width)) return;
  const wasWhole = !heat.view || heat.view.scale <= wholeScale(heat) * 1.001;
  [heat.width, heat.height] = [width, height];
  if (wasWhole) showWhole(heat);
  keepInside(heat);
  draw(heat);
}

function refresh(heat, act) {
  if (act) act(heat);
  heat.frame ??= requestAnimationFrame(() => {
    heat.frame = null;
    draw(heat);
  });
}

function zoomMiddle(heat, factor) {
  const [x, y] = corner(heat, heat.at[0] + 0.5, heat.at[1] + 0.5);
  const inside = x > 0 && x < heat.width && y > 0 && y < heat.height;
  zoom(heat, factor, ...(inside ? [x, y] : [heat.width / 2, heat.height / 2]));
  if (inside) bringIntoView(heat, heat.at); // the labels take room when they appear
}

function turn(heat, event) {
  const before = heat.view.scale;
  zoom(heat, Math.exp(clamp(-80, -event.deltaY, 80) * 0.004), event.offsetX, event.offsetY);
  if (heat.view.scale === before) return; // at either end the wheel scrolls the page again
  event.preventDefault();
  refresh(heat);
}

function grab(heat, event) {
  heat.grip = { px: event.clientX, py: event.clientY, x: heat.view.x, y: heat.view.y };
  heat.moved = false;
  heat.canvas.setPointerCapture(event.pointerId);
}

function drag(heat, event) {
  const { grip, view } = heat;
  const [dx, dy] = [event.clientX - grip.px, event.clientY - grip.py];
  if (Math.hypot(dx, dy) > 4) heat.moved = true;
  if (!heat.moved) return;
  heat.canvas.classList.add("dragged");
  [view.x, view.y] = [grip.x - dx / view.scale, grip.y - dy / view.scale];
  refresh(heat, keepInside);
}

function release(heat) {
  heat.grip = null;
  heat.canvas.classList.remove("dragged");
}

function hover(heat, event) {
  tell(heat, cellUnder(heat, event.offsetX, event.offsetY));
}

function click(heat, event) {
  const cell = cellUnder(heat, event.offsetX, event.offsetY);
  if (!cell || heat.moved || event.detail > 1) return; // the second click of two shows the whole
  heat.at = [Math.max(0, cell[0]), Math.max(0, cell[1])];
  heat.pick(...cell);
}

function press(heat, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return; // the browser's own zoom
  const { key } = event;
  if (key === "Enter" || key === " ") heat.pick(...heat.at);
  else if (key === "+" || key === "=") zoomMiddle(heat, STEP);
  else if (key === "-") zoomMiddle(heat, 1 / STEP);
  else if (key === "0") showWhole(heat);
  else if (!step(heat, event)) return;
  event.preventDefault();
  refresh(heat);
}

function step(heat, { key, shiftKey }) {
  const [rows, columns] = [heat.data.rows.length, heat.data.columns.length];
  const [r, c] = heat.at;
  const by = shiftKey ? 10 : 1;
  const [dr, dc] = ARROWS[key] ?? [0, 0];
  const jumps = { Home: [r, 0], End: [r, columns - 1], PageUp: [r - 20, c], PageDown: [r + 20, c] };
  const next = jumps[key] ?? (ARROWS[key] && [r + dr * by, c + dc * by]);
  if (!next) return false;
  heat.at = [clamp(0, next[0], rows - 1), clamp(0, next[1], columns - 1)];
  bringIntoView(heat, heat.at);
  tell(heat, heat.at);
  setText(heat.live, phrase(heat, heat.at));
  return true;
}

function tell(heat, cell) {
  heat.line.classList.toggle("hint", !cell);
  setText(heat.line, cell ? phrase(heat, cell) : HINT);
}

function phrase({ data, cells }, [r, c]) {
  const noRow = data.row_kinds[r] === "none";
  const noColumn = data.column_kinds[c] === "none";
  if (c < 0) return `${actualPhrase(data.rows[r], noRow)}: the whole row`;
  if (r < 0) return `${predictedPhrase(data.columns[c], noColumn)}: the whole column`;
  const at = r * data.columns.length + c;
  const value = cells.values[at];
  if (data.mode !== "counts") return meanPhrase(data.rows[r], noRow, data.columns[c], value);
  const who = `${actualPhrase(data.rows[r], noRow)}, ${predictedPhrase(data.columns[c], noColumn)}`;
  const count = `${who}: ${counted(value, data.unit)}`;
  if (!cells.right || !value || r === c || noColumn) return count;
  return `${count} — ${alsoPhrase(data.columns[c], value, cells.right[at], cells.unknown[at])}`;
}
