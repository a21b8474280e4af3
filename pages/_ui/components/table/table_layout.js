// The widths of the table's columns, and how its values are written.

const NAME = { min: 90, max: 220 };
const GAP = { min: 7, max: 48 }; // between the texts of two columns
const ROOM = 4; // beside the least gap, or the end of a text would be cut
const ARROW = 11; // that the head of a sorted column needs beside the gap
const textWidths = new Map();

function isMissing(value) {
  return value === null || value === undefined || Number.isNaN(value);
}

function written(value, kind) {
  if (isMissing(value)) return "–";
  if (kind === "text") return String(value);
  if (kind === "threshold") return exactly(value);
  return kind === "count" ? grouped(value) : value.toFixed(3);
}

/** A threshold is never rounded; at least two decimals. */
function exactly(value) {
  const text = String(value);
  const [whole, decimals = ""] = text.split(".");
  return text.includes("e") ? text : `${whole}.${decimals.padEnd(2, "0")}`;
}

/** Widen columns whose texts grew; they never shrink, so that nothing shakes while values move. */
function grow(table) {
  const { columns, rows } = table.shown;
  const renamed = !sameNames(table.names, rows);
  if (renamed) table.names = rows.map((row) => row[0]);
  let grown = false;
  columns.forEach(({ kind }, c) => {
    if (kind === "text" && !renamed) return;
    const need = kind === "text" ? widestText(table, c) + ROOM : widestNumber(table, c, kind);
    if (need <= table.needs[c]) return;
    table.needs[c] = need;
    grown = true;
  });
  return grown;
}

function sameNames(names, rows) {
  return names.length === rows.length && rows.every((row, r) => row[0] === names[r]);
}

function widestText(table, c) {
  let widest = 0;
  for (const row of table.shown.rows) {
    widest = Math.max(widest, textWidth(table, written(row[c], "text")));
  }
  return widest;
}

function widestNumber(table, c, kind) {
  if (kind === "threshold") {
    const lengths = table.shown.rows.map((row) => written(row[c], kind).length);
    return textWidth(table, "0".repeat(Math.max(0, ...lengths)));
  }
  let [low, high] = [0, 0];
  for (const row of table.shown.rows) {
    if (row[c] > high) high = row[c];
    else if (row[c] < low) low = row[c];
  }
  const longest = Math.max(written(low, kind).length, written(high, kind).length);
  return textWidth(table, "0".repeat(longest));
}

function textWidth(table, text) {
  const part = text.slice(0, 60);
  if (textWidths.size > 5000) textWidths.clear();
  if (!textWidths.has(part)) {
    const pen = (textWidth.pen ??= document.createElement("canvas").getContext("2d"));
    table.font ??= getComputedStyle(table.box).fontFamily;
    pen.font = `13px ${table.font}`;
    textWidths.set(part, Math.ceil(pen.measureText(part).width) + 1);
  }
  return textWidths.get(part);
}

// Texts were measured before the page had its font: measure once more.
function measureAgain(table) {
  textWidths.clear();
  if (!table.shown) return;
  table.names = [];
  table.needs = headNeeds(table);
  grow(table);
  layout(table);
}

function headNeeds(table) {
  return table.shown.columns.map(({ name }) => Math.min(160, textWidth(table, name) + ARROW));
}

function layout(table) {
  const { box, needs } = table;
  const width = box.clientWidth;
  if (!width) return; // in a closed tab or expander: the observer calls again when it opens
  const numbers = needs.slice(1).reduce((sum, need) => sum + need, 0);
  const fitting = width - numbers - needs.length * GAP.min;
  const name = Math.min(needs[0], clamp(NAME.min, fitting, Math.max(NAME.max, width / 4)));
  const spare = Math.floor((width - numbers - name) / needs.length);
  const gap = clamp(GAP.min, spare, GAP.max);
  const widths = needs.map((need, c) => (c ? need : name) + gap);
  const total = widths.reduce((sum, each) => sum + each, 0);
  const rules = widths.map((each, c) => `.c${c} { width: ${each}px; }`);
  setText(table.widths, `.line { width: ${total}px; }\n${rules.join("\n")}`);
  box.style.scrollPaddingLeft = `${widths[0]}px`; // the fixed column must not cover the focus
}
