// The form: what is typed is in the store at once; two devices never overwrite each other.
import * as store from "./store.js";
import { flush, say, signedOut } from "./sync.js";
import { pads, redraw } from "./pad.js";
import { place, shrink } from "./camera.js";

const all = (what, within) => Array.from((within || document).querySelectorAll(what));
const OWN = ["csrfmiddlewaretoken", "base", "device"];
let form = null, visit = "", draft = null, turn = Promise.resolve();

export const current = () => visit;
export function tell(text, bad, more) {
  const box = document.querySelector("[data-state]");
  if (!box) return;
  box.classList.toggle("bad", Boolean(bad));
  box.querySelector("[data-state-text]").textContent = text;
  box.querySelector("[data-state-more]").textContent = more || "";
}
const clockText = () => new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
export const entries = () => Array.from(new FormData(form)).filter(([name, value]) => typeof value === "string" && !OWN.includes(name));

export async function open() {
  form = document.querySelector("[data-form]");
  visit = form ? form.dataset.form : "";
  if (!form) return;
  const head = document.getElementById("draft-head"), theirs = head ? JSON.parse(head.textContent) : null;
  draft = (await store.get(`draft:${visit}`)) || { entries: null, base: 0, before: [], dirty: false };
  if (theirs && theirs.version > draft.base && !draft.dirty) draft = { entries: theirs.entries, base: theirs.version, before: theirs.entries, dirty: false };
  draft.url = form.dataset.drafts;
  if (draft.entries) restore(draft.entries, await store.get(`out:${visit}`));
  pads(form, save);
  for (const name of await store.names(`shot:${visit}:`)) addShot(await store.get(name), new Blob([await store.getBlob(name)]));
  listen();
  arrange();
  if (draft.theirs) showClash(draft);
  else if (await store.get(`out:${visit}`)) tell(say("kept"));
  else if (draft.entries) tell(say(draft.dirty ? "saved" : "synced"));
}

function restore(list, out) { // the token of a result that is on its way stays; another result, after one was sent back, has its own
  const values = new Map();
  list.forEach(([name, value]) => values.set(name, [...(values.get(name) || []), value]));
  Array.from(form.elements).forEach((field) => {
    if (!field.name || field.type === "file" || field.name === "photos" || OWN.includes(field.name)) return;
    if (field.name === "token") { const sent = out && out.entries.find(([name]) => name === "token"); if (sent) field.value = sent[1]; return; }
    const given = values.get(field.name) || [];
    if (field.type === "radio" || field.type === "checkbox") field.checked = given.includes(field.value);
    else field.value = given[0] || "";
  });
  const wanted = values.get("photos") || [];
  all("[name=photos]", form).filter((field) => !wanted.includes(field.value)).forEach((field) => field.closest("li").remove());
  const known = all("[name=photos]", form).map((field) => field.value);
  wanted.filter((digest) => !known.includes(digest)).forEach((digest) => addShot({ digest }));
  redraw(form);
}

function arrange() { // what belongs to the chosen path; notes only where something was found; how far it is
  const path = form.elements.path.value || "";
  all("[data-for]", form).forEach((part) => { part.hidden = !part.dataset.for.split(" ").includes(path); });
  all("[data-item]", form).forEach((item) => {
    const answer = item.querySelector("input[type=radio]:checked");
    item.querySelector("[data-note]").hidden = !(answer && answer.value === "problem");
  });
  const found = form.querySelector("[data-found]");
  if (found) found.hidden = !form.querySelector("[data-item] input[value=problem]:checked") && !found.querySelector("input:checked");
  const arrived = form.elements.arrived.value;
  form.querySelector("[data-arrive]").hidden = Boolean(arrived);
  form.querySelector("[data-arrived]").hidden = !arrived;
  if (arrived) form.querySelector("[data-arrived-text]").textContent = `${new Date(arrived).toLocaleString("zh-CN")} · ${form.elements.place.value || say("noplace")}`;
  const asked = [arrived, path, form.elements.disposal.value];
  if (path === "done") asked.push(...all("[data-item]", form).map((item) => item.querySelector("input[type=radio]:checked")), form.querySelector("[name=codes]:checked"), form.elements.signed_by_firm.value);
  else asked.push(form.elements.note.value, form.elements.witness.value);
  const done = Math.round((100 * asked.filter(Boolean).length) / asked.length), bar = document.querySelector("[data-progress]");
  bar.setAttribute("aria-valuenow", done);
  bar.querySelector("[data-bar]").style.width = `${done}%`;
}

