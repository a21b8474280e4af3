// @ts-check
// A sentence in pieces; the live answers bring its next wording.

import { followLive, make, setText, showDrawn, stateOf } from "../shared/dom.js";

const QUIET = 700; // ms without a change after which a sentence is read out
const sentenceOf = stateOf(mount);

export default function ({ data, parentElement }) {
  const sentence = sentenceOf(parentElement);
  sentence.field = data.field;
  dress(sentence, data);
  showDrawn(data, { isFirst: !sentence.said, show: ({ words }) => say(sentence, words) });
  sentence.leave ??= followLive((answer) => {
    if (answer[sentence.field]) say(sentence, answer[sentence.field]);
  });
  return () => {
    sentence.leave?.();
    sentence.leave = null;
  };
}

function mount(parent) {
  const [root, status] = [".root", ".status"].map((name) => parent.querySelector(name));
  return { root, status, said: "", leave: null, polite: false, telling: 0 };
}

/** A heading is one that screen readers jump to; what is kept to a line is whole when focused. */
function dress(sentence, { level, one_line: oneLine, polite }) {
  const { root } = sentence;
  if (level) {
    root.setAttribute("role", "heading");
    root.setAttribute("aria-level", String(level));
  }
  root.classList.toggle("line", Boolean(oneLine));
  sentence.polite = Boolean(polite);
}

/** Tell a screen reader what a sentence says now, once it rests: nobody listens to a drag. */
function announce(sentence) {
  clearTimeout(sentence.telling);
  sentence.telling = setTimeout(() => {
    setText(sentence.status, sentence.root.textContent);
  }, QUIET);
}

function say(sentence, spans) {
  const said = JSON.stringify(spans);
  if (sentence.said === said) return;
  sentence.said = said;
  const pieces = spans.map((span) => {
    const piece = make("bdi", span.strong ? "strong" : "");
    setText(piece, span.text);
    return piece;
  });
  sentence.root.replaceChildren(...pieces);
  if (sentence.root.classList.contains("line")) showWhole(sentence.root);
  if (sentence.polite) announce(sentence);
}

/** What is cut at the end of its line is told whole, by pointer and by keyboard. */
function showWhole(root) {
  root.title = root.textContent;
  requestAnimationFrame(() => {
    if (root.scrollWidth > root.clientWidth) root.tabIndex = 0;
    else root.removeAttribute("tabindex");
  });
}
