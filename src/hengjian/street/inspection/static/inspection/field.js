// Field work with or without signal: opens the store, keeps the pages in it, moves between them without leaving.
import * as store from "./store.js";
import { flush, say, serverHalf } from "./sync.js";
import * as form from "./form.js";

const root = document.body, all = (what) => Array.from(document.querySelectorAll(what));
const LIST = new URL("./", new URL(root.dataset.shell, window.location)).pathname.replace(/shell\/$/, "");

async function patient(promise, ms) { // a bad line is worse than none
  return Promise.race([promise, new Promise((done, failed) => setTimeout(() => failed(new Error("slow")), ms))]);
}

const parts = (page) => ({
  title: page.title, heading: page.querySelector(".mobile-top h1").textContent, back: page.querySelector(".mobile-top a").getAttribute("href"),
  main: page.getElementById("main").innerHTML, act: (page.querySelector("[data-act]") || {}).outerHTML || "<div data-act></div>",
});

async function fetched(path) { // the page as the server has it now, put into the store; null where there is none
  const answer = await patient(fetch(path, { headers: { "X-Field": "1" } }), 6000);
  if (!answer.ok || answer.redirected) return null;
  const page = parts(new DOMParser().parseFromString(await answer.text(), "text/html"));
  await store.put(`page:${path}`, page);
  return page;
}

function show(page) { // our own pages, kept encrypted: scripts in them would not run
  document.title = page.title;
  document.querySelector(".mobile-top h1").textContent = page.heading;
  document.querySelector(".mobile-top a").setAttribute("href", page.back);
  document.getElementById("main").innerHTML = page.main;
  const act = document.querySelector("[data-act]"), made = document.createElement("template");
  made.innerHTML = page.act;
  if (act) act.replaceWith(made.content); else document.getElementById("main").after(made.content);
  window.scrollTo(0, 0);
}

async function go(path, push) {
  let page = navigator.onLine ? await fetched(path).catch(() => null) : null;
  page = page || (await store.get(`page:${path}`));
  if (!page) {
    if (navigator.onLine) { window.location = path; return; }
    const absent = document.querySelector("[data-absent]");
    if (absent) absent.hidden = false;
    return;
  }
  show(page);
  if (push) history.pushState({}, "", path);
  await begin();
}

async function begin() { // what the page that is shown needs
  await form.open();
  if (!form.current()) await list();
  flush();
}

async function list() {
  await marks();
  const box = document.querySelector("[data-code]");
  if (box) {
    box.hidden = await store.hasWord(root.dataset.owner);
    box.querySelector("form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const word = event.target.querySelector("input").value, wrong = event.target.querySelector("[data-code-wrong]");
      const set = word.length >= 10 && (await store.setWord(word, serverHalf));
      wrong.hidden = set; wrong.textContent = word.length < 10 ? say("short") : say("kept");
      if (set) { box.hidden = true; document.querySelector("[data-store]").textContent = say("codeSet"); }
    });
  }
  if (!navigator.onLine) return;
  await store.put(`page:${window.location.pathname}`, parts(document)); // also without a click every form is on the phone
  for (const card of all("a[data-visit]")) await fetched(new URL(card.href).pathname).catch(() => null);
  root.dataset.ready = "1";
}

async function marks() {
  const queued = await store.names("out:"), drafts = await store.names("draft:");
  all("[data-outbox]").forEach((box) => { box.hidden = !queued.length; box.querySelector("[data-outbox-text]").textContent = `${queued.length} · ${say("kept")}`; });
  all("a[data-visit]").forEach((card) => {
    const out = queued.includes(`out:${card.dataset.visit}`);
    card.querySelector("[data-queued]").hidden = !out;
    card.querySelector("[data-draft]").hidden = out || !drafts.includes(`draft:${card.dataset.visit}`);
  });
}

async function unlock() { // signed in: the server's half; without signal: the word
  if (root.dataset.owner && navigator.onLine && (await store.unlockSignedIn(root.dataset.owner, serverHalf))) return opened();
  const sheet = document.querySelector("[data-unlock]");
  if (!sheet) return undefined;
  sheet.hidden = false;
  sheet.querySelector("input").focus();
  sheet.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = sheet.querySelector("[data-unlock-wrong]"), done = await store.unlockWithWord(sheet.querySelector("input").value);
    wrong.hidden = done; wrong.textContent = say("wrongCode");
    if (done) { sheet.hidden = true; await opened(); }
  });
  return undefined;
}

async function opened() {
  if ("empty" in root.dataset) await go(window.location.pathname);
  else await begin();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-flush]")) { flush(); return; }
  const link = event.target.closest("a[data-visit], .mobile-top a");
  if (!link || !store.ready() || !new URL(link.href).pathname.startsWith(LIST)) return;
  event.preventDefault();
  go(new URL(link.href).pathname, true);
});
window.addEventListener("popstate", () => { if (store.ready()) go(window.location.pathname); });
window.addEventListener("online", flush);
document.addEventListener("field:flushed", () => { if (!form.current()) marks(); });
document.addEventListener("field:recorded", () => { if (!form.current()) go(window.location.pathname); });
setInterval(flush, 20000);

if ("serviceWorker" in navigator) navigator.serviceWorker.register(root.dataset.worker).catch(() => {});
if (store.possible()) unlock(); else form.open().then(() => form.tell(say("unsafe"), true));
