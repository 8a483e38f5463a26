// The values of a chart under pointer, finger and keyboard. Without this script the table beside it says the same.
(() => {
  for (const holder of document.querySelectorAll("[data-points]")) {
    const image = holder.querySelector("img");
    if (!image) continue;
    const looks = JSON.parse(holder.dataset.points);
    const layer = document.createElement("div");
    const dot = document.createElement("span");
    const words = document.createElement("output");
    layer.className = "chart-values";
    layer.tabIndex = 0;
    layer.setAttribute("role", "group");
    layer.setAttribute("aria-label", holder.dataset.label);
    dot.className = "chart-dot";
    words.className = "chart-words";
    dot.hidden = words.hidden = true;
    layer.append(dot, words);
    image.closest("picture").after(layer);
    image.closest(".canvas").classList.add("with-values");
    let at = -1;

    const points = () => (image.currentSrc.includes("look=narrow") ? looks.narrow : looks.wide);

    const lay = () => {
      layer.style.left = `${image.offsetLeft}px`;
      layer.style.top = `${image.offsetTop}px`;
      layer.style.width = `${image.offsetWidth}px`;
      layer.style.height = `${image.offsetHeight}px`;
      if (at >= 0) show(at);
    };

    const show = (number) => {
      at = Math.max(0, Math.min(points().length - 1, number));
      const point = points()[at];
      if (!point) return;
      dot.hidden = words.hidden = false;
      if (words.textContent !== point.words) words.textContent = point.words;
      const x = point.x * layer.offsetWidth;
      const y = point.y * layer.offsetHeight;
      dot.style.left = `${x}px`;
      dot.style.top = `${y}px`;
      const room = layer.offsetWidth - words.offsetWidth;
      words.style.left = `${Math.max(0, Math.min(room, x - words.offsetWidth / 2))}px`;
      const above = y - words.offsetHeight - 14;
      words.style.top = `${above > 0 ? above : y + 14}px`;
    };

    const hide = () => {
      at = -1;
      dot.hidden = words.hidden = true;
    };

    const nearest = (event) => {
      const share = (event.clientX - layer.getBoundingClientRect().left) / layer.offsetWidth;
      const far = points().map((point) => Math.abs(point.x - share));
      show(far.indexOf(Math.min(...far)));
    };

    const steps = { ArrowLeft: () => at - 1, ArrowRight: () => at + 1, Home: () => 0, End: () => points().length - 1 };

    layer.addEventListener("pointermove", nearest);
    layer.addEventListener("pointerdown", nearest);
    layer.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") hide(); });
    layer.addEventListener("focus", () => { if (at < 0) show(points().length - 1); });
    layer.addEventListener("blur", hide);
    layer.addEventListener("keydown", (event) => {
      if (event.key === "Escape") hide();
      if (!(event.key in steps) || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      show(steps[event.key]());
    });
    new ResizeObserver(lay).observe(image);
    image.addEventListener("load", lay);
    lay();
  }
})();
