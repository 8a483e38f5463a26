// Blocks between this sheet and spreadsheets: HTML tables where there are any, else text with tabs.
import { read } from "./cells.js";

const NUMBER = /^[-+−]?[\d.,'\s\u00a0\u202f\u2009]*\d[\d.,'\s\u00a0\u202f\u2009]*$/;
const DOUBTFUL = /^-?[1-9]\d{0,2}\.\d{3}$/;
const clean = (text) => text.replace(/[\n\t\r]+/g, " ").trim();

// The number behind a shown one, where the spreadsheet tells it (LibreOffice, Google Sheets, Excel).
function exactOf(cell) {
  const told = cell.getAttribute("sdval") ?? cell.getAttribute("x:num") ??
    JSON.parse(cell.dataset.sheetsValue ?? "{}")["3"];
  return told === null || told === undefined || told === "" ? NaN : Number(told);
}

function textOf(cell) {
  const shown = clean(cell.textContent);
  let exact = NaN;
  try { exact = exactOf(cell); } catch { /* somebody else's attribute: what is shown counts */ }
  if (!Number.isFinite(exact) || !NUMBER.test(shown)) return shown;
  // As spreadsheets keep them; a nought more tells a decimal point from one for thousands.
  const text = String(Number(exact.toPrecision(15)));
  return DOUBTFUL.test(text) ? `${text}0` : text;
}

function rowsOfHtml(html) {
  const table = new DOMParser().parseFromString(html, "text/html").querySelector("table");
  return table && [...table.rows].map((row) =>
    [...row.cells].flatMap((cell) => [textOf(cell), ...Array(Math.max(0, Math.min(cell.colSpan, 1000) - 1)).fill("")]));
}

// Text with tabs; a cell in quotes may hold tabs, line breaks and doubled quotes.
export function rowsOfText(text) {
  const rows = [[]];
  const pattern = /("(?:[^"]|"")*"(?=[\t\r\n]|$)|[^\t\r\n]*)(\t|\r\n|\r|\n|$)/gy;
  for (let found; (found = pattern.exec(text)) !== null;) {
    const cell = found[1].startsWith('"') && found[1].endsWith('"') && found[1].length > 1
      ? found[1].slice(1, -1).replaceAll('""', '"') : found[1];
    rows.at(-1).push(clean(cell));
    if (found[2] === "") break;
    if (found[2] !== "\t") rows.push([]);
  }
  if (rows.at(-1).join("") === "" && rows.length > 1) rows.pop();
  return rows;
}

export function blockOf(data) {
  const html = data.getData("text/html");
  return (html && rowsOfHtml(html)) || rowsOfText(data.getData("text/plain"));
}

// Which column of the grid each column of the block belongs to, if its first row names periods; -1 for the rows' names.
function columnsNamed(header, grid) {
  const heads = [...grid.table.tHead.rows[0].cells].slice(1);
  const places = header.map((text) => heads.findIndex((head) => text === head.dataset.key || text === head.textContent));
  const named = places[0] < 0 ? places.slice(1) : places;
  return named.length && named.every((place) => place >= 0) ? places : null;
}

function rowNamed(text, grid) {
  return grid.rows.findIndex((row) => row.cells[0].querySelector("a").textContent.toLowerCase() === text.toLowerCase());
}

function changesOf(block, grid) {
  const [top, left] = grid.placeOf(grid.chosen().flat().find(Boolean) ?? grid.active);
  const named = columnsNamed(block[0], grid);
  const changes = [];
  let leftOut = 0;
  (named ? block.slice(1) : block).forEach((texts, down) => {
    const row = named && named[0] < 0 ? rowNamed(texts[0], grid) : top + down;
    texts.forEach((text, right) => {
      if (text === "" || (named && right === 0 && named[0] < 0)) return;
      const input = grid.cells[row]?.[named ? named[right] : left + right];
      if (!input || input.readOnly) leftOut += 1;
      else changes.push({ input, name: "value", before: read(input), after: text });
    });
  });
  return [changes, leftOut];
}

export function paste(event, grid, steps, say) {
  const block = blockOf(event.clipboardData);
  const isOne = block.length === 1 && block[0].length === 1;
  if (grid.mode !== "ready" && isOne) return;
  event.preventDefault();
  grid.commit();
  // One value goes into all the cells that are chosen.
  const [changes, leftOut] = isOne
    ? [grid.chosen().flat().filter((input) => input && !input.readOnly)
        .map((input) => ({ input, name: "value", before: read(input), after: block[0][0] })), 0]
    : changesOf(block, grid);
  const n = steps.take(changes);
  grid.go(grid.active);
  grid.active.select();
  say("pasted", { n }, ...(leftOut ? [["leftOut", { n: leftOut }]] : []));
}

export function copy(event, grid) {
  if (grid.mode !== "ready") return;
  event.preventDefault();
  const rows = grid.chosen().map((cells) => cells.map((input) => (input ? read(input) : "")));
  event.clipboardData.setData("text/plain", rows.map((row) => row.join("\t")).join("\n"));
}
