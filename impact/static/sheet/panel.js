// What stands beside the cell one is in: unit, value before, what is plausible, what is wrong, details, ways on.
import { originalOf, read } from "./cells.js";

export class Panel {
  constructor(panel, form, steps, words) {
    Object.assign(this, { panel, form, steps, words, input: null });
    panel.hidden = false;
    panel.addEventListener("change", (event) => this.#changed(event.target));
  }

  show(input) {
    this.input = input;
    const row = input.closest("tr");
    const [, series, period] = input.name.match(/^value\.(\d+)\.(.*)$/);
    const column = document.getElementById(input.getAttribute("aria-labelledby").split(" ").at(-1));
    this.#part("name").textContent = `${this.#nameOf(row)}, ${column.textContent}`;
    this.#part("unit").textContent = row.dataset.unit;
    this.#part("beside").textContent = [this.#before(input), !originalOf(input) && row.dataset.guide].filter(Boolean).join(" · ");
    this.explain();
    this.#part("page").hidden = false;
    this.#part("page").href = `/series/${series}/periods/${period}`;
    const file = this.#part("file");
    file.hidden = !("hasFile" in input.dataset);
    file.href = `/series/${series}/evidence/${period}`;
    const link = this.#part("link");
    const address = read(input, "evidence_address");
    link.hidden = !/^https?:\/\/\S+$/.test(address);
    if (!link.hidden) link.href = address;
    const way = this.#part("break");
    way.hidden = !("mayPlan" in this.form.dataset);
    way.href = `/indicators/${row.dataset.family}/plan/breaks/new?period=${encodeURIComponent(period)}`;
    for (const field of this.#fields()) field.value = this.#shown(field.dataset.detail);
  }

  // What is wrong with the cell one is in, or looks wrong.
  explain() {
    this.#part("why").textContent = this.input?.parentElement.querySelector(".why")?.textContent ?? "";
  }

  #part(name) {
    return this.panel.querySelector(`[data-part=${name}]`);
  }

  #fields() {
    return this.panel.querySelectorAll("[data-detail]");
  }

  #nameOf(row) {
    const own = row.cells[0].querySelector("a").textContent;
    if (!row.classList.contains("part")) return own;
    const total = row.closest("table").querySelector(`tr:not(.part)[data-family="${row.dataset.family}"] th a`);
    return total ? `${total.textContent}, ${own.toLowerCase()}` : own;
  }

  // The nearest earlier period that has a value in this row.
  #before(input) {
    const heads = [...input.closest("table").tHead.rows[0].cells];
    const row = [...input.closest("tr").cells];
    const newestFirst = heads.length > 2 && heads[1].dataset.key > heads.at(-1).dataset.key;
    for (let at = row.indexOf(input.parentElement); at > 0 && at < row.length;) {
      at += newestFirst ? 1 : -1;
      const value = row[at]?.querySelector("input")?.value;
      if (at > 0 && value) return this.words.before.replace("{period}", heads[at].textContent).replace("{value}", value);
    }
    return "";
  }

  #shown(name) {
    if (name !== "missing") return read(this.input, name);
    const words = [...this.panel.querySelector("[data-detail=missing]").options].map((one) => one.value);
    return words.includes(this.input.value) ? this.input.value : "";
  }

  #changed(field) {
    const name = field.dataset.detail === "missing" ? "value" : field.dataset.detail;
    if (!name || !this.input || this.input.readOnly) return;
    this.steps.take([{ input: this.input, name, before: read(this.input, name), after: field.value.trim() }]);
  }
}
