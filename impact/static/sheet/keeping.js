// What is not saved yet is kept in this browser, for this person and sheet, and offered again.
import { cellsOf, isChanged, read, write } from "./cells.js";

const PREFIX = "impact-sheet:";
const keyOf = (form) => PREFIX + form.dataset.keptUnder;

export function changedFields(form) {
  const fields = {};
  for (const input of cellsOf(form).filter(isChanged)) {
    fields[input.name] = input.value;
    for (const hidden of input.parentElement.querySelectorAll("input[type=hidden]")) fields[hidden.name] = hidden.value;
  }
  return fields;
}

export function keep(form) {
  const fields = changedFields(form);
  const reason = form.elements.reason.value;
  try {
    if (Object.keys(fields).length) {
      localStorage.setItem(keyOf(form), JSON.stringify({ at: new Date().toISOString(), fields, reason }));
    } else {
      localStorage.removeItem(keyOf(form));
    }
  } catch { /* no room or not allowed: the page itself still holds it */ }
}

export function forget(form) {
  try { localStorage.removeItem(keyOf(form)); } catch { /* not allowed: nothing was kept either */ }
}

export function forgetAll() {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}

export function kept(form) {
  try { return JSON.parse(localStorage.getItem(keyOf(form)) ?? "null"); } catch { return null; }
}

// As one step; how many cells have gone since then is told by whoever asks.
export function bringBack(form, found, steps) {
  const changes = Object.entries(found.fields).flatMap(([field, after]) => {
    const [name] = field.split(".", 1);
    const input = form.elements[field.replace(name, "value")];
    return input && !input.readOnly ? [{ input, name, before: read(input, name), after }] : [];
  });
  if (found.reason) form.elements.reason.value = found.reason;
  return steps.take(changes);
}
