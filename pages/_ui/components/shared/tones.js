// @ts-check
// The tones of a matrix's cells, for grid and canvas. Which tone a cell has is Python's to say
// (Tone in shown_matrix.py); how light it is, and what can be read on it, is said here.

import { make, setText } from "./dom.js";

export const TONES = ["", "right", "wrong", "grey", "unknown", "mixed", "mean", "more", "fewer"];
export const [RIGHT, WRONG, UNKNOWN, MIXED] = [1, 2, 4, 5];
export const LEVELS = 32; // a class each: cells of one class share their computed style
const LIGHT = { palest: 0.965, darkest_under_ink: 0.65, palest_under_white: 0.54, darkest: 0.46 };
const DARK = { darkest: 0.29, palest: 0.53 };
/** From this level on the text of the light theme is white: no tone is between the two kinds. */
export const STRONG = 21;

/** The level of a strength of 0 to 255; what is not nothing is seen. */
export function levelOf(strength) {
  return Math.ceil((strength / 255) * LEVELS);
}

/** The lightness (oklch) of a level; text on it keeps 4.5:1, dark below STRONG and white above. */
export function lightnessOf(level, dark) {
  if (dark) return between(DARK.darkest, DARK.palest, level / LEVELS);
  if (level < STRONG) {
    return between(LIGHT.palest, LIGHT.darkest_under_ink, level / (STRONG - 1));
  }
  return between(LIGHT.palest_under_white, LIGHT.darkest, (level - STRONG) / (LEVELS - STRONG));
}

function between(from, to, share) {
  return from + (to - from) * share;
}

/** One rule per level, as a style sheet. */
export function levelRules() {
  return Array.from({ length: LEVELS + 1 }, (_, level) => {
    const [light, dark] = [lightnessOf(level, false), lightnessOf(level, true)];
    const share = Math.sqrt(level / LEVELS);
    return (
      `.level${level} { --light: ${light.toFixed(4)}; --dark: ${dark.toFixed(4)}; ` +
      `--share: ${share.toFixed(4)}; }`
    );
  }).join("\n");
}

/** The class of a cell: its tone, its level, and white text where that is legible. */
export function toneClass(tone, strength) {
  const level = tone === 0 ? 0 : Math.max(1, levelOf(strength));
  return `level${level}${level >= STRONG ? " strong" : ""} tone ${TONES[tone]}`;
}

/** Where the right part of a mixed cell ends, and where its wrong part does; shares of its width. */
export function partsOf(value, right, unknown) {
  return { right_end: right / value, wrong_end: 1 - unknown / value };
}

/** Where a mixed cell is too small for its parts it is drawn as the largest of them. */
export function largestPart(value, right, unknown) {
  const wrong = value - right - unknown;
  if (wrong >= right && wrong >= unknown) return WRONG;
  return right >= unknown ? RIGHT : UNKNOWN;
}

/**
 * Say what the tones mean.
 *
 * @param {HTMLElement} node
 * @param {{tone: number, words: string}[]} entries
 */
export function fillLegend(node, entries) {
  const said = JSON.stringify(entries);
  if (node.dataset.said === said) return;
  node.dataset.said = said;
  node.replaceChildren();
  for (const { tone, words } of entries) {
    const entry = make("span", "entry", node);
    setText(make("span", "", entry), words);
    if (tone === null) continue;
    const sample = make("i", `sample ${toneClass(tone, 190)}`);
    entry.prepend(sample);
    if (tone === MIXED) {
      sample.style.setProperty("--right-end", "50%");
      sample.style.setProperty("--wrong-end", "100%");
    }
  }
}
