// @ts-check
// What a typed number means. Python is the author (numbers/typed_number.py); a test holds the two
// together, case by case.

const PLAIN = /^([-+]?(?:\d+[.,]?\d*|[.,]\d+))(?:e([-+]?\d+))?$/i;
const GROUPED = /^[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?$/;

/**
 * @typedef {{name: string, low: number, high: number, example: string}} Within
 *
 * @param {string} text
 * @param {Within} within
 * @returns {{value: number, problem: ""} | {value: null, problem: string}}
 */
export function readNumber(text, within) {
  const { name, low, high, example } = within;
  const means = meanings(text, high <= 1);
  if (!means.length) return refused(`${name} is a number, such as ${example}.`);
  const there = [...new Set(means.filter((value) => low <= value && value <= high))];
  there.sort((a, b) => a - b);
  if (!there.length) return refused(outside(text, within));
  if (there.length > 1)
    return refused(`${text.trim()} can be read as ${there.join(" or ")}: write one of them.`);
  return { value: there[0], problem: "" };
}

function refused(problem) {
  return { value: null, problem };
}

function outside(text, { name, low, high }) {
  const said = `${name} lies from ${short(low)} to ${short(high)} here.`;
  const percent = meanings(`${text}%`, high <= 1);
  if (!percent.some((value) => low <= value && value <= high)) return said;
  return `${said} For ${text.trim()} of 100 write ${text.trim()} %.`;
}

function short(value) {
  return String(Number(value.toPrecision(12)));
}

function meanings(text, isShare) {
  let bare = text.replace(/\s/g, "").replaceAll("\u2212", "-");
  let shift = 0;
  if (bare.endsWith("%") && isShare) [bare, shift] = [bare.slice(0, -1), -2];
  const found = [];
  const plain = PLAIN.exec(bare);
  if (plain) {
    const exponent = Number(plain[2] ?? 0) + shift;
    found.push(Number(`${plain[1].replace(",", ".")}e${exponent}`));
  }
  if (GROUPED.test(bare)) found.push(Number(`${bare.replaceAll(",", "")}e${shift}`));
  return found.filter(Number.isFinite);
}
