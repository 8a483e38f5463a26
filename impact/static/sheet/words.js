// The page's sentences with their places filled, and said where they are seen or heard.

export function filled(text, places = {}) {
  return Object.entries(places).reduce((said, [name, value]) => said.replaceAll(`{${name}}`, value), text);
}

export function tell(text) {
  const place = document.getElementById("sheet-messages");
  place.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
  place.className = "notice info";
}

// Heard by who cannot see the cell, without taking anything from the others.
export function murmur(text) {
  document.getElementById("sheet-checks").textContent = text;
}
