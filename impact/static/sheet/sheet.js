// The entry sheet: keys, paste, undo, folding, keeping what was typed, saving without leaving the page.
// Without this script the same form is sent as it stands.
import { cellsOf, isChanged, show, Steps } from "./cells.js";
import { Checks } from "./checking.js";
import { copy, paste } from "./clipboard.js";
import { Grid } from "./grid.js";
import { bringBack, changedFields, forget, forgetAll, keep, kept } from "./keeping.js";
import { Panel } from "./panel.js";
import { filled, murmur, tell } from "./words.js";

const unfolded = new Set();

function start(activeName) {
  const form = document.getElementById("sheet");
  if (!form) return;
  const words = document.getElementById("sheet-words").dataset;
  const say = (name, places, ...more) => tell([[name, places], ...more].map(([each, all]) => filled(words[each], all)).join(" "));
  const steps = new Steps(() => changed(form, words, checks, panel));
  const checks = new Checks(form, words, murmur);
  const panel = new Panel(document.getElementById("cell-panel"), form, steps, words);
  const grids = [...form.querySelectorAll("table.sheet")].map((table) => {
    const grid = new Grid(table, steps, say);
    fold(grid, words);
    table.addEventListener("cell", (event) => panel.show(event.detail));
    table.addEventListener("paste", (event) => paste(event, grid, steps, say));
    table.addEventListener("copy", (event) => copy(event, grid));
    return grid;
  });
  for (const input of cellsOf(form)) show(input);
  changed(form, words, checks, panel, false);
  form.elements.reason.addEventListener("input", () => keep(form));
  form.addEventListener("submit", (event) => { event.preventDefault(); save(form, grids, words); });
  form.addEventListener("click", (event) => visit(event, grids));
  for (const other of document.querySelectorAll("form[data-hands-in]")) {
    other.addEventListener("submit", (event) => {
      if (!Object.keys(changedFields(form)).length) return;
      event.preventDefault();
      tell(words.unsaved);
    });
  }
  const problem = document.querySelector("#sheet [role=alert], #sheet section.warning, #sheet fieldset.warning");
  if (problem) {
    problem.tabIndex = -1;
    problem.focus();
  } else if (activeName) {
    form.elements[activeName]?.focus({ preventScroll: true });
  } else {
    goTo(decodeURIComponent(location.hash.slice(1)), grids);
  }
  offer(form, steps, words);
}

let waiting;
function changed(form, words, checks, panel, isTyped = true) {
  const n = cellsOf(form).filter(isChanged).length;
  const nWrong = checks.look();
  panel.explain();
  document.getElementById("sheet-count").textContent =
    [n && filled(words.changed, { n }), nWrong && filled(words.wrong, { n: nWrong })].filter(Boolean).join(" · ");
  clearTimeout(waiting);
  if (isTyped) waiting = setTimeout(() => keep(form), 200);
}

function offer(form, steps, words) {
  const found = kept(form);
  if (!found) return;
  const place = document.getElementById("sheet-offer");
  const when = new Date(found.at).toLocaleString(form.dataset.language, { dateStyle: "long", timeStyle: "short" });
  place.querySelector("p").textContent = filled(words.offered, { when });
  place.hidden = false;
  const [back, away] = place.querySelectorAll("button");
  back.addEventListener("click", () => { place.hidden = true; bringBack(form, found, steps); });
  away.addEventListener("click", () => { place.hidden = true; forget(form); keep(form); });
}

// The parts of a total fold under it, unless something in them waits for an answer.
function fold(grid, words) {
  const rows = [...grid.table.tBodies[0].rows];
  for (const total of rows.filter((row) => !row.classList.contains("part"))) {
    const parts = rows.filter((row) => row.classList.contains("part") && row.dataset.family === total.dataset.family);
    if (!parts.length) continue;
    const name = total.cells[0].querySelector("a").textContent;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "folds" });
    button.setAttribute("aria-label", filled(words.parts, { name }));
    const turn = (isOpen) => {
      button.setAttribute("aria-expanded", isOpen);
      for (const row of parts) row.hidden = !isOpen;
      unfolded[isOpen ? "add" : "delete"](total.dataset.family);
      grid.refresh();
    };
    button.addEventListener("click", () => turn(button.getAttribute("aria-expanded") !== "true"));
    total.cells[0].prepend(button);
    const asks = parts.some((row) => row.querySelector("[data-was], [aria-invalid]"));
    turn(asks || unfolded.has(total.dataset.family));
  }
}

// A link to a cell, from a list of what is wrong say, goes into it even where it is folded away.
function visit(event, grids) {
  const name = event.target.closest("a[href^='#value.']")?.hash.slice(1);
  if (name && goTo(decodeURIComponent(name), grids)) event.preventDefault();
}

function goTo(name, grids) {
  const input = name.startsWith("value.") && document.getElementById(name);
  if (!input) return false;
  const row = input.closest("tr");
  if (row.hidden) row.closest("table").querySelector(`tr[data-family="${row.dataset.family}"] .folds`).click();
  grids.find((grid) => grid.table.contains(input)).go(input);
  return true;
}

// Only what was changed is sent, with all that was answered.
function bodyOf(form) {
  const cells = new Set(cellsOf(form));
  const body = new URLSearchParams();
  for (const field of form.elements) {
    const isChosen = !["radio", "checkbox"].includes(field.type) || field.checked;
    if (field.name && isChosen && (!cells.has(field) || field.value !== (field.dataset.was ?? field.defaultValue))) {
      body.append(field.name, field.value);
    }
  }
  return body;
}

// Nothing is typed while it is saved. Making the form inert would style and draw every cell anew.
const hold = (event) => { event.preventDefault(); event.stopImmediatePropagation(); };
function holdStill(form, isStill) {
  form.ariaBusy = isStill;
  for (const kind of ["keydown", "beforeinput", "paste", "mousedown", "dblclick", "click", "change"]) {
    form[isStill ? "addEventListener" : "removeEventListener"](kind, hold, true);
  }
}

async function save(form, grids, words) {
  if (form.ariaBusy === "true") return;
  for (const grid of grids) grid.commit();
  keep(form);
  const active = document.activeElement?.name;
  tell(words.saving);
  holdStill(form, true);
  try {
    const answer = await fetch(form.action, { method: "POST", body: bodyOf(form) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (new URL(answer.url).pathname.startsWith("/sign-in") || [400, 401].includes(answer.status)) {
      tell(words.signedOut);
    } else if (!page.getElementById("sheet")) {
      tell(words.failed);
    } else {
      clearTimeout(waiting);
      if (answer.ok) {
        forget(form);
        history.replaceState(null, "", answer.url);
      }
      document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
      start(active);
      return;
    }
  } catch {
    tell(words.lost);
  }
  holdStill(form, false);
  form.elements[active]?.focus();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    document.getElementById("sheet")?.requestSubmit();
  }
});
document.querySelector("form[action='/sign-out']")?.addEventListener("submit", forgetAll);
start();
