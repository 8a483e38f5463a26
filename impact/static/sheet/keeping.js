// What is not saved yet is kept in this browser, for this person and sheet, and offered again.
import { cellsOf, isChanged, read } from "./cells.js";

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

// What was offered and not answered yet is kept with what comes after it.
let unanswered = null;

export function keep(form) {
  const fields = { ...unanswered?.fields, ...changedFields(form) };
  const reason = form.elements.reason.value || (unanswered?.reason ?? "");
  const seen = unanswered?.seen ?? form.elements.seen.value;
  try {
    if (Object.keys(fields).length) {
      localStorage.setItem(keyOf(form), JSON.stringify({ at: new Date().toISOString(), fields, reason, seen }));
    } else {
      localStorage.removeItem(keyOf(form));
    }
  } catch { /* no room or not allowed: the page itself still holds it */ }
}

export function forget(form) {
  unanswered = null;
  try { localStorage.removeItem(keyOf(form)); } catch { /* not allowed: nothing was kept either */ }
}

export function forgetAll() {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}

// What is kept and not on the page already.
export function kept(form) {
  let found = null;
  try { found = JSON.parse(localStorage.getItem(keyOf(form)) ?? "null"); } catch { /* not ours */ }
  const now = changedFields(form);
  unanswered = found && Object.entries(found.fields).some(([name, text]) => now[name] !== text) ? found : null;
  return unanswered;
}

// As one step; whatever others saved since it was typed is a conflict when it is saved.
export function bringBack(form, found, steps) {
  unanswered = null;
  const changes = Object.entries(found.fields).flatMap(([field, after]) => {
    const [name] = field.split(".", 1);
    const input = form.elements[field.replace(name, "value")];
    return input && !input.readOnly ? [{ input, name, before: read(input, name), after }] : [];
  });
  form.elements.seen.value = found.seen;
  if (found.reason) form.elements.reason.value = found.reason;
  return steps.take(changes);
}
