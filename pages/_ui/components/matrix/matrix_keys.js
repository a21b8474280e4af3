// The keyboard of the confusion matrix: one cell is in the tab order, arrow keys move to the next.

const MOVES = {
  ArrowUp: (at) => [at[0] - 1, at[1]],
  ArrowDown: (at) => [at[0] + 1, at[1]],
  ArrowLeft: (at) => [at[0], at[1] - 1],
  ArrowRight: (at) => [at[0], at[1] + 1],
  Home: (at, size, far) => [far ? 0 : at[0], 0],
  End: (at, size, far) => [far ? size[0] - 1 : at[0], size[1] - 1],
  PageUp: (at) => [0, at[1]],
  PageDown: (at, size) => [size[0] - 1, at[1]],
};

function rove(matrix, node) {
  const old = nodeAt(matrix, matrix.at);
  if (old) old.tabIndex = -1;
  node.tabIndex = 0;
  matrix.at = place(node);
}

function choose(matrix, node) {
  if (node) matrix.pick(...place(node));
}

function press(matrix, event) {
  const node = spot(event);
  if (!node) return;
  if (event.key === "Escape") return matrix.tip.hide();
  if (event.key === "Enter" || event.key === " ") choose(matrix, node);
  else if (MOVES[event.key]) move(matrix, event);
  else return;
  event.preventDefault();
}

function move(matrix, event) {
  const size = [matrix.rows.length, matrix.columns.length];
  const [r, c] = MOVES[event.key](matrix.at, size, event.ctrlKey || event.metaKey);
  const next = [clamp(-1, r, size[0] - 1), clamp(-1, c, size[1] - 1)];
  if (next[0] < 0 && next[1] < 0) return; // the corner is no cell
  reveal(matrix, nodeAt(matrix, next));
}

// The sticky heads would cover a cell that the browser itself scrolls only just into view.
function reveal(matrix, node) {
  node.focus({ preventScroll: true });
  const { box, corner } = matrix;
  const [cell, view] = [node.getBoundingClientRect(), box.getBoundingClientRect()];
  const [left, top] = [view.left + corner.offsetWidth, view.top + corner.offsetHeight];
  const [r, c] = place(node);
  if (c >= 0 && cell.left < left) box.scrollLeft -= left - cell.left;
  if (c >= 0 && cell.right > view.right) box.scrollLeft += cell.right - view.right + 16;
  if (r >= 0 && cell.top < top) box.scrollTop -= top - cell.top;
  if (r >= 0 && cell.bottom > view.bottom) box.scrollTop += cell.bottom - view.bottom + 16;
  node.scrollIntoView({ block: "nearest", inline: "nearest" });
}

