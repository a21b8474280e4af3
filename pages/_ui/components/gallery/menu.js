// @ts-check
// The menu of a card: what can be done with an input where it is shown. A click elsewhere closes it;
// closed by a choice or a key it leaves the focus to the button that opened it.

import { make, setText, stand } from "../shared/dom.js";
import { moved } from "../shared/keyboard.js";

/**
 * Make the one menu of a gallery.
 *
 * @param {HTMLElement} parent
 */
export function makeMenu(parent) {
  const node = make("div", "menu", parent);
  node.setAttribute("popover", "auto");
  node.setAttribute("role", "menu");
  let opener = parent;
  const hide = () => {
    if (node.matches(":popover-open")) node.hidePopover();
  };
  const leave = () => {
    hide();
    opener.focus({ preventScroll: true });
  };
  node.onkeydown = (event) => {
    if (event.key !== "Escape" && event.key !== "Tab") return walk(event);
    if (event.key === "Escape") event.preventDefault();
    event.stopPropagation();
    leave();
  };
  /**
   * Open it beside a button; `choose` is called with the place of what was chosen.
   *
   * @param {HTMLElement} from
   * @param {string} name
   * @param {string[]} words
   * @param {(place: number) => void} choose
   */
  const open = (from, name, words, choose) => {
    opener = from;
    node.setAttribute("aria-label", name);
    node.replaceChildren();
    words.forEach((text, place) => {
      const item = make("button", "choice", node);
      item.type = "button";
      item.tabIndex = -1;
      item.setAttribute("role", "menuitem");
      setText(item, text);
      item.onclick = () => {
        leave();
        choose(place);
      };
    });
    node.showPopover();
    stand(node, from);
    /** @type {HTMLElement} */ (node.firstElementChild)?.focus();
  };
  return { node, open, hide };
}

/** Lead on by arrow keys. */
function walk(event) {
  const items = [...event.currentTarget.children];
  const at = items.indexOf(event.target.closest("button"));
  const end = { Home: 0, End: items.length - 1 }[event.key];
  const next = moved(event, { row: at, column: 0 }, { rows: items.length, columns: 1 });
  if (end === undefined && !next) return;
  event.preventDefault();
  event.stopPropagation();
  items[end ?? next.row].focus();
}
