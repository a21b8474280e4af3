// The confusion matrix as a grid of DOM cells. Python sends the numbers, this file shows them.
// It runs again at each step of a dragged threshold, so it touches nothing but what changed.

const TONES = ["", "right", "wrong", "grey", "unknown", "mixed", "mean"];
const MIXED = 5;
const LEVELS = 32; // a class each: cells of one class share their computed style, inline ones never
const STRONG = 20; // the level from which white text is more legible than dark text
const matrices = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  if (!matrices.has(parentElement)) matrices.set(parentElement, mount(parentElement));
  const matrix = matrices.get(parentElement);
  matrix.pick = (row, column) => setTriggerValue("pick", { row, column, nonce: Date.now() });
  matrix.leave ??= followLive((answer) => answer.matrix && update(matrix, answer.matrix));
  update(matrix, data);
  return () => {
    matrix.observer.disconnect();
    matrix.leave?.();
    matrix.leave = null;
  };
}

function mount(parent) {
  const root = parent.querySelector(".root");
  root.replaceChildren();
  make("style", "", root).textContent = levelRules();
  const box = make("div", "box", root);
  box.setAttribute("role", "grid");
  const matrix = { root, box, at: [0, 0], shown: null, width: 0, longest: 0, picked: [] };
  matrix.tip = makeTooltip(root);
  matrix.observer = new ResizeObserver(() => root.clientWidth !== matrix.width && resize(matrix));
  matrix.observer.observe(root);
  listen(matrix);
  return matrix;
}

function levelRules() {
  const rule = (_, level) => `.level${level} { --strength: ${(100 * level) / LEVELS}; }`;
  return Array.from({ length: LEVELS + 1 }, rule).join("\n");
}

function listen(matrix) {
  const { box } = matrix;
  box.onclick = (event) => choose(matrix, spot(event));
  box.onpointerover = (event) => point(matrix, spot(event));
  box.onpointerleave = () => point(matrix, null);
  box.onscroll = () => {
    matrix.tip.hide();
    box.style.setProperty("--scrolled", `${box.scrollLeft}px`);
  };
  box.onkeydown = (event) => press(matrix, event);
  box.addEventListener("focusin", (event) => {
    const node = spot(event);
    if (!node) return;
    rove(matrix, node);
    if (node.matches(":focus-visible")) point(matrix, node);
  });
  box.addEventListener("focusout", () => point(matrix, null));
}

function spot(event) {
  return event.target.closest?.("[data-at]") ?? null;
}

function place(node) {
  return node.dataset.at.split(" ").map(Number);
}

function nodeAt(matrix, [r, c]) {
  if (r < 0) return matrix.columns[c];
  return c < 0 ? matrix.rows[r] : matrix.cells[r * matrix.columns.length + c];
}

function update(matrix, data) {
  const before = matrix.shown;
  matrix.shown = data;
  const reshaped =
    before?.rows.length !== data.rows.length || before?.columns.length !== data.columns.length;
  if (reshaped) build(matrix);
  const renamed = reshaped || before.mode !== data.mode || !sameNames(before, data);
  if (renamed) name(matrix);
  const longest = Math.max(renamed ? 0 : matrix.longest, longestText(data));
  if (renamed || longest !== matrix.longest || before.height !== data.height) {
    matrix.longest = longest;
    layout(matrix);
  }
  paint(matrix, renamed ? null : before);
  select(matrix);
  if (matrix.pointed) point(matrix, matrix.pointed);
}

function sameNames(a, b) {
  const lists = ["rows", "columns", "row_kinds", "column_kinds"];
  return a.unit === b.unit && lists.every((list) => sameList(a[list], b[list]));
}

// Only a new number of rows or columns makes new nodes: focus and scroll survive all the rest.
function build(matrix) {
  const { box, shown } = matrix;
  const focused = box.getRootNode().activeElement;
  const heads = make("div", "row heads");
  heads.setAttribute("role", "row");
  matrix.corner = make("div", "corner", heads);
  matrix.columns = shown.columns.map((_, c) => head(heads, "columnheader", -1, c));
  const rows = shown.rows.map(() => make("div", "row"));
  matrix.cells = [];
  matrix.rows = rows.map((row, r) => buildRow(matrix, row, r));
  box.replaceChildren(heads, ...rows);
  matrix.pointed = null;
  matrix.picked = [];
  const [r, c] = matrix.at;
  matrix.at = [clamp(0, r, rows.length - 1), clamp(0, c, matrix.columns.length - 1)];
  const start = nodeAt(matrix, matrix.at);
  if (start) start.tabIndex = 0;
  if (start && focused?.dataset.at) start.focus({ preventScroll: true });
}

