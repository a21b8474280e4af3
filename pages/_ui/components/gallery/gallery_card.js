// One card of the gallery: an image or a text, the scores that matter, and the id.

function makeCard() {
  const item = make("li", "");
  const button = make("button", "card", item);
  button.type = "button";
  button.tabIndex = -1;
  return { item, button, drawn: "", src: null, picture: null };
}

// A card is drawn again only when its content changed, its image only when the address did.
function fillCard(card, content) {
  const drawn = JSON.stringify(content);
  if (card.drawn === drawn) return;
  card.drawn = drawn;
  card.content = content;
  if (!card.picture || card.src !== content.src || !content.src) {
    card.src = content.src;
    card.picture = content.src ? makeImage(content) : makeWords(content);
  }
  const lines = content.scores.slice(0, 3).map(makeLine);
  card.button.replaceChildren(card.picture, ...lines, makeId(content));
  setAttribute(card.button, "aria-label", cardPhrase(content));
}

function makeImage(content) {
  const frame = make("span", "frame");
  const image = make("img", "", frame);
  image.loading = "lazy";
  image.decoding = "async";
  image.alt = `input ${content.id}`;
  image.onload = () => image.classList.toggle("tiny", image.naturalWidth <= 32);
  image.onerror = () => setText(frame, "image could not be loaded");
  image.src = content.src;
  return frame;
}

function makeWords({ text, marks }) {
  if (text === null) return document.createDocumentFragment(); // neither picture nor text
  const words = make("span", "words");
  words.dir = "auto";
  fillMarked(words, text, marks);
  return words;
}

// What was searched for stands out; the pieces joined are the text.
function fillMarked(node, text, marks) {
  if (!marks?.length) return setText(node, text);
  for (const piece of marks) {
    if (piece.strong) setText(make("mark", "", node), piece.text);
    else node.append(document.createTextNode(piece.text));
  }
}

function makeLine(score) {
  const line = make("span", score.predicted ? "line predicted" : "line");
  make("span", `mark ${truthClass(score.labelled)}`, line);
  const name = make("span", "name", line);
  name.dir = "auto";
  setText(name, score.name);
  setText(make("span", "score", line), score.score);
  return line;
}

function makeId(content) {
  const id = make("span", "id");
  const marks = content.text === null ? content.marks : [];
  fillMarked(id, content.note ? isolated(content.id) : content.id, marks);
  if (content.note) id.append(document.createTextNode(` · ${content.note}`));
  return id;
}

function cardPhrase(content) {
  const scores = content.scores.map(scorePhrase);
  const said = content.src ? [] : [content.text ?? ""];
  const note = content.note ? [content.note] : [];
  return [`input ${isolated(content.id)}`, ...said, ...scores, ...note].join("\n");
}

function scorePhrase(score) {
  const predicted = score.predicted ? "predicted" : "not predicted";
  return `${isolated(score.name)} ${score.score}: ${truthPhrase(score.labelled)}, ${predicted}`;
}

