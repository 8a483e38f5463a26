// What is typed into cells, and the steps by which it got there. A cell's details (status, comment and so on)
// are hidden fields beside its input, there only once they were changed.

export const cellsOf = (form) => [...form.querySelectorAll("td > input:not([type=hidden])")];

export const originalOf = (input) => input.dataset.was ?? input.defaultValue;

const hiddenOf = (input, name) =>
  [...input.parentElement.querySelectorAll("input[type=hidden]")].find((one) => one.name.startsWith(`${name}.`));

const storedDetail = (input, name) =>
  JSON.parse(input.dataset.more || "{}")[name] ?? (name === "status" ? "final" : "");

export function read(input, name = "value") {
  return name === "value" ? input.value : hiddenOf(input, name)?.value ?? storedDetail(input, name);
}

export function write(input, name, text) {
  if (name === "value") {
    input.value = text;
  } else {
    hiddenOf(input, name)?.remove();
    if (text !== storedDetail(input, name)) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: input.name.replace("value", name), value: text });
      input.after(field);
    }
  }
  show(input);
}

export const isChanged = (input) =>
  input.value !== originalOf(input) || input.parentElement.querySelector("input[type=hidden]") !== null;

export function show(input) {
  input.parentElement.classList.toggle("changed", isChanged(input));
}

// Steps that can be undone: each a list of {input, name, before, after}, a whole paste being one.
export class Steps {
  constructor(changed) {
    this.changed = changed;
    this.done = [];
    this.undone = [];
  }

  take(changes) {
    const real = changes.filter((each) => each.before !== each.after);
    if (!real.length) return 0;
    for (const each of real) write(each.input, each.name, each.after);
    this.done.push(real);
    this.undone = [];
    this.changed();
    return real.length;
  }

  undo() {
    return this.#turn(this.done, this.undone, "before");
  }

  redo() {
    return this.#turn(this.undone, this.done, "after");
  }

  #turn(from, to, side) {
    const step = from.pop();
    if (!step) return null;
    for (const each of step) write(each.input, each.name, each[side]);
    to.push(step);
    this.changed();
    return step[0].input;
  }
}
