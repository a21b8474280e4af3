// @ts-check
// A sentence in pieces; the live answers bring its next wording.

import { followLive, make, setText, stateOf } from "../shared/dom.js";

const sentenceOf = stateOf(mount);

export default function ({ data, parentElement }) {
  const sentence = sentenceOf(parentElement);
  sentence.field = data.field;
  say(sentence, data.words);
  sentence.leave ??= followLive((answer) => {
    if (answer[sentence.field]) say(sentence, answer[sentence.field]);
  });
  return () => {
    sentence.leave?.();
    sentence.leave = null;
  };
}

function mount(parent) {
  return { root: parent.querySelector(".root"), said: "", leave: null };
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
}
