// What the confusion matrix says: numbers in cells, and sentences for tooltips and screen readers.

function headPhrase(isColumn, text, kind) {
  const isNone = kind.startsWith("none");
  return isColumn
    ? `${predictedPhrase(text, isNone)}: the whole column`
    : `${actualPhrase(text, isNone)}: the whole row`;
}

function written(value, mode) {
  if (value === null) return "–";
  if (mode === "counts") return value === 0 ? "" : grouped(value);
  if (value === 0) return "";
  if (value < 0 || value > 1) return value.toFixed(1);
  return value >= 0.995 ? "1.0" : value.toFixed(2).slice(1);
}

function cellPhrase(shown, i) {
  const [r, c] = [Math.floor(i / shown.columns.length), i % shown.columns.length];
  const noRow = shown.row_kinds[r] === "none";
  const noColumn = shown.column_kinds[c] === "none";
  const value = shown.values[i];
  if (shown.mode !== "counts") return meanPhrase(shown.rows[r], noRow, shown.columns[c], value);
  const column = predictedPhrase(shown.columns[c], noColumn);
  const who = `${actualPhrase(shown.rows[r], noRow)}, ${column}`;
  const count = value === null ? "undefined (–)" : counted(value, shown.unit);
  return `${who}: ${count}${value ? partsPhrase(shown, r, c) : ""}`;
}

function partsPhrase(shown, r, c) {
  const i = r * shown.columns.length + c;
  const same = r === c && shown.row_kinds[r] !== "other";
  if (!shown.right || same || shown.column_kinds[c] === "none") return "";
  return ` — ${alsoPhrase(shown.columns[c], shown.values[i], shown.right[i], shown.unknown[i])}`;
}

function longestText(data) {
  let [low, high] = [0, 0];
  for (const value of data.values) {
    if (value > high) high = value;
    else if (value < low) low = value;
  }
  return Math.max(2, ...[low, high].map((value) => written(value, data.mode).length));
}