function suggest() { // "nothing found" where nothing was found; never chosen for the officer otherwise
  const given = all("[data-item]", form).map((item) => item.querySelector("input[type=radio]:checked"));
  const none = form.querySelector("#code-1");
  if (!none) return;
  if (given.some((one) => one && one.value === "problem")) none.checked = false;
  else if (given.every(Boolean) && !form.querySelector("[name=codes]:checked")) {
    none.checked = true;
    if (!form.elements.disposal.value) form.elements.disposal.value = "none";
  }
}

let later = 0;
function save() { // on the disk before the next keystroke is answered for; on the server a moment later
  if (!store.ready()) { tell(say("unsafe"), true); return turn; }
  const now = entries();
  turn = turn.then(async () => {
    const kept = (await store.get(`draft:${visit}`)) || draft;
    kept.entries = now; kept.dirty = true; kept.url = form.dataset.drafts;
    draft = kept;
    await store.put(`draft:${visit}`, kept);
    if (!kept.theirs) tell(say("saved"), false, clockText());
  });
  clearTimeout(later);
  later = setTimeout(flush, 1200);
  return turn;
}

function addShot(shot, blob) {
  const list = form.querySelector("[data-shots]"), shown = document.createElement("li");
  shown.dataset.digest = shot.digest;
  if (blob) { const image = document.createElement("img"); image.alt = ""; image.src = URL.createObjectURL(blob); shown.append(image); }
  const word = document.createElement("span"), field = document.createElement("input");
  word.textContent = `${blob ? list.dataset.wait : list.dataset.sent} · ${shot.digest.slice(0, 12)}…`;
  field.type = "hidden"; field.name = "photos"; field.value = shot.digest;
  shown.append(word, field);
  all(`[data-digest="${shot.digest}"]`, list).forEach((old) => old.remove());
  list.append(shown);
}

async function take(input) {
  const file = input.files[0];
  input.value = "";
  if (!file) return;
  const small = await shrink(file).catch(() => null);
  if (!small) { tell(say("picture"), true); return; }
  const shot = { visit, item: input.dataset.photo, url: form.dataset.photos, digest: small.digest, taken: new Date().toISOString(), place: await place() };
  await store.put(`shot:${visit}:${small.digest}`, shot, small.bytes);
  addShot(shot, new Blob([small.bytes]));
  await save();
  flush();
}

function listen() {
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-photo]")) { take(event.target); return; }
    if (event.target.matches("[data-item] input")) suggest();
    arrange(); save();
  });
  form.addEventListener("input", (event) => { if (event.target.matches("textarea,input.form-control")) save(); });
  form.querySelector("[data-arrive]").addEventListener("click", async () => {
    form.elements.arrived.value = new Date().toISOString();
    arrange(); await save();
    form.elements.place.value = await place();
    arrange(); await save(); flush();
  });
  form.addEventListener("submit", async (event) => {
    if (!store.ready()) return; // without a store the page sends it as any form
    event.preventDefault();
    form.elements.finished.value = new Date().toISOString();
    form.elements.left.value = await place();
    await save();
    await store.put(`out:${visit}`, { url: window.location.pathname, entries: entries() });
    tell(navigator.onLine ? say("sending") : say("kept"));
    await flush();
    if (await store.get(`out:${visit}`)) tell(signedOut ? say("login") : say("kept"), signedOut);
  });
  document.querySelector("[data-conflict-done]").addEventListener("click", choose);
}

// Two versions of one form ---------------------------------------------------------------------------
const grouped = (list) => { const found = new Map(); (list || []).forEach(([name, value]) => found.set(name, [...(found.get(name) || []), value])); return found; };
const same = (a, b) => JSON.stringify(a || []) === JSON.stringify(b || []);
const QUIET = ["token", "finished", "left"];

function wording(name, values) {
  const said = (values || []).filter(Boolean).map((value) => {
    if (name.startsWith("sign_")) return say("signed");
    const field = all(`[name="${name}"]`, form).find((one) => one.value === value && one.id);
    const label = field && form.querySelector(`label[for="${field.id}"]`);
    if (label && (field.type === "radio" || field.type === "checkbox")) return label.textContent.trim();
    const option = field && field.tagName === "SELECT" ? Array.from(field.options).find((one) => one.value === value) : null;
    return option ? option.text : value.length > 70 ? `${value.slice(0, 70)}…` : value;
  });
  return said.join("、") || say("empty");
}

function heading(name) {
  const field = all(`[name="${name}"]`, form)[0], part = field && field.closest("section");
  const words = part && part.querySelector("legend,.form-label,h3");
  return words ? words.childNodes[0].textContent.trim() || words.textContent.trim() : name;
}

