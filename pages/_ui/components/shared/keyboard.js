// @ts-check
// One way to move by keyboard: of a component one element is in the tab order, arrows lead on.

/** @typedef {{row: number, column: number}} Place */
/** @typedef {{rows: number, columns: number, page?: number, leap?: number, top?: number,
 *   left?: number}} Field  `top` and `left` are -1 where heads can be reached */

/**
 * Return where a key leads from a place, inside the field; null for keys that lead nowhere.
 *
 * @param {{key: string, shiftKey?: boolean, ctrlKey?: boolean, metaKey?: boolean}} event
 * @param {Place} at
 * @param {Field} field
 * @returns {Place | null}
 */
export function moved(event, { row, column }, field) {
  const { rows, columns, page = rows, leap = 1, top = 0, left = 0 } = field;
  const by = event.shiftKey ? leap : 1;
  const far = event.ctrlKey || event.metaKey;
  const [last, end] = [rows - 1, columns - 1];
  const within = (low, value, high) => Math.max(low, Math.min(value, high));
  switch (event.key) {
    case "ArrowUp":
      return { row: within(top, row - by, last), column };
    case "ArrowDown":
      return { row: within(top, row + by, last), column };
    case "ArrowLeft":
      return { row, column: within(left, column - by, end) };
    case "ArrowRight":
      return { row, column: within(left, column + by, end) };
    case "Home":
      return { row: far ? 0 : row, column: 0 };
    case "End":
      return { row: far ? last : row, column: end };
    case "PageUp":
      return { row: within(0, row - page, last), column };
    case "PageDown":
      return { row: within(0, row + page, last), column };
    default:
      return null;
  }
}

/** Whether a key asks for what has the focus. */
export function chooses(event) {
  return event.key === "Enter" || event.key === " ";
}

/**
 * Take one element into the tab order, and the one before it out.
 *
 * @param {HTMLElement | null | undefined} before
 * @param {HTMLElement | null | undefined} node
 */
export function rove(before, node) {
  if (before && before !== node) before.tabIndex = -1;
  if (node) node.tabIndex = 0;
}
