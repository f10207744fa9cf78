// The operator's page: fields of the chosen seed source, sealing a value in this browser, and the rolling display.
// The display shows only names that were really drawn: the draw is finished before the page is sent.
(function () {
  "use strict";
  const form = document.querySelector("[data-source]");
  if (form) {
    const kind = form.querySelector("[name=kind]");
    const show = () => form.querySelectorAll("[data-for]").forEach((part) => { part.hidden = !part.dataset.for.split(" ").includes(kind.value); });
    kind.addEventListener("change", show);
    show();
    if (window.crypto && crypto.subtle) form.querySelectorAll("[data-seal]").forEach(seal);
  }

  function seal(box) {
    const button = document.createElement("button");
    const kept = document.createElement("div");
    button.type = "button"; button.className = "btn btn-sm mb-2"; button.textContent = box.dataset.seal;
    kept.className = "mb-3"; kept.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      const value = hex(crypto.getRandomValues(new Uint8Array(16)));
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(value));
      box.querySelector("input").value = hex(new Uint8Array(digest));
      kept.textContent = box.dataset.keep;
      const code = document.createElement("code");
      code.className = "hash"; code.textContent = value;
      kept.append(code);
    });
    box.append(button, kept);
  }

  function hex(bytes) { return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join(""); }

  const roll = document.querySelector("[data-roll]");
  if (roll && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
    const names = JSON.parse(document.getElementById(roll.dataset.roll).textContent);
    const rows = Array.from(document.querySelectorAll(".hj-table tbody tr")).slice(0, names.length);
    const name = roll.querySelector(".roll-name");
    const count = roll.querySelector(".roll-count");
    const step = Math.max(3, Math.round(60 / Math.max(names.length, 1)));
    rows.forEach((row) => { row.style.visibility = "hidden"; });
    let tick = 0;
    const timer = setInterval(() => {
      const settled = Math.floor(tick / step);
      rows.slice(0, settled).forEach((row) => { row.style.visibility = ""; });
      name.textContent = names[settled < names.length && tick % step !== step - 1 ? tick % names.length : Math.min(settled, names.length - 1)];
      count.textContent = Math.min(settled, names.length) + " / " + names.length;
      if (settled >= names.length) clearInterval(timer);
      tick += 1;
    }, 50);
  } else if (roll) roll.remove();
})();
