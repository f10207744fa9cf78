// Filing on the portal: firms found by name, the work that keeps machines away. Everything works without this file, too.
(function () {
  "use strict";
  const box = document.getElementById("firms");
  if (box) {
    const name = document.getElementById("id_name"), uscc = document.getElementById("id_uscc");
    let last = "", timer = 0;
    const look = () => {
      const q = name.value.trim();
      if (q === last) return;
      last = q;
      if (q.length < 2) { box.replaceChildren(); return; }
      fetch(`${box.dataset.firms}?name=${encodeURIComponent(q)}`).then((answer) => answer.text()).then((html) => { if (name.value.trim() === q) box.innerHTML = html; });
    };
    name.addEventListener("input", () => { uscc.value = ""; clearTimeout(timer); timer = setTimeout(look, 300); });
    box.addEventListener("click", (event) => {
      const pick = event.target.closest(".pick");
      if (!pick) return;
      box.querySelectorAll(".pick").forEach((one) => one.setAttribute("aria-pressed", String(one === pick)));
      name.value = last = pick.dataset.name;
      uscc.value = pick.dataset.uscc;
    });
  }

  const form = document.querySelector("[data-work]");
  if (form && window.Worker) {
    const sum = form.querySelector("[data-sum]"), says = form.querySelector("[data-working]"), proof = form.elements.work;
    let asked = null;
    const worker = new Worker(form.dataset.worker);
    sum.hidden = true;
    worker.onmessage = (event) => {
      proof.value = event.data;
      says.hidden = true;
      worker.terminate();
      if (asked) { const button = asked; asked = null; form.requestSubmit(button); }
    };
    worker.onerror = () => { sum.hidden = false; says.hidden = true; asked = null; };
    worker.postMessage({ challenge: form.elements.challenge.value, bits: Number(form.dataset.bits) });
    form.addEventListener("submit", (event) => {
      if (proof.value || !sum.hidden || (event.submitter && event.submitter.name === "again")) return;
      event.preventDefault();
      asked = event.submitter;
      says.hidden = false;
    });
  }
  const wrong = document.querySelector("[data-first]");
  if (wrong) wrong.focus();
})();
