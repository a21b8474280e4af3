// @ts-check
// The gallery: one button per input. Cards are kept by key, so an image that stays on the page, or
// comes back to it while a threshold is dragged, neither flickers nor loads again.

import {
  emptyRoot,
  make,
  makeTooltip,
  sameList,
  scaleOf,
  setAttribute,
  setText,
  stateOf,
} from "../shared/dom.js";
import { moved, rove } from "../shared/keyboard.js";
import { clamp } from "../shared/numbers.js";
import { isolated, truthClass, truthPhrase } from "../shared/phrases.js";
import { makeMenu } from "./menu.js";

const DESIGNED = 1440; // pixels of the screen on which a card has the size that is sent
const GAP = 8; // pixels between two cards
const RETURNS = 20; // looks at whether a dialog has closed
const KEPT = 200; // cards remembered, those that are not shown included
const galleryOf = stateOf(mount);

export default function ({ data, parentElement, setTriggerValue }) {
  const gallery = galleryOf(parentElement);
  gallery.open = (key) => setTriggerValue("open", { key, nonce: Date.now() });
  gallery.act = (key, action) => setTriggerValue("act", { key, action, nonce: Date.now() });
  gallery.actions = data.actions ?? [];
  gallery.observer.observe(gallery.list);
  update(gallery, data);
  return () => {
    gallery.observer.disconnect();
    gallery.tip.hide();
    gallery.menu.hide();
  };
}

function mount(parent) {
  const root = emptyRoot(parent);
  const empty = make("div", "empty", root);
  const list = make("ul", "cards", root);
  list.setAttribute("role", "list"); // a list without bullets loses its role in some browsers
  const gallery = {
    root,
    empty,
    list,
    cards: new Map(),
    order: [],
    at: null,
    opened: null,
    size: 0,
  };
  gallery.tip = makeTooltip(root);
  gallery.menu = makeMenu(root);
  gallery.observer = new ResizeObserver(() => fillRows(gallery));
  listen(gallery);
  return gallery;
}

function listen(gallery) {
  const { list } = gallery;
  const keyOf = (event) => gallery.keys.get(event.target.closest?.("li"));
  gallery.keys = new WeakMap();
  list.onclick = (event) => {
    const key = keyOf(event);
    if (key === undefined) return;
    gallery.tip.hide();
    if (event.target.closest(".more")) showMenu(gallery, key);
    else gallery.open(key);
  };
  list.addEventListener("focusin", (event) => {
    settle(gallery, keyOf(event));
    if (event.target.matches(".card:focus-visible")) explain(gallery, keyOf(event));
  });
  list.addEventListener("focusout", gallery.tip.hide);
  list.onpointerover = (event) => explain(gallery, keyOf(event));
  list.onpointerleave = gallery.tip.hide;
  list.onkeydown = (event) => press(gallery, event);
}

function update(gallery, data) {
  const { root, empty, list } = gallery;
  const texts = data.items.some((content) => !content.src);
  const size = texts ? Math.max(240, data.size) : data.size;
  root.style.setProperty("--size", `${size}px`);
  root.style.setProperty("--of-screen", String(size / DESIGNED));
  gallery.size = size;
  empty.hidden = data.items.length > 0;
  list.hidden = !empty.hidden;
  setText(empty, empty.hidden ? "" : data.empty);
  const focused = root.getRootNode().activeElement;
  const order = data.items.map((content) => content.key);
  const cards = data.items.map((content) => cardFor(gallery, content));
  if (!sameList(order, gallery.order)) arrange(gallery, order, cards);
  fillRows(gallery);
  data.items.forEach((content, i) => fillCard(cards[i], content));
  for (const { more, content } of cards) more.hidden = !content.offers?.length;
  for (const [key, card] of gallery.cards) {
    setAttribute(card.button, "aria-pressed", String(key === data.selected));
  }
  if (gallery.opened !== null && data.selected === null) comeBack(gallery, gallery.opened);
  gallery.opened = data.selected;
  if (!order.includes(gallery.at)) settle(gallery, order[0]);
  if (focused?.isConnected && list.contains(focused)) focused.focus({ preventScroll: true });
}

/** Share the cards out evenly, so that no row is left with a card or two. */
function fillRows({ list, order, size }) {
  const tile = Math.max(size * scaleOf(), (innerWidth * size) / DESIGNED);
  const columns = columnsFor({ n: order.length, width: list.clientWidth - 4, tile });
  list.style.gridTemplateColumns = columns ? `repeat(${columns}, minmax(0, 1fr))` : "";
}

