// Draw what is seen of the heat map: cells, numbers and labels where they are legible, the cursor.

function draw(heat) {
  const { canvas, pen, view, data } = heat;
  const ratio = devicePixelRatio;
  const size = [Math.round(heat.width * ratio), Math.round(heat.height * ratio)];
  if (canvas.width !== size[0]) canvas.width = size[0];
  if (canvas.height !== size[1]) canvas.height = size[1];
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, heat.width, heat.height);
  const [x, y] = corner(heat, 0, 0);
  pen.fillStyle = heat.colours.faint;
  pen.fillRect(x, y, data.columns.length * view.scale, data.rows.length * view.scale);
  drawCells(heat, x, y, ratio);
  if (view.scale >= PARTS_FROM && heat.cells.right) drawParts(heat);
  if (view.scale >= LABELS_FROM) drawDetails(heat);
  if (data.selected) drawFrame(heat, data.selected, 3);
  if (canvas.matches(":focus-visible")) drawCursor(heat);
  canvas.dataset.view = [view.scale, x, y].map((n) => n.toFixed(3)).join(" ");
}

function drawCells(heat, x, y, ratio) {
  const block = Math.max(1, Math.ceil(1 / (heat.view.scale * ratio) - 1e-6));
  const faintest = heat.data.mode === "counts" && heat.view.scale < 3 ? FAINTEST_SPECK : 0;
  const kind = `${block} ${faintest}`;
  if (!heat.pictures.has(kind)) heat.pictures.set(kind, paintBlocks(heat, block, faintest));
  const picture = heat.pictures.get(kind);
  const scale = heat.view.scale * block;
  heat.pen.imageSmoothingEnabled = false;
  heat.pen.drawImage(picture, x, y, picture.width * scale, picture.height * scale);
}

// What is part right and part wrong is drawn as both: each takes its share of the cell.
function drawParts(heat) {
  const { pen, data, cells, view, colours } = heat;
  const { rows, columns } = seen(heat);
  const part = (x, y, share, colour) => {
    pen.fillStyle = colour;
    pen.fillRect(x, y, view.scale * share, view.scale);
    return x + view.scale * share;
  };
  for (const r of rows) {
    for (const c of columns) {
      const at = r * data.columns.length + c;
      if (cells.tones[at] !== MIXED) continue;
      const [left, y] = corner(heat, r, c);
      const [right, unknown] = [cells.right[at] / cells.values[at], cells.unknown[at] / cells.values[at]];
      part(left, y, 1, colours.faint);
      pen.globalAlpha = cells.strengths[at] / 255;
      let x = part(left, y, right, colours.right);
      x = part(x, y, 1 - right - unknown, colours.wrong);
      part(x, y, unknown, colours.unknown);
      pen.globalAlpha = 1;
    }
  }
}

function seen(heat) {
  const { view, data } = heat;
  const { left, top } = gutter(view.scale);
  const span = (from, room, n) => {
    const first = Math.max(0, Math.floor(from));
    const last = Math.min(n - 1, Math.floor(from + room / view.scale));
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  };
  return {
    rows: span(view.y, heat.height - top, data.rows.length),
    columns: span(view.x, heat.width - left, data.columns.length),
  };
}

function drawDetails(heat) {
  const { rows, columns } = seen(heat);
  drawLines(heat, rows, columns);
  if (heat.view.scale >= NUMBERS_FROM) drawNumbers(heat, rows, columns);
  const { pen, colours } = heat;
  pen.fillStyle = colours.background;
  pen.fillRect(0, 0, heat.width, GUTTER.top);
  pen.fillRect(0, 0, GUTTER.left, heat.height);
  pen.font = `${clamp(9, heat.view.scale - 3, 12)}px ${heat.font}`;
  pen.textBaseline = "middle";
  pen.fillStyle = colours.text;
  drawRowLabels(heat, rows);
  drawColumnLabels(heat, columns);
}

function drawLines(heat, rows, columns) {
  const { pen, colours } = heat;
  pen.fillStyle = colours.background;
  for (const r of rows) pen.fillRect(0, corner(heat, r + 1, 0)[1] - 1, heat.width, 1);
  for (const c of columns) pen.fillRect(corner(heat, 0, c + 1)[0] - 1, 0, 1, heat.height);
}

function drawNumbers(heat, rows, columns) {
  const { pen, data, cells, colours, view } = heat;
  pen.font = `11px ${heat.font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  for (const r of rows) {
    for (const c of columns) {
      const at = r * data.columns.length + c;
      const text = cells.strengths[at] ? numberIn(data, cells.values[at]) : "";
      if (!text || pen.measureText(text).width > view.scale - 2) continue;
      const [x, y] = corner(heat, r, c);
      pen.fillStyle = cells.strengths[at] > 158 ? "white" : colours.ink;
      pen.fillText(text, x + (view.scale - 1) / 2, y + view.scale / 2);
    }
  }
}

function numberIn(data, value) {
  if (data.mode === "counts") return grouped(value);
  if (value < 0 || value > 1) return value.toFixed(1);
  return value >= 0.995 ? "1.0" : value.toFixed(2).slice(1);
}

function drawRowLabels(heat, rows) {
  const { pen, data, view } = heat;
  pen.textAlign = "right";
  for (const r of rows) {
    const y = corner(heat, r, 0)[1] + view.scale / 2;
    if (y <= GUTTER.top) continue;
    pen.fillText(shortened(heat, data.rows[r], GUTTER.left - 8), GUTTER.left - 6, y);
  }
}

function drawColumnLabels(heat, columns) {
  const { pen, data, view } = heat;
  pen.textAlign = "left";
  for (const c of columns) {
    const x = corner(heat, 0, c)[0] + view.scale / 2;
    if (x < GUTTER.left) continue;
    pen.save();
    pen.translate(x, GUTTER.top - 5);
    pen.rotate(-Math.PI / 2);
    pen.fillText(shortened(heat, data.columns[c], GUTTER.top - 8), 0, 0);
    pen.restore();
  }
}

function shortened(heat, name, room) {
  const { pen } = heat;
  let text = name.slice(0, 40);
  if (text === name && pen.measureText(text).width <= room) return text;
  while (text && pen.measureText(`${text}…`).width > room) text = text.slice(0, -1);
  return `${text}…`;
}

/** Frame a cell, or a whole row or column; never smaller than the eye can find. */
function drawFrame(heat, [r, c], width) {
  const { pen, view, data, colours } = heat;
  const [x, y] = corner(heat, Math.max(0, r), Math.max(0, c));
  const wide = c < 0 ? data.columns.length * view.scale : view.scale;
  const high = r < 0 ? data.rows.length * view.scale : view.scale;
  const more = Math.max(0, 9 - Math.min(wide, high)) / 2;
  pen.strokeStyle = colours.text;
  pen.lineWidth = width;
  pen.strokeRect(x - more, y - more, wide + 2 * more, high + 2 * more);
}

function drawCursor(heat) {
  const { pen, view, colours } = heat;
  const [x, y] = corner(heat, ...heat.at);
  if (view.scale < LABELS_FROM) {
    pen.fillStyle = colours.line;
    pen.fillRect(0, y + view.scale / 2, heat.width, 1);
    pen.fillRect(x + view.scale / 2, 0, 1, heat.height);
  }
  drawFrame(heat, heat.at, 2);
}
