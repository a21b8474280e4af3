// The order of the rows. It follows the values while they move, and costs nothing when they rest.

const COLLATOR = new Intl.Collator("en", { numeric: true });
const CYCLES = { text: ["up", "down", null], number: ["down", "up", null] };

/** Put the rows in order; return whether that changed anything. */
function arrange(table) {
  const { rows } = table.shown;
  const [c, direction] = sortedBy(table);
  const how = `${c} ${direction}`;
  const keys = c < 0 ? null : rows.map((row) => row[c]);
  const resized = table.order.length !== rows.length;
  if (!resized && how === table.how && (!keys || sameList(keys, table.keys))) return false;
  // The last order is nearly the next one, and a nearly sorted list is sorted quickly.
  const order = resized || !keys ? rows.map((_, r) => r) : [...table.order];
  if (keys) order.sort(comparison(keys, table.shown.columns[c].kind, direction));
  Object.assign(table, { how, keys });
  if (!resized && sameList(order, table.order)) return false;
  table.order = order;
  table.places = new Int32Array(order.length);
  order.forEach((r, place) => (table.places[r] = place));
  return true;
}

// Known by name: its column may come to stand elsewhere.
function sortedBy({ sort, shown }) {
  const c = sort ? shown.columns.findIndex((column) => column.name === sort.name) : -1;
  return c < 0 ? [-1, null] : [c, sort.direction];
}

// What is undefined comes last in both directions; equals stay in the order as given.
function comparison(keys, kind, direction) {
  const sign = direction === "down" ? -1 : 1;
  if (kind !== "text") {
    const ranks = Float64Array.from(keys, (key) => (isMissing(key) ? Infinity : sign * key));
    return (a, b) => ranks[a] - ranks[b] || a - b;
  }
  return (a, b) =>
    isMissing(keys[a]) - isMissing(keys[b]) ||
    sign * COLLATOR.compare(keys[a] ?? "", keys[b] ?? "") ||
    a - b;
}

/** The next step of the cycle that a click on the head of column c makes. */
function nextSort(table, c) {
  const { name, kind } = table.shown.columns[c];
  const cycle = CYCLES[kind === "text" ? "text" : "number"];
  const [now, direction] = sortedBy(table);
  const next = now === c ? cycle[cycle.indexOf(direction) + 1] : cycle[0];
  return next ? { name, direction: next } : null;
}
