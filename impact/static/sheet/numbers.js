// Numbers as people type them, read as the server reads them (impact/semantics/numbers.py), which has the last word.

const SPACES = " \u00a0\u202f\u2009";
const GROUPED = new RegExp(`^\\d{1,3}([${SPACES}'])\\d{3}(?:\\1\\d{3})*(?![\\d${SPACES}'])`);
const MARKED = /^[+-]?\d{1,3}(?:([.,])\d{3})(?:(?:\1\d{3})+(?:(?!\1)[.,]\d+)?|(?!\1)[.,]\d+)$/;
const PLAIN = /^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d{1,4})?$/i;
const TWO_READINGS = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/;
const MOST_DIGITS = 15;

function withoutUnit(text, units) {
  for (const name of [...units].sort((one, other) => other.length - one.length)) {
    const rest = text.slice(0, -name.length);
    if (rest && text.toLowerCase().endsWith(name.toLowerCase())
        && (SPACES.includes(rest.at(-1)) || !/^[\p{L}\d]/u.test(name) || /\d/.test(rest.at(-1)))) return rest.trim();
  }
  return text;
}

function joined(text) {
  const marked = text.match(MARKED);
  if (marked) return text.replaceAll(marked[1], "");
  const sign = /^[+-]/.test(text) ? text[0] : "";
  const rest = text.slice(sign.length);
  const grouped = rest.match(GROUPED)?.[0];
  return grouped ? sign + grouped.replaceAll(new RegExp(`[${SPACES}']`, "g"), "") + rest.slice(grouped.length) : text;
}

// {number}, or what is wrong with it: {wrong: "notANumber" | "tooManyDigits" | "outOfReach"}, or both {readings}.
export function numberIn(text, units = []) {
  const bare = withoutUnit(text.trim(), units).replace("\u2212", "-");
  if (TWO_READINGS.test(bare)) {
    const [whole, rest] = bare.split(/[.,]/);
    return { readings: [`${whole}${bare.includes(",") ? "," : "."}${rest}0`, whole + rest] };
  }
  const plain = joined(bare);
  if (!PLAIN.test(plain)) return { wrong: "notANumber" };
  const digits = plain.replace(/e.*/i, "").replace(/\D/g, "").replace(/^0+|0+$/g, "");
  if (digits.length > MOST_DIGITS) return { wrong: "tooManyDigits" };
  const number = Number(plain.replace(",", "."));
  const size = Math.abs(number);
  if ((number === 0 && digits) || (number !== 0 && !(size >= 1e-10 && size <= 1e15))) return { wrong: "outOfReach" };
  return { number };
}
