// What pages do without a line of script in the page itself. Every part works on content added by htmx, too.
(function () {
  "use strict";
  const all = (root, what) => Array.from(root.querySelectorAll(what));

  function labelTables(root) { // a table becomes cards on a phone: each cell carries its heading
    all(root, "table.hj-table").forEach((table) => {
      const heads = all(table, "thead th").map((th) => th.textContent.trim());
      const first = table.tBodies[0] && table.tBodies[0].rows[0]; // a heading stands over its figures
      if (first) all(table, "thead th").forEach((th, i) => { if (first.cells[i] && first.cells[i].classList.contains("num")) th.classList.add("num"); });
      all(table, "tbody tr").forEach((tr) => Array.from(tr.cells).forEach((td, i) => {
        if (!td.hasAttribute("data-label") && td.colSpan === 1) td.dataset.label = heads[i] || "";
        if (td.childNodes.length > 1 && !td.querySelector(":scope > .cell")) { // one thing beside its heading, not three
          const cell = document.createElement("div");
          cell.className = "cell";
          cell.append(...td.childNodes);
          td.append(cell);
        }
      }));
    });
  }

  function drawCharts(root) {
    all(root, "[data-chart]").forEach((box) => {
      if (!window.echarts || box.dataset.drawn) return;
      const source = document.getElementById(box.dataset.chart);
      const option = JSON.parse(source.textContent);
      option.tooltip = Object.assign({ renderMode: "richText" }, option.tooltip);
      option.animation = !matchMedia("(prefers-reduced-motion: reduce)").matches;
      const chart = window.echarts.init(box);
      chart.setOption(option);
      box.dataset.drawn = "1";
      new ResizeObserver(() => chart.resize()).observe(box);
    });
  }

  function showCurrent(root) { // rows of tabs scroll sideways on a phone: the open one is in sight
    all(root, ".bar [aria-current], .tabs [aria-current]").forEach((el) => {
      const row = el.parentElement;
      if (row.scrollWidth > row.clientWidth) row.scrollLeft = el.offsetLeft - row.offsetLeft - 24;
    });
  }

  function start(root) { labelTables(root); drawCharts(root); showCurrent(root); toggleBatch(); }

  function toggleBatch() {
    all(document, "[data-batch]").forEach((bar) => {
      const picked = all(document, "[data-pick]:checked").length;
      all(bar, "[data-count]").forEach((el) => { el.textContent = picked; });
      all(bar, "button").forEach((el) => { el.disabled = !picked; });
    });
  }

  document.addEventListener("click", (event) => {
    const el = event.target.closest("[data-copy],[data-print],[data-close],[data-back]");
    if (!el) return;
    if (el.dataset.copy) {
      navigator.clipboard.writeText(el.dataset.copy).then(() => { el.dataset.done = "1"; say(el.dataset.copied || el.dataset.copy); });
    } else if ("print" in el.dataset) window.print();
    else if ("close" in el.dataset) el.closest(".note").remove();
    else if ("back" in el.dataset) window.history.back();
  });

  document.addEventListener("change", (event) => {
    const el = event.target;
    if (el.matches("[data-pick-all]")) all(document, "[data-pick]").forEach((box) => { box.checked = el.checked; });
    if (el.matches("[data-pick],[data-pick-all]")) toggleBatch();
    if (el.matches("[data-submit]")) el.form.requestSubmit();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input,textarea,select")) {
      const box = document.querySelector("[data-slash]");
      if (box) { event.preventDefault(); box.focus(); }
    }
    if (event.key === "Escape") all(document, "details.sum[open]").forEach((el) => { el.open = false; });
  });

  ["dragover", "dragleave", "drop"].forEach((kind) => document.addEventListener(kind, (event) => {
    const zone = event.target.closest && event.target.closest(".drop");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("over", kind === "dragover");
    if (kind === "drop") {
      const input = zone.querySelector("input[type=file]");
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }));

  function say(text) {
    const box = document.getElementById("live");
    if (box) box.textContent = text;
  }

  function net() { document.documentElement.classList.toggle("offline", !navigator.onLine);
    all(document, "[data-net]").forEach((el) => { el.textContent = navigator.onLine ? el.dataset.on : el.dataset.off; }); }
  window.addEventListener("online", net); window.addEventListener("offline", net);
  const narrow = matchMedia("(max-width: 991px)");
  function fold() { all(document, "[data-side]").forEach((el) => { el.open = !narrow.matches; }); } // beside the page, or folded above it
  narrow.addEventListener("change", fold);
  document.addEventListener("htmx:load", (event) => start(event.target));
  document.addEventListener("DOMContentLoaded", () => { start(document); net(); fold(); });
})();
