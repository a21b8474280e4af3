// The gallery: one button per input. Cards are kept by key, so an image that stays on the page, or
// comes back to it while a threshold is dragged, neither flickers nor loads again.

const KEPT = 200; // cards remembered, those that are not shown included
const LINGER = 350; // milliseconds before the tooltip, so that it does not chase the pointer
const galleries = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  if (!galleries.has(parentElement)) galleries.set(parentElement, mount(parentElement));
  const gallery = galleries.get(parentElement);
  gallery.open = (key) => setTriggerValue("open", { key, nonce: Date.now() });
  update(gallery, data);
  return () => clearTimeout(gallery.timer);
}

function mount(parent) {
  const root = parent.querySelector(".root");
  root.replaceChildren();
  const empty = make("div", "empty", root);
  const list = make("ul", "cards", root);
  list.setAttribute("role", "list"); // a list without bullets loses its role in some browsers
  const gallery = { root, empty, list, cards: new Map(), order: [], at: null, timer: 0 };
  gallery.tip = makeTooltip(root);
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
    hush(gallery);
    gallery.open(key);
  };
  list.addEventListener("focusin", (event) => {
    rove(gallery, keyOf(event));
    if (event.target.matches(":focus-visible")) explain(gallery, keyOf(event), LINGER);
  });
  list.addEventListener("focusout", () => hush(gallery));
  list.onpointerover = (event) => explain(gallery, keyOf(event), LINGER);
  list.onpointerleave = () => hush(gallery);
  list.onkeydown = (event) => press(gallery, event);
}

function update(gallery, data) {
  const { root, empty, list } = gallery;
  const texts = data.items.some((content) => !content.src);
  root.style.setProperty("--size", `${texts ? Math.max(240, data.size) : data.size}px`);
  empty.hidden = data.items.length > 0;
  list.hidden = !empty.hidden;
  setText(empty, empty.hidden ? "" : data.empty);
  const focused = root.getRootNode().activeElement;
  const order = data.items.map((content) => content.key);
  const cards = data.items.map((content) => cardFor(gallery, content));
  if (!sameList(order, gallery.order)) arrange(gallery, order, cards);
  data.items.forEach((content, i) => fillCard(cards[i], content));
  for (const [key, card] of gallery.cards) {
    setAttribute(card.button, "aria-pressed", String(key === data.selected));
  }
  if (!order.includes(gallery.at)) rove(gallery, order[0]);
  if (focused?.isConnected && list.contains(focused)) focused.focus({ preventScroll: true });
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
  hush(gallery);
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

function rove(gallery, key) {
  const old = gallery.cards.get(gallery.at);
  if (old) old.button.tabIndex = -1;
  gallery.at = key;
  const card = gallery.cards.get(key);
  if (card) card.button.tabIndex = 0;
}

function explain(gallery, key, wait) {
  clearTimeout(gallery.timer);
  const card = gallery.cards.get(key);
  if (!card) return;
  gallery.timer = setTimeout(() => {
    if (card.item.isConnected) gallery.tip.show(cardPhrase(card.content), card.button);
  }, wait);
}

function hush(gallery) {
  clearTimeout(gallery.timer);
  gallery.tip.hide();
}

function press(gallery, event) {
  if (event.key === "Escape") return hush(gallery);
  const here = gallery.order.indexOf(gallery.at);
  const last = gallery.order.length - 1;
  const row = cardsPerRow(gallery.list);
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -row, ArrowDown: row };
  const ends = { Home: 0, End: last };
  const next = ends[event.key] ?? here + (steps[event.key] ?? 0);
  if (!(event.key in steps || event.key in ends) || next < 0 || next > last) return;
  event.preventDefault();
  gallery.cards.get(gallery.order[next]).button.focus();
}

function cardsPerRow(list) {
  const [first, ...others] = list.children;
  const below = others.findIndex((item) => item.offsetTop > first.offsetTop);
  return below < 0 ? others.length + 1 : below + 1;
}
