// Field work with or without signal. The draft lives in localStorage, pictures that wait live in IndexedDB. A result
// keeps its token from the first keystroke, so sending it twice records it once.
(function () {
  "use strict";
  const root = document.body;
  if (!("field" in root.dataset)) return;
  const DRAFT = "inspection-draft:", OUT = "inspection-out:";
  const all = (what, within) => Array.from((within || document).querySelectorAll(what));
  const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const write = (key, value) => localStorage.setItem(key, JSON.stringify(value));
  const keys = (mark) => Object.keys(localStorage).filter((key) => key.startsWith(mark));

  // Pictures that could not be sent yet ------------------------------------------------------------
  function store(mode, work) {
    return new Promise((done, failed) => {
      const opening = indexedDB.open("inspection", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("photos", { keyPath: "id" });
      opening.onerror = () => failed(opening.error);
      opening.onsuccess = () => {
        const change = opening.result.transaction("photos", mode);
        const asked = work(change.objectStore("photos"));
        change.oncomplete = () => { opening.result.close(); done(asked && asked.result); };
        change.onerror = () => failed(change.error);
      };
    });
  }
  const waiting = async (visit) => (await store("readonly", (box) => box.getAll())).filter((one) => one.visit === visit);

  async function sendPhoto(shot) { // the digest, or null while there is no signal; throws when the file is refused
    const body = new FormData();
    body.append("photo", shot.blob, "photo");
    body.append("item", shot.item);
    const answer = await post(shot.url, body);
    if (answer === null) return null;
    await store("readwrite", (box) => box.delete(shot.id));
    if (!answer.ok) throw new Error(answer.said.detail);
    return answer.said.sha256;
  }

  // One request: null while there is no signal or no session ------------------------------------------
  async function post(url, body) {
    let answer;
    try {
      answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": root.dataset.token } });
    } catch { return null; }
    const said = (answer.headers.get("content-type") || "").includes("json") ? await answer.json() : null;
    if (answer.redirected || said === null || answer.status >= 500 || answer.status === 401) {
      if (answer.redirected || answer.status === 403) tell(root.dataset.login, true);
      return null;
    }
    return { ok: answer.ok, said };
  }

  let busy = false;
  async function flush() { // everything that waits, visit by visit
    if (busy || !navigator.onLine) return;
    busy = true;
    try {
      for (const key of keys(OUT)) await deliver(key);
      const left = await store("readonly", (box) => box.getAll());
      for (const shot of left) if (!read(OUT + shot.visit)) await arrived(shot);
    } finally { busy = false; showQueue(); }
  }

  async function deliver(key) {
    const out = read(key), visit = key.slice(OUT.length);
    for (const shot of await waiting(visit)) {
      const digest = await sendPhoto(shot).catch((error) => { tell(error.message, true); return undefined; });
      if (digest === null) return;
      if (digest) { out.entries.push(["photos", digest]); write(key, out); }
    }
    const answer = await post(out.url, new URLSearchParams(out.entries));
    if (answer === null) return;
    localStorage.removeItem(key);
    if (answer.ok) {
      localStorage.removeItem(DRAFT + visit);
      if (form && form.dataset.form === visit) window.location = answer.said.location;
      else if (!form) window.location.reload();
    } else if (form && form.dataset.form === visit) showWrong(answer.said);
  }

  async function arrived(shot) { // a picture of a draft that is not finished yet
    const digest = await sendPhoto(shot).catch(() => undefined);
    if (!digest) return;
    const draft = read(DRAFT + shot.visit) || { entries: [] };
    draft.entries.push(["photos", digest]);
    write(DRAFT + shot.visit, draft);
    if (form && form.dataset.form === shot.visit) addShot(digest, shot.id);
  }

  // The list ---------------------------------------------------------------------------------------
  function showQueue() {
    const queued = keys(OUT).length;
    all("[data-outbox]").forEach((box) => {
      box.hidden = !queued;
      box.querySelector("[data-outbox-text]").textContent = queued + " · " + root.dataset.kept;
    });
    all("[data-visit]").forEach((card) => {
      const out = localStorage.getItem(OUT + card.dataset.visit), draft = localStorage.getItem(DRAFT + card.dataset.visit);
      card.querySelector("[data-queued]").hidden = !out;
      card.querySelector("[data-draft]").hidden = !draft || !!out;
    });
  }

  // The form ---------------------------------------------------------------------------------------
  const form = document.querySelector("[data-form]");
  const state = document.querySelector("[data-state]");
  function tell(text, bad) { if (state) { state.textContent = text; state.classList.toggle("bad", !!bad); } }

  function entries() { return Array.from(new FormData(form)).filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken"); }

  function restore(draft) {
    const values = new Map();
    draft.entries.forEach(([name, value]) => values.set(name, [...(values.get(name) || []), value]));
    Array.from(form.elements).forEach((field) => {
      if (!field.name || field.type === "file" || field.name === "photos" || field.name === "csrfmiddlewaretoken") return;
      const given = values.get(field.name) || [];
      if (field.type === "radio" || field.type === "checkbox") field.checked = given.includes(field.value);
      else if (given.length) field.value = given[0];
    });
    const known = all("[name=photos]", form).map((field) => field.value);
    (values.get("photos") || []).filter((digest) => !known.includes(digest)).forEach((digest) => addShot(digest));
  }

  function arrange() { // what belongs to the chosen path; notes only where something was found
    const path = (form.elements.path.value || "");
    all("[data-for]", form).forEach((part) => { part.hidden = !part.dataset.for.split(" ").includes(path); });
    all("[data-item]", form).forEach((item) => {
      const answer = item.querySelector("input[type=radio]:checked");
      item.querySelector("[data-note]").hidden = !(answer && answer.value === "problem");
    });
    const found = form.querySelector("[data-found]"); // codes that tell of a problem, once one was found
    if (found) found.hidden = !form.querySelector("[data-item] input[value=problem]:checked") && !found.querySelector("input:checked");
  }

  function suggest() { // "nothing found" where nothing was found; never chosen for the officer otherwise
    const items = all("[data-item]", form), given = items.map((item) => item.querySelector("input[type=radio]:checked"));
    const none = form.querySelector("#code-1"), codes = all("[name=codes]", form);
    const problem = given.some((one) => one && one.value === "problem");
    if (!none) return;
    if (problem) none.checked = false;
    else if (given.every(Boolean) && !codes.some((one) => one.checked)) {
      none.checked = true;
      if (!form.elements.disposal.value) form.elements.disposal.value = "none";
    }
  }

  function addShot(digest, id, blob) {
    const list = form.querySelector("[data-shots]");
    let shown = id && list.querySelector('[data-id="' + id + '"]');
    if (!shown) {
      shown = document.createElement("li");
      if (id) shown.dataset.id = id;
      if (blob) { const image = document.createElement("img"); image.alt = ""; image.src = URL.createObjectURL(blob); shown.append(image); }
      shown.append(document.createElement("span"));
      list.append(shown);
    }
    shown.querySelector("span").textContent = digest ? list.dataset.sent : list.dataset.wait;
    if (digest && !shown.querySelector("input")) {
      const field = document.createElement("input");
      field.type = "hidden"; field.name = "photos"; field.value = digest;
      shown.append(field);
    }
    return shown;
  }

  async function take(input) {
    const blob = input.files[0];
    input.value = "";
    if (!blob) return;
    const id = Date.now() + "-" + Math.random().toString(16).slice(2);
    const shot = { id, visit: form.dataset.form, item: input.dataset.photo, url: form.dataset.photos, blob };
    await store("readwrite", (box) => box.put(shot));
    const shown = addShot("", id, blob);
    try {
      const digest = await sendPhoto(shot);
      if (digest) { addShot(digest, id); save(); }
    } catch (error) { shown.querySelector("span").textContent = form.querySelector("[data-shots]").dataset.refused + "：" + error.message; }
  }

  function save() {
    write(DRAFT + form.dataset.form, { entries: entries() });
    tell(state.dataset.saved);
  }

  function showWrong(said) {
    all(".why-wrong", form).forEach((one) => one.remove());
    all(".is-wrong", form).forEach((one) => one.classList.remove("is-wrong"));
    const fields = (said.facts && said.facts.fields) || {};
    tell(Object.keys(fields).length ? state.dataset.fix : said.detail, true);
    Object.entries(fields).forEach(([name, text]) => {
      const part = form.querySelector('[data-wrong="' + name + '"]');
      if (!part) { tell(text, true); return; }
      const line = document.createElement("p");
      line.className = "why-wrong"; line.setAttribute("role", "alert"); line.textContent = text;
      part.append(line); part.classList.add("is-wrong");
    });
    const first = form.querySelector(".is-wrong");
    if (first) first.scrollIntoView({ block: "center" });
  }

  if (form) {
    const draft = read(DRAFT + form.dataset.form);
    if (draft) restore(draft);
    arrange();
    waiting(form.dataset.form).then((shots) => shots.forEach((shot) => addShot("", shot.id, shot.blob)));
    form.addEventListener("change", (event) => {
      if (event.target.matches("[data-photo]")) { take(event.target); return; }
      if (event.target.matches("[data-item] input")) suggest();
      arrange(); save();
    });
    form.addEventListener("input", (event) => { if (event.target.matches("textarea,input.form-control")) save(); });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      write(OUT + form.dataset.form, { url: window.location.pathname, entries: entries() });
      tell(navigator.onLine ? state.dataset.sending : root.dataset.kept);
      await flush();
      if (read(OUT + form.dataset.form) && !state.classList.contains("bad")) tell(root.dataset.kept);
    });
  }

  document.addEventListener("click", (event) => { if (event.target.closest("[data-flush]")) flush(); });
  window.addEventListener("online", flush);
  setInterval(flush, 20000);
  showQueue();
  flush();
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(root.dataset.worker).then(() => navigator.serviceWorker.ready).then((ready) => {
      const forms = all("a[data-visit]").map((card) => card.href);
      if (ready.active) ready.active.postMessage({ keep: [window.location.href, ...forms] });
    }).catch(() => {});
  }
})();
