// @ts-check
// Numbers as people read them. Python is their author (evalcore/wording.py); a test holds the two
// together, case by case.

export const UNDEFINED = "–";
const DIGITS = 3;
const WITH_SEPARATORS = new Intl.NumberFormat("en-US");

/** Write a count with thousands separators; Intl is slow, and most counts need none. */
export function grouped(count) {
  return count < 1000 ? String(count) : WITH_SEPARATORS.format(count);
}

/** Write a change of a count. */
export function signed(change) {
  if (change === 0) return "±0";
  return `${change > 0 ? "+" : "−"}${grouped(Math.abs(change))}`;
}

export function counted(count, unit) {
  return `${grouped(count)} ${count === 1 ? unit.replace(/s$/, "") : unit}`;
}

export function isMissing(value) {
  return value === null || value === undefined || Number.isNaN(value);
}

/** Write a rate, rounded half up in decimal; 0 and 1 are written for nothing but 0 and 1. */
export function rate(value, digits = DIGITS) {
  if (isMissing(value)) return UNDEFINED;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  const rounded = fixed(value, digits);
  const smallest = (10 ** -digits).toFixed(digits);
  if (value > 0 && value < 1 && Number(rounded) === 0) return `< ${smallest}`;
  if (value > 0 && value < 1 && Number(rounded) === 1)
    return `> ${(1 - 10 ** -digits).toFixed(digits)}`;
  return rounded;
}

/** Round half up in decimal, from the shortest decimal that means the number. */
export function fixed(value, digits) {
  const [mantissa, exponent = "0"] = String(Math.abs(value)).split("e");
  const [whole, decimals = ""] = mantissa.split(".");
  // all digits as one whole number, `shift` places after the point that it had
  const all = BigInt(whole + decimals);
  const shift = decimals.length - Number(exponent) - digits;
  const rounded = shift <= 0 ? all * 10n ** BigInt(-shift) : halfUp(all, 10n ** BigInt(shift));
  const text = String(rounded).padStart(digits + 1, "0");
  const written = digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text;
  return value < 0 && rounded > 0n ? `-${written}` : written;
}

function halfUp(all, unit) {
  return (all + unit / 2n) / unit;
}

/** Write a threshold: never rounded, at least two decimals. */
export function exactly(value) {
  const text = String(value);
  const [whole, decimals = ""] = text.split(".");
  return text.includes("e") ? text : `${whole}.${decimals.padEnd(2, "0")}`;
}

/** Snap to the steps of a slider, in decimal: what is written is what Python reads. */
export function snapped(value, { step, min, max }) {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return clamp(min, Math.round(value / step) * step, max).toFixed(decimals);
}

export function clamp(low, value, high) {
  return Math.max(low, Math.min(value, high));
}
