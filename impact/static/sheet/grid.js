// Keys as in a spreadsheet. A cell is ready (what is typed replaces it), being typed into, or edited (F2).
import { read } from "./cells.js";

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class Grid {
  constructor(table, steps, say) {
    Object.assign(this, { table, steps, say, mode: "ready", active: null, start: "", corner: null, leaves: false });
    table.setAttribute("role", "grid");
    this.refresh();
    table.addEventListener("focusin", (event) => this.#enter(event.target));
    table.addEventListener("focusout", () => this.commit());
    table.addEventListener("input", () => { if (this.mode === "ready") this.mode = "typing"; });
    table.addEventListener("dblclick", () => { if (this.active) this.#edit(); });
    table.addEventListener("mousedown", (event) => this.#press(event));
    table.addEventListener("keydown", (event) => this.#key(event));
  }

  // Rows that are folded away take no part; a place where nothing is planned is null.
  refresh() {
    this.rows = [...this.table.tBodies[0].rows].filter((row) => !row.hidden);
    this.cells = this.rows.map((row) =>
      [...row.cells].slice(1).map((cell) => cell.querySelector("input:not([type=hidden])")));
    const inputs = this.cells.flat().filter(Boolean);
    for (const input of inputs) input.tabIndex = -1;
    const home = inputs.includes(this.active) ? this.active : inputs[0];
    if (home) home.tabIndex = 0;
  }

  placeOf(input) {
    const row = this.rows.indexOf(input.closest("tr"));
    return [row, row < 0 ? -1 : this.cells[row].indexOf(input)];
  }

  // The chosen cells as rows: a rectangle from the active cell to where Shift led.
  chosen() {
    const [row, column] = this.placeOf(this.active);
    const [toRow, toColumn] = this.corner ?? [row, column];
    const rows = this.cells.slice(Math.min(row, toRow), Math.max(row, toRow) + 1);
    return rows.map((cells) => cells.slice(Math.min(column, toColumn), Math.max(column, toColumn) + 1));
  }

  commit() {
    const input = this.active;
    if (!input || this.mode === "ready") return;
    this.mode = "ready";
    this.steps.take([{ input, name: "value", before: this.start, after: input.value.trim() }]);
    this.start = input.value;
  }

  go(input) {
    input.focus();
    input.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  fillDown() {
    this.commit();
    let rows = this.chosen();
    if (rows.length === 1) {
      const [row, column] = this.placeOf(this.active);
      if (row === 0) return;
      rows = [this.cells[row - 1].slice(column, column + rows[0].length), ...rows];
    }
    const changes = rows.slice(1).flatMap((cells) =>
      cells.map((input, n) => input && rows[0][n] && !input.readOnly &&
        { input, name: "value", before: read(input), after: read(rows[0][n]) }).filter(Boolean));
    const n = this.steps.take(changes);
    this.#ready();
    if (n) this.say("filled", { n });
  }

  #enter(input) {
    if (!(input instanceof HTMLInputElement) || input === this.active && this.mode !== "ready") return;
    if (this.active) this.active.tabIndex = -1;
    Object.assign(this, { active: input, start: input.value, mode: "ready", corner: null, leaves: false });
    input.tabIndex = 0;
    this.#mark();
    input.select();
    this.table.dispatchEvent(new CustomEvent("cell", { bubbles: true, detail: input }));
  }

  #ready() {
    this.mode = "ready";
    this.start = this.active.value;
    this.active.select();
  }

  #edit() {
    this.mode = "editing";
    this.active.setSelectionRange(this.active.value.length, this.active.value.length);
  }

  #press(event) {
    const input = event.target.closest("td")?.querySelector("input:not([type=hidden])");
    if (!input || !event.shiftKey || !this.active) return;
    event.preventDefault();
    this.commit();
    this.corner = this.placeOf(input);
    this.#mark();
  }

  #key(event) {
    if (!this.active || event.isComposing || event.target !== this.active) return;
    const handled = event.ctrlKey || event.metaKey ? this.#command(event) : this.#plain(event);
    if (handled) event.preventDefault();
  }

  #command(event) {
    const key = event.key.toLowerCase();
    if (event.altKey) return false;
    if (key === "d") return this.fillDown(), true;
    if (this.mode === "ready" && (key === "z" || key === "y")) {
      const input = key === "y" || event.shiftKey ? this.steps.redo() : this.steps.undo();
      if (input) {
        this.say(key === "y" || event.shiftKey ? "redone" : "undone");
        this.go(input);
        this.#ready();
      }
      return true;
    }
    if (this.mode !== "ready") return false;
    const [row, column] = this.placeOf(this.active);
    const last = [this.cells.length - 1, this.cells[0].length - 1];
    const ends = { home: [0, 0], end: last, arrowup: [0, column], arrowdown: [last[0], column],
      arrowleft: [row, 0], arrowright: [row, last[1]] };
    return key in ends && this.#toward(ends[key], event.shiftKey);
  }

  #plain(event) {
    const { key, shiftKey } = event;
    if (key in MOVES) {
      if (this.mode === "editing" && key !== "ArrowUp" && key !== "ArrowDown") return false;
      this.commit();
      return this.#step(MOVES[key], shiftKey);
    }
    if (key === "Enter") return this.commit(), this.#step([shiftKey ? -1 : 1, 0]), true;
    if (key === "Tab") return !this.leaves && this.#tab(shiftKey ? -1 : 1);
    if (key === "F2") return this.mode === "editing" ? this.#ready() : this.#edit(), true;
    if (key === "Escape") return this.#escape(), true;
    if (key === "Delete" && this.mode === "ready") return this.#empty(), true;
    if ((key === "Home" || key === "End") && this.mode === "ready") {
      const [row] = this.placeOf(this.active);
      return this.#toward([row, key === "Home" ? 0 : this.cells[row].length - 1], shiftKey);
    }
    return false;
  }

  #step([down, right], extends_ = false) {
    let [row, column] = (extends_ && this.corner) || this.placeOf(this.active);
    do {
      [row, column] = [row + down, column + right];
    } while (!extends_ && this.cells[row]?.[column] === null);
    if (!this.cells[row] || column < 0 || column >= this.cells[row].length) {
      if (!extends_) this.#ready();
      return true;
    }
    return extends_ ? this.#choose([row, column]) : (this.go(this.cells[row][column]), true);
  }

  #toward([row, column], extends_) {
    if (extends_) return this.#choose([row, column]);
    if (this.cells[row][column]) this.go(this.cells[row][column]);
    return true;
  }

  #tab(direction) {
    this.commit();
    const inputs = this.cells.flat().filter(Boolean);
    const next = inputs[inputs.indexOf(this.active) + direction];
    if (next) this.go(next);
    return Boolean(next);
  }

  #escape() {
    if (this.mode === "ready") {
      this.leaves = true;
      this.corner = null;
      this.#mark();
    } else {
      this.active.value = this.start;
      this.#ready();
    }
  }

  #empty() {
    const changes = this.chosen().flat().filter((input) => input && !input.readOnly)
      .map((input) => ({ input, name: "value", before: read(input), after: "" }));
    this.steps.take(changes);
    this.#ready();
  }

  #choose(corner) {
    this.corner = corner;
    this.#mark();
    return true;
  }

  #mark() {
    for (const cell of this.table.querySelectorAll(".picked")) cell.classList.remove("picked");
    if (this.corner) for (const input of this.chosen().flat()) input?.parentElement.classList.add("picked");
  }
}