function buildRow(matrix, row, r) {
  row.setAttribute("role", "row");
  const first = head(row, "rowheader", r, -1);
  for (let c = 0; c < matrix.shown.columns.length; c++) {
    const cell = make("div", "cell", row);
    cell.setAttribute("role", "gridcell");
    cell.dataset.at = `${r} ${c}`;
    cell.tabIndex = -1;
    matrix.cells.push(cell);
  }
  return first;
}

function head(parent, role, r, c) {
  const node = make("div", "", parent);
  node.setAttribute("role", role);
  node.dataset.at = `${r} ${c}`;
  node.tabIndex = -1;
  make("span", "name", node).dir = "auto";
  return node;
}

function name(matrix) {
  const { box, corner, shown, rows, columns } = matrix;
  setText(corner, shown.labels?.corner ?? "");
  setAttribute(box, "aria-label", shown.labels?.grid ?? "Confusion matrix");
  rows.forEach((node, r) => {
    nameHead(node, "rowhead", shown.rows[r], shown.row_kinds[r]);
    const apart = r > 0 && shown.row_kinds[r] !== shown.row_kinds[r - 1];
    node.parentNode.classList.toggle("apart", apart);
  });
  matrix.apart = columns.map((_, c) => c > 0 && shown.column_kinds[c] !== shown.column_kinds[c - 1]);
  columns.forEach((node, c) => {
    const kind = shown.column_kinds[c] + (matrix.apart[c] ? " apart" : "");
    nameHead(node, "column", shown.columns[c], kind);
  });
  matrix.names = [widest(box, shown.rows), widest(box, shown.columns)];
}

function nameHead(node, className, text, kind) {
  node.className = `${className} ${kind}`;
  setText(node.firstChild, text);
  setAttribute(node, "aria-label", headPhrase(className === "column", text, kind));
}

function resize(matrix) {
  if (!matrix.shown) return;
  layout(matrix);
  paint(matrix, null);
  select(matrix);
}

function paint(matrix, before) {
  const { shown, cells } = matrix;
  for (let i = 0; i < cells.length; i++) {
    if (before && sameCell(before, shown, i)) continue;
    const value = shown.values[i];
    const text = written(value, shown.mode);
    // Half a number is a wrong number: what does not fit is dots, and the tooltip has it.
    cells[i].textContent = text.length <= matrix.roomFor || text.length < 2 ? text : "…";
    cells[i].className = cellClass(matrix, i, value);
    shareOut(cells[i], shown, i);
    cells[i].setAttribute("aria-label", cellPhrase(shown, i));
  }
}

// What is part right and part wrong is drawn as both: each takes its share of the cell.
function shareOut(cell, { values, right, unknown, tones }, i) {
  if (tones[i] !== MIXED) return cell.removeAttribute("style");
  cell.style.setProperty("--right-end", `${(100 * right[i]) / values[i]}%`);
  cell.style.setProperty("--wrong-end", `${100 - (100 * unknown[i]) / values[i]}%`);
}

function sameCell(a, b, i) {
  return (
    a.values[i] === b.values[i] && a.tones[i] === b.tones[i] &&
    a.strengths[i] === b.strengths[i] && a.right?.[i] === b.right?.[i] &&
    a.unknown?.[i] === b.unknown?.[i]
  );
}

function cellClass(matrix, i, value) {
  const level = Math.ceil((matrix.shown.strengths[i] / 255) * LEVELS);
  const apart = matrix.apart[i % matrix.columns.length] ? " apart" : "";
  const strong = level >= STRONG ? " strong" : "";
  const quiet = value === null || (value > 0 && value < 0.005) ? " quiet" : "";
  return `cell level${level} ${TONES[matrix.shown.tones[i]]}${strong}${quiet}${apart}`;
}

function select(matrix) {
  const { selected, columns, rows } = matrix.shown;
  for (const node of matrix.picked) {
    node.removeAttribute("aria-selected");
    node.classList.remove("in-row", "in-column");
  }
  matrix.picked = [];
  if (!selected) return;
  const [r, c] = selected;
  mark(matrix, nodeAt(matrix, selected), null);
  if (c < 0) columns.forEach((_, j) => mark(matrix, nodeAt(matrix, [r, j]), "in-row"));
  if (r < 0) rows.forEach((_, j) => mark(matrix, nodeAt(matrix, [j, c]), "in-column"));
}

function mark(matrix, node, className) {
  if (!node) return; // the selection may name a concept that this matrix does not show
  if (className) node.classList.add(className);
  else node.setAttribute("aria-selected", "true");
  matrix.picked.push(node);
}

function point(matrix, node) {
  for (const head of matrix.hot ?? []) head.classList.remove("hot");
  matrix.pointed = node;
  if (!node) return matrix.tip.hide();
  const [r, c] = place(node);
  matrix.hot = [matrix.rows[r], matrix.columns[c]].filter(Boolean);
  for (const head of matrix.hot) head.classList.add("hot");
  matrix.tip.show(node.getAttribute("aria-label"), node);
}