/** Return how many cards stand in a row, of those that fit; 0: as many as fit. */
export function columnsFor({ n, width, tile }) {
  const most = Math.max(1, Math.floor((width + GAP) / (tile + GAP)));
  const rows = Math.ceil(n / most);
  return rows < 2 ? 0 : clamp(1, Math.ceil(n / rows), most);
}

/** Closed, an input leaves the focus to its card; the dialog takes a moment to let go of it. */
function comeBack(gallery, key, tries = RETURNS) {
  const button = gallery.cards.get(key)?.button;
  if (!button?.isConnected || tries === 0) return;
  if (
    document.querySelector('[role="dialog"]') === null &&
    document.activeElement === document.body
  )
    button.focus({ preventScroll: true });
  setTimeout(
    comeBack,
    60,
    gallery,
    key,
    gallery.root.getRootNode().activeElement === button ? 0 : tries - 1,
  );
}

function cardFor(gallery, content) {
  const card = gallery.cards.get(content.key) ?? makeCard();
  gallery.cards.delete(content.key); // the map's order is the order of use
  gallery.cards.set(content.key, card);
  gallery.keys.set(card.item, content.key);
  return card;
}

function arrange(gallery, order, cards) {
  gallery.order = order;
  gallery.tip.hide();
  const wanted = new Set(cards.map((card) => card.item));
  for (const item of [...gallery.list.children]) if (!wanted.has(item)) item.remove();
  cards.forEach((card, i) => {
    const here = gallery.list.children[i] ?? null;
    if (here !== card.item) gallery.list.insertBefore(card.item, here);
  });
  for (const key of gallery.cards.keys()) {
    if (gallery.cards.size <= Math.max(KEPT, order.length)) break;
    gallery.cards.delete(key);
  }
}

function settle(gallery, key) {
  const [before, now] = [gallery.cards.get(gallery.at), gallery.cards.get(key)];
  rove(before?.button, now?.button);
  rove(before?.more, now?.more);
  gallery.at = key;
}

function explain(gallery, key) {
  const card = gallery.cards.get(key);
  if (card) gallery.tip.linger(cardPhrase(card.content), card.button);
}

function showMenu(gallery, key) {
  const { more, content } = gallery.cards.get(key);
  const words = content.offers.map((action) => gallery.actions[action]);
  gallery.menu.open(more, moreWords(content), words, (place) =>
    gallery.act(key, content.offers[place]),
  );
}

function moreWords(content) {
  return `More for input ${isolated(content.id)}`;
}

function press(gallery, event) {
  if (event.key === "Escape") return gallery.tip.hide();
  const columns = cardsPerRow(gallery.list);
  const next = neighbour(event, gallery.order.indexOf(gallery.at), gallery.order.length, columns);
  if (next === null) return;
  event.preventDefault();
  gallery.cards.get(gallery.order[next]).button.focus();
}

/** Where a key leads in a list that runs in lines: left and right go on in the line beside. */
export function neighbour(event, here, n, columns) {
  const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (sideways) return here + sideways >= 0 && here + sideways < n ? here + sideways : null;
  if (event.key === "Home") return 0;
  if (event.key === "End") return n - 1;
  const at = { row: Math.floor(here / columns), column: here % columns };
  const next = moved(event, at, { rows: Math.ceil(n / columns), columns });
  if (!next) return null;
  const found = next.row * columns + next.column;
  return found < n && found !== here ? found : null;
}

function cardsPerRow(list) {
  const [first, ...others] = list.children;
  const below = others.findIndex((item) => item.offsetTop > first.offsetTop);
  return below < 0 ? others.length + 1 : below + 1;
}

// --- one card: an image or a text, the scores that matter, and the id

function makeCard() {
  const item = make("li", "");
  const button = make("button", "card", item);
  button.type = "button";
  button.tabIndex = -1;
  const more = make("button", "more", item);
  more.type = "button";
  more.tabIndex = -1;
  more.setAttribute("aria-haspopup", "menu");
  setText(more, "⋯");
  return { item, button, more, drawn: "", src: null, picture: null, content: null };
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
  setAttribute(card.more, "aria-label", moreWords(content));
}

function makeImage(content) {
  const frame = make("span", "frame");
  const image = make("img", "", frame);
  image.loading = "lazy";
  image.decoding = "async";
  image.alt = ""; // the id beside it says which input it is
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
  // what dot and weight show, in words for those who hear the card's name
  const predicted = score.predicted ? "predicted" : "not predicted";
  setText(make("span", "unseen", line), `: ${truthPhrase(score.labelled)}, ${predicted}. `);
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
