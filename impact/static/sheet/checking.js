// What can be told of a cell without asking the server: no number, out of bounds, two readings, a jump.
// The server judges when it is saved; what is said here only comes earlier.
import { cellsOf, isChanged, originalOf, read } from "./cells.js";
import { filled } from "./words.js";
import { numberIn } from "./numbers.js";

const rulesOf = (row) => (row.rules ??= JSON.parse(row.dataset.rules));
const plain = (text) => text.toLowerCase().replaceAll("_", " ").split(/\s+/).filter(Boolean).join(" ");

export class Checks {
  constructor(form, words, say) {
    Object.assign(this, { form, words, say, reasons: new Set(JSON.parse(words.reasons)) });
    this.language = new Intl.NumberFormat(form.dataset.language, { maximumSignificantDigits: 15 });
  }

  // Look at all that was typed anew; how many cells would be refused.
  look() {
    let nWrong = 0;
    for (const input of cellsOf(this.form)) {
      if (isChanged(input) || input.parentElement.querySelector(".why")) nWrong += this.#lookAt(input) ? 1 : 0;
    }
    return nWrong;
  }

  #lookAt(input) {
    const told = input.parentElement.querySelector(".why");
    // The server's own words stand as long as what they are about does.
    if (told && told.dataset.about === undefined && input.value === input.defaultValue) return true;
    const about = JSON.stringify([input.value, read(input, "numerator"), read(input, "denominator")]);
    const problem = isChanged(input) ? this.#problem(input) : null;
    if (told?.dataset.about === about && told.textContent === problem?.text) return problem.isWrong;
    told?.remove();
    const others = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== `why-${input.name}`);
    input.toggleAttribute("aria-invalid", false);
    input.parentElement.classList.toggle("doubtful", Boolean(problem && !problem.isWrong));
    if (problem) {
      const why = Object.assign(document.createElement("span"),
        { className: problem.isWrong ? "why" : "why doubt", id: `why-${input.name}`, textContent: problem.text });
      why.dataset.about = about;
      input.parentElement.append(why);
      if (problem.isWrong) input.setAttribute("aria-invalid", "true");
      others.push(why.id);
      this.say(problem.text);
    }
    input.setAttribute("aria-describedby", others.join(" "));
    return Boolean(problem?.isWrong);
  }

  #problem(input) {
    const text = input.value.trim();
    const wrong = (name, places) => ({ isWrong: true, text: filled(this.words[name], { text, ...places }) });
    if (!text) return originalOf(input) ? wrong("emptied") : null;
    if (text === originalOf(input)) return this.#fraction(input);
    if (this.reasons.has(plain(text))) return null;
    const rules = rulesOf(input.closest("tr"));
    const said = numberIn(text, rules.units);
    if (said.readings) return wrong("twoReadings", { decimal: said.readings[0], thousands: said.readings[1] });
    if (said.wrong) return wrong(said.wrong);
    if (rules.whole && !Number.isInteger(said.number)) return wrong("whole");
    if (rules.low !== null && said.number < rules.low) return wrong("tooLow", { low: this.#text(rules.low) });
    if (rules.high !== null && said.number > rules.high) return wrong("tooHigh", { high: this.#text(rules.high) });
    return this.#fraction(input) ?? this.#jump(input, said.number, rules);
  }

  #fraction(input) {
    const [numerator, denominator] = ["numerator", "denominator"].map((name) => numberIn(read(input, name)).number);
    if (!(numerator > denominator)) return null;
    const places = { numerator: this.#text(numerator), denominator: this.#text(denominator) };
    return { isWrong: false, text: filled(this.words.fraction, places) };
  }

  // A step beyond what the series ever did in that time, from the nearest value before or after.
  #jump(input, number, rules) {
    if (rules.pace === null) return null;
    const row = input.closest("tr");
    const heads = row.closest("table").tHead.rows[0].cells;
    const places = [...row.cells].slice(1).flatMap((cell, n) => {
      const other = cell.querySelector("input:not([type=hidden])");
      const value = other && other !== input ? numberIn(other.value, rules.units).number : undefined;
      return value === undefined ? [] : [[Number(heads[n + 1].dataset.at), value]];
    });
    const at = Number(heads[input.parentElement.cellIndex].dataset.at);
    const before = places.filter(([place]) => place < at).sort(([one], [other]) => other - one)[0];
    const after = places.filter(([place]) => place > at).sort(([one], [other]) => one - other)[0];
    for (const [place, value] of [before, after].filter(Boolean)) {
      const [from, to] = [Math.min(place, at), Math.max(place, at)];
      const reach = rules.pace * (to - from);
      if (rules.breaks.some((one) => from < one && one <= to) || Math.abs(number - value) <= reach * (1 + 1e-9)) continue;
      const [low, high] = [Math.max(rules.least ?? -Infinity, value - reach), Math.min(rules.most ?? Infinity, value + reach)];
      const places = { value: this.#text(number), other: this.#text(value), low: this.#text(low), high: this.#text(high) };
      return { isWrong: false, text: filled(this.words.jump, places) };
    }
    return null;
  }

  #text(number) {
    return this.language.format(Number(number.toPrecision(12)));
  }
}
