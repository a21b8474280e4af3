// The keyboard of the table: one cell is in the tab order, arrow keys move to the next one.
// Steps are taken between places, where -1 is the row of heads; the focus belongs to a row.

const STEPS = {
  ArrowUp: ({ place, c }) => [place - 1, c],
  ArrowDown: ({ place, c }) => [place + 1, c],
  ArrowLeft: ({ place, c }) => [place, c - 1],
  ArrowRight: ({ place, c }) => [place, c + 1],
  Home: ({ place }, size, far) => [far ? 0 : place, 0],
  End: ({ place }, size, far) => [far ? size.rows - 1 : place, size.columns - 1],
  PageUp: ({ place, c }, size) => [Math.max(0, place - size.page), c],
  PageDown: ({ place, c }, size) => [place + size.page, c],
};

function holdsFocus(table) {
  return Boolean(table.active) && table.box.getRootNode().activeElement === table.active;
}

// Rows come, go and change places: the focus stays with the name it was on.
function follow(table) {
  const { at, shown, order } = table;
  if (!table.touched) at.r = order[0] ?? 0; // nobody was here yet: the first row people see
  at.c = clamp(0, at.c, shown.columns.length - 1);
  if (at.r < 0 || shown.rows[at.r]?.[0] === at.name) return;
  const r = shown.rows.findIndex((row) => row[0] === at.name);
  at.r = r < 0 || !table.touched ? clamp(0, at.r, Math.max(0, shown.rows.length - 1)) : r;
  at.name = shown.rows[at.r]?.[0];
}

function rove(table, focused) {
  const node = nodeAt(table, table.at);
  if (node === table.active) return;
  if (table.active) table.active.tabIndex = -1;
  table.active = node;
  if (!node) return;
  node.tabIndex = 0;
  if (focused) node.focus({ preventScroll: true });
}

function settle(table, node) {
  const { r, c } = placed(table, node);
  table.touched = true;
  table.at = { r, c, name: table.shown.rows[r]?.[0] };
  rove(table, false);
}

function choose(table, node) {
  const { r, c } = placed(table, node);
  if (r < 0) sortBy(table, c);
  else if (table.shown.columns[c].link) table.emit("pick", { row: r, column: c });
}

function press(table, event) {
  const node = spot(table, event);
  if (!node) return;
  if (event.key === "Escape") return hush(table);
  if (event.key === "Enter" || event.key === " ") choose(table, node);
  else if (STEPS[event.key] && !event.altKey) step(table, event);
  else return;
  event.preventDefault();
}

function step(table, event) {
  const { at, order, places, shown } = table;
  const page = Math.max(1, Math.floor(shown.height / ROW_HEIGHT) - 2);
  const size = { rows: order.length, columns: shown.columns.length, page };
  const from = { place: at.r < 0 ? -1 : places[at.r], c: at.c };
  const [place, c] = STEPS[event.key](from, size, event.ctrlKey || event.metaKey);
  const r = place < 0 ? -1 : order[Math.min(place, size.rows - 1)];
  table.at = { r, c: clamp(0, c, size.columns - 1), name: shown.rows[r]?.[0] };
  render(table);
  table.active.focus({ preventScroll: true });
  table.active.scrollIntoView({ block: "nearest", inline: "nearest" }); // clear of the fixed cells
}
