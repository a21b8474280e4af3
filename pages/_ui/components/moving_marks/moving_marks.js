// @ts-check
// Charts are drawn once, by Streamlit; while the threshold is dragged only their operating points
// and upright lines move, to where the live answers say. At rest Streamlit draws the same places.

import { followLive, stateOf } from "../shared/dom.js";
import { placeOf, sizeOf } from "./places.js";

const stateOfMarks = stateOf(() => ({ data: null, leave: null }));

export default function ({ data, parentElement }) {
  const marks = stateOfMarks(parentElement);
  marks.data = data;
  marks.leave ??= followLive((answer) => {
    const moved = answer[marks.data.field];
    if (moved) marks.data.charts.forEach((drawn, k) => move(drawn, moved[k]));
  });
  return () => {
    marks.leave?.();
    marks.leave = null;
  };
}

function move(drawn, { points, line }) {
  const chart = document.querySelector(
    `[data-testid="stVegaLiteChart"][aria-label^="${CSS.escape(drawn.name)}"]`,
  );
  const size = sizeOf(chart?.querySelector("path.background")?.getAttribute("d") ?? "");
  if (!size) return;
  const there = drawn.points.flatMap((point, i) => (point ? [points[i]] : []));
  const symbols = [...chart.querySelectorAll('.mark-symbol path[stroke="#ffffff"]')];
  if (symbols.length === there.length)
    symbols.forEach((node, i) => put(node, there[i], drawn, size));
  if (line === null) return;
  for (const node of chart.querySelectorAll('.mark-rule line[stroke-dasharray="4,3"]')) {
    put(node, [line, 1], drawn, size);
  }
}

function put(node, point, { across }, size) {
  node.style.display = point ? "" : "none";
  if (!point) return;
  const { x, y } = placeOf(point, across, size);
  node.setAttribute("transform", `translate(${x},${y})`);
}
