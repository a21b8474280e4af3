// A table whose numbers move while a threshold is dragged. Python sends the data; in between, the
// page may send newer values as window events, many times a second. The newest wins.

const LINGER = 350; // milliseconds before the tooltip, so that it does not chase the pointer
const ARROWS = { up: "▲", down: "▼" };
const SORTS = { up: "ascending", down: "descending" };
const tables = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  if (!tables.has(parentElement)) tables.set(parentElement, mount(parentElement));
  const table = tables.get(parentElement);
  table.emit = (name, what) => setTriggerValue(name, { ...what, nonce: Date.now() });
  table.stop ??= followLive((answer) => hear(table, answer));
  table.observer.observe(table.root);
  if (data !== table.sent) receive(table, data);
  return () => {
    table.stop?.();
    table.stop = null;
    table.observer.disconnect();
    clearTimeout(table.timer);
  };
}

function mount(parent) {
  const root = parent.querySelector(".root");
  root.replaceChildren();
  const widths = make("style", "", root);
  const empty = make("div", "empty", root);
  const box = make("div", "box", root);
  box.setAttribute("role", "grid");
  const headLine = make("div", "line heads", box);
  headLine.setAttribute("role", "row");
  headLine.setAttribute("aria-rowindex", "1");
  const body = make("div", "body", box);
  body.setAttribute("role", "rowgroup");
  const table = { root, widths, empty, box, headLine, body, top: 0, timer: 0, width: 0 };
  Object.assign(table, { heads: [], slots: [], spots: new WeakMap(), slotAt: new Map() });
  Object.assign(table, { names: [], needs: [], order: [], places: [], at: { r: 0, c: 0 } });
  table.tip = makeTooltip(root);
  table.observer = new ResizeObserver(() => resize(table));
  document.fonts?.ready.then(() => measureAgain(table));
  listen(table);
  return table;
}

function listen(table) {
  const { box } = table;
  box.onclick = (event) => {
    const node = spot(table, event);
    if (node) choose(table, node);
  };
  box.onkeydown = (event) => press(table, event);
  box.onscroll = () => {
    hush(table);
    box.style.setProperty("--scrolled", `${box.scrollLeft}px`);
    if (box.scrollTop === table.top) return;
    table.top = box.scrollTop;
    render(table);
  };
  box.onpointerover = (event) => explain(table, spot(table, event));
  box.onpointerleave = () => hush(table);
  box.addEventListener("focusin", (event) => {
    const node = spot(table, event);
    if (!node) return;
    settle(table, node);
    if (node.matches(":focus-visible")) explain(table, node);
  });
  box.addEventListener("focusout", () => hush(table));
}

function spot(table, event) {
  const node = event.target.closest?.("[role=gridcell], [role=rowheader], [role=columnheader]");
  return node && table.spots.has(node) ? node : null;
}

function resize(table) {
  if (table.root.clientWidth === table.width) return;
  table.width = table.root.clientWidth;
  if (table.shown) layout(table);
}

function hear(table, answer) {
  const news = answer?.[table.shown?.field];
  if (news) update(table, { ...table.shown, ...news });
}

// A sort that somebody just chose is not undone by an answer that was on its way before.
function receive(table, data) {
  const told = JSON.stringify(data.sort ?? null);
  if (told !== table.told) {
    table.told = told;
    const [c, direction] = data.sort ?? [];
    table.sort = data.sort ? { name: data.columns[c]?.name, direction } : null;
  }
  table.sent = data;
  update(table, data);
}

function update(table, data) {
  const { box, empty } = table;
  const before = table.shown;
  table.shown = data;
  const focused = holdsFocus(table);
  const rebuilt = !before || !sameColumns(before.columns, data.columns);
  if (rebuilt) build(table);
  const resized = data.rows.length !== before?.rows.length || data.height !== before.height;
  if (resized) fitHeight(table);
  if (arrange(table)) hush(table);
  follow(table);
  showSort(table);
  setAttribute(box, "aria-label", data.caption);
  setText(empty, data.rows.length ? "" : data.empty);
  if (grow(table) || rebuilt || resized) layout(table);
  render(table);
  if (rebuilt && focused) table.active?.focus({ preventScroll: true });
}

function fitHeight(table) {
  const { box, body, empty, shown } = table;
  const reopened = box.hidden && shown.rows.length > 0;
  empty.hidden = shown.rows.length > 0;
  box.hidden = !empty.hidden;
  box.style.maxHeight = `${shown.height}px`;
  body.style.height = `${shown.rows.length * ROW_HEIGHT}px`;
  setAttribute(box, "aria-rowcount", String(shown.rows.length + 1));
  if (reopened) table.top = box.scrollTop; // hidden, it forgot where it was
}

function sameColumns(a, b) {
  const same = (x, y) =>
    x.name === y.name && x.kind === y.kind && x.link === y.link && x.help === y.help;
  return a === b || (a.length === b.length && a.every((column, c) => same(column, b[c])));
}

// Only other columns make new nodes: focus and scroll survive all the rest.
function build(table) {
  const { shown, headLine, body, box, spots } = table;
  body.replaceChildren();
  Object.assign(table, { slots: [], slotAt: new Map(), names: [], how: null });
  Object.assign(table, { picked: null, active: null, sorted: null });
  table.heads = shown.columns.map(makeHead);
  table.heads.forEach((head, c) => spots.set(head, { slot: null, c }));
  headLine.replaceChildren(...table.heads);
  setAttribute(box, "aria-colcount", String(shown.columns.length));
  table.needs = headNeeds(table);
}

function makeHead({ name, kind, help }, c) {
  const head = make("div", `head c${c}${kind === "text" ? "" : " number"}`);
  head.setAttribute("role", "columnheader");
  head.setAttribute("aria-colindex", c + 1);
  head.tabIndex = -1;
  const text = make("span", "name", head);
  text.dir = "auto";
  setText(text, name);
  make("span", "arrow", head).setAttribute("aria-hidden", "true");
  if (help) head.setAttribute("aria-description", help);
  return head;
}

function showSort(table) {
  const [sorted, direction] = sortedBy(table);
  if (table.sorted === `${sorted} ${direction}`) return;
  table.sorted = `${sorted} ${direction}`;
  table.heads.forEach((head, c) => {
    setText(head.lastChild, c === sorted ? ARROWS[direction] : "");
    setAttribute(head, "aria-sort", c === sorted ? SORTS[direction] : "none");
  });
}

// At once, before the server answers; the top of the new order is what people want to see.
function sortBy(table, c) {
  const direction = table.sort?.direction ?? "up";
  table.sort = nextSort(table, c);
  table.box.scrollTop = table.top = 0;
  update(table, table.shown);
  if (table.sort) table.emit("sort", { column: c, direction: table.sort.direction });
  else table.emit("sort", { column: null, direction });
}

function explain(table, node) {
  hush(table);
  const text = node ? explanation(table, node) : "";
  if (!text) return;
  table.timer = setTimeout(() => node.isConnected && table.tip.show(text, node), LINGER);
}

function explanation(table, node) {
  const { r, c } = placed(table, node);
  const words = r < 0 ? node.firstChild : node;
  const cut = words.scrollWidth > words.clientWidth;
  const help = r < 0 ? table.shown.columns[c].help : "";
  return [cut ? words.textContent : "", help].filter(Boolean).join("\n");
}

function hush(table) {
  clearTimeout(table.timer);
  table.tip.hide();
}
