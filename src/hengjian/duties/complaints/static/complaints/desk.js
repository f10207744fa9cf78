// Keyboard at the desk: j and k move in the list, numbers choose an act, n goes on, Ctrl+Enter sends. Links do the same by mouse.
(function () {
  "use strict";
  const rows = Array.from(document.querySelectorAll("[data-worklist] [data-row]"));
  const act = document.querySelector("[data-act]");
  const mark = () => rows.forEach((row) => row.closest("tr").classList.toggle("here", row === document.activeElement));
  document.addEventListener("focusin", mark);
  if (act) {
    const first = act.querySelector("[aria-invalid=true], select, textarea, input:not([type=hidden])") || act.querySelector("button");
    if (first) first.focus();
  } else if (rows.length) rows[0].focus({ preventScroll: true });

  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("input,textarea,select");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && act) { event.preventDefault(); act.requestSubmit(); return; }
    if (event.key === "Escape" && field) { field.blur(); return; }
    if (field || event.ctrlKey || event.metaKey || event.altKey) return;
    if (rows.length && (event.key === "j" || event.key === "k")) {
      const at = rows.indexOf(document.activeElement);
      const next = rows[Math.min(Math.max(at + (event.key === "j" ? 1 : -1), 0), rows.length - 1)];
      next.focus();
      event.preventDefault();
      return;
    }
    const link = document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
    if (link) { event.preventDefault(); link.click(); }
  });
})();