export function showClash(kept) {
  draft = kept;
  const box = document.querySelector("[data-conflict]"), who = box.querySelector("[data-conflict-who]"), rows = box.querySelector("[data-conflict-rows]");
  box.hidden = false;
  const recorded = kept.theirs.recorded === true;
  who.textContent = recorded ? who.dataset.recorded : `${who.dataset.words}${kept.theirs.by || ""} ${kept.theirs.received ? new Date(kept.theirs.received).toLocaleString("zh-CN") : ""}`;
  box.querySelector("[data-conflict-done]").hidden = recorded;
  box.querySelector("[data-conflict-seen]").hidden = !recorded;
  rows.textContent = "";
  const mine = grouped(kept.entries), theirs = grouped(kept.theirs.entries), before = grouped(kept.before);
  new Set([...mine.keys(), ...theirs.keys()]).forEach((name) => {
    if (QUIET.includes(name) || same(mine.get(name), theirs.get(name))) return;
    const set = document.createElement("fieldset"), legend = document.createElement("legend");
    legend.textContent = heading(name);
    set.append(legend);
    [["mine", mine, say("mine")], ["theirs", theirs, kept.theirs.by || ""]].forEach(([side, values, whose]) => {
      const label = document.createElement("label"), radio = document.createElement("input"), span = document.createElement("span");
      radio.type = "radio"; radio.name = `choose:${name}`; radio.value = side; radio.required = true;
      // Only one side touched it: that side is offered; both did: the officer has to say.
      if (side === "mine" ? same(theirs.get(name), before.get(name)) : same(mine.get(name), before.get(name))) radio.checked = true;
      span.textContent = `${whose}：${wording(name, values.get(name))}`;
      label.append(radio, span);
      set.append(label);
    });
    rows.append(set);
  });
  tell(say("conflict"), true);
  box.scrollIntoView({ block: "start" });
}

async function choose() {
  const box = document.querySelector("[data-conflict]"), sets = all("fieldset", box);
  const open = sets.find((set) => !set.querySelector("input:checked"));
  if (open) { open.classList.add("is-wrong"); open.scrollIntoView({ block: "center" }); return; }
  const kept = await store.get(`draft:${visit}`);
  const mine = grouped(kept.entries), theirs = grouped(kept.theirs.entries), chosen = [];
  const picked = new Map(sets.map((set) => { const one = set.querySelector("input:checked"); return [one.name.slice(7), one.value]; }));
  new Set([...mine.keys(), ...theirs.keys()]).forEach((name) => {
    const side = picked.get(name) || (mine.has(name) ? "mine" : "theirs");
    ((side === "theirs" ? theirs : mine).get(name) || []).forEach((value) => chosen.push([name, value]));
  });
  kept.entries = chosen; kept.base = kept.theirs.version; kept.before = kept.theirs.entries; kept.dirty = true;
  delete kept.theirs;
  draft = kept;
  await store.put(`draft:${visit}`, kept);
  restore(chosen); arrange();
  box.hidden = true;
  tell(say("saved"), false, clockText());
  flush();
}

function showWrong(said) {
  all(".why-wrong", form).forEach((one) => one.remove());
  all(".is-wrong", form).forEach((one) => one.classList.remove("is-wrong"));
  const fields = (said.facts && said.facts.fields) || {};
  tell(Object.keys(fields).length ? say("fix") : said.detail, true);
  Object.entries(fields).forEach(([name, text]) => {
    const part = form.querySelector(`[data-wrong="${name}"]`);
    if (!part) { tell(text, true); return; }
    const line = document.createElement("p");
    line.className = "why-wrong"; line.setAttribute("role", "alert"); line.textContent = text;
    part.append(line); part.classList.add("is-wrong");
  });
  const first = form.querySelector(".is-wrong");
  if (first) first.scrollIntoView({ block: "center" });
}

const here = (event) => form && event.detail.visit === visit;
document.addEventListener("field:clash", (event) => { if (here(event)) showClash(event.detail.draft); });
document.addEventListener("field:wrong", (event) => { if (here(event)) showWrong(event.detail.said); });
document.addEventListener("field:recorded", (event) => { if (here(event)) window.location = event.detail.location; });
document.addEventListener("field:synced", (event) => { if (here(event)) { draft = event.detail.draft; if (!draft.dirty) tell(say("synced"), false, clockText()); } });
document.addEventListener("field:shot", (event) => {
  if (!here(event)) return;
  const list = form.querySelector("[data-shots]"), shown = list.querySelector(`[data-digest="${event.detail.digest}"] span`);
  if (shown) shown.textContent = `${event.detail.refused ? `${list.dataset.refused}：${event.detail.refused}` : list.dataset.sent} · ${event.detail.digest.slice(0, 12)}…`;
});
