// @ts-check
// How this page takes part in a workshop. What the presenter does comes as a stream of events: a
// state is taken over through Streamlit, the numbers under the presenter's pointer go straight to the
// components. The stream closes while nobody looks at the tab, and then starts with what holds now.

import {
  announceLive,
  askRows,
  emptyRoot,
  followTaken,
  make,
  setText,
  stateOf,
  wouldDo,
} from "../shared/dom.js";

const AGAIN = 3000; // ms before a stream that was refused is asked for again
const REST = 2000; // ms between two drawings of a page whose numbers follow the votes
const PATIENCE = 4000; // ms after which a state that was asked for counts as lost
const lineOf = stateOf(mount);

export default function (component) {
  const { data, parentElement } = component;
  const line = lineOf(parentElement);
  line.component = component;
  line.data = data;
  if (!data.follows) line.ownHand = false;
  line.dot.classList.toggle("lively", data.lively);
  setText(line.words, data.words);
  setText(line.title, data.title);
  line.title.title = data.title;
  count(line);
  listen(line);
  return () => leave(line);
}

function mount(parent) {
  const root = emptyRoot(parent);
  const dot = make("span", "dot", root);
  const words = make("span", "words", root);
  const title = make("bdi", "title", root);
  const counted = make("span", "count", root);
  words.setAttribute("role", "status");
  return {
    dot,
    words,
    title,
    counted,
    data: null,
    component: null,
    source: null,
    seen: 0,
    agenda: null,
    ownHand: false,
    wanted: 0,
    wantedAt: 0,
    retry: 0,
    heard: "",
    redrawnAt: 0,
    redrawing: 0,
    stop: null,
  };
}

function listen(line) {
  line.stop ??= watch(line);
  if (line.source || document.hidden) return;
  line.source = new EventSource(`${line.data.stream}?after=${line.seen}`);
  line.source.addEventListener("state", (event) => state(line, read(line, event)));
  line.source.addEventListener("drag", (event) => drag(line, read(line, event)));
  line.source.addEventListener("agenda", (event) => agenda(line, read(line, event)));
  line.source.addEventListener("over", () => {
    close(line);
    line.component.setTriggerValue("agenda", { at: Date.now() });
  });
  line.source.onerror = () => {
    if (line.source?.readyState !== EventSource.CLOSED) return; // it tries again by itself
    close(line);
    line.retry = window.setTimeout(listen, AGAIN, line);
  };
}

/** Follow whether the tab is looked at, and whether the threshold is taken into one's own hand. */
function watch(line) {
  const look = () => (document.hidden ? close(line) : listen(line));
  document.addEventListener("visibilitychange", look);
  const free = followTaken(() => {
    if (!line.data.follows || line.ownHand) return;
    line.ownHand = true;
    line.component.setTriggerValue("aside", { at: Date.now() });
  });
  return () => {
    free();
    document.removeEventListener("visibilitychange", look);
  };
}

function leave(line) {
  line.stop?.();
  line.stop = null;
  clearTimeout(line.redrawing);
  close(line);
}

function close(line) {
  clearTimeout(line.retry);
  line.source?.close();
  line.source = null;
}

function read(line, event) {
  const told = JSON.parse(event.data);
  line.seen = told.number;
  return told;
}

function state(line, { number }) {
  if (!isNews(number, line, Date.now())) return;
  line.wanted = number;
  line.wantedAt = Date.now();
  line.component.setTriggerValue("show", { number });
}

/** Whether a state is to be asked for: it is shown neither here nor on its way. */
export function isNews(number, { data, ownHand, wanted, wantedAt }, now) {
  if (!data.follows || ownHand || number <= data.number) return false;
  return number !== wanted || now - wantedAt > PATIENCE;
}

function drag(line, { base, board }) {
  // who has not got to the presenter's state yet sees other numbers: a call for it may be lost
  if (!line.data.follows || line.ownHand || base !== line.data.number)
    return state(line, { number: base });
  if (wouldDo(board)) announceLive(board);
  else askRows(board.dial.text); // other rows of a long table are in view here
}

function agenda(line, told) {
  line.agenda = told;
  count(line);
  if (told.asked !== line.data.asked)
    line.component.setTriggerValue("agenda", { asked: told.asked });
  if (isOutdated(told.said, line)) redraw(line);
  line.heard = told.said ?? "";
}

/** Whether somebody has said something of the inputs of this page since it was drawn. */
export function isOutdated(said, { data, heard }) {
  if (!said || !data.said || said === heard || said === data.said) return false;
  return said.split(" ")[0] === data.said.split(" ")[0]; // of these inputs, not of another run's
}

/** Draw the page anew: at once, and while many vote now and then. */
function redraw(line) {
  clearTimeout(line.redrawing);
  line.redrawing = window.setTimeout(
    () => {
      line.redrawnAt = Date.now();
      line.component.setTriggerValue("agenda", { redraw: line.redrawnAt });
    },
    Math.max(0, line.redrawnAt + REST - Date.now()),
  );
}

function count(line) {
  setText(line.counted, inWords(line.agenda));
}

/** How many are here, and how many have answered what is asked. */
export function inWords(told) {
  if (!told) return "";
  const others = told.here === 1 ? "1 other here" : `${told.here} others here`;
  const here = told.here === undefined ? [] : [others];
  return [...here, ...(told.answered ? [`${told.answered} answered`] : [])].join(" · ");
}
