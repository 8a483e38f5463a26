// Filters apply as soon as something is chosen; the button stays for keyboards and for pages without scripts.
// A choice made with the arrow keys waits for the button: each step would load a page otherwise.
(() => {
  const REMEMBERED = "filters-focus";
  let byKeyboard = false;

  document.addEventListener("keydown", () => { byKeyboard = true; }, true);
  document.addEventListener("pointerdown", () => { byKeyboard = false; }, true);

  for (const form of document.querySelectorAll("form[data-applies-itself]")) {
    form.addEventListener("change", (event) => {
      if (byKeyboard || event.target.tagName !== "SELECT") return;
      sessionStorage.setItem(REMEMBERED, event.target.id);
      form.requestSubmit();
    });
  }

  const remembered = sessionStorage.getItem(REMEMBERED);
  sessionStorage.removeItem(REMEMBERED);
  if (remembered) document.getElementById(remembered)?.focus({ preventScroll: true });
})();
