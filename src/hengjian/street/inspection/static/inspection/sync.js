// Sending what waits: pictures, drafts, results. Nothing leaves the store before the server has it.
import * as store from "./store.js";

const root = document.body;
export const say = (name) => root.dataset["say" + name[0].toUpperCase() + name.slice(1)] || "";
const cookie = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1] || "";
export let signedOut = false;

async function post(url, body, kind) { // null: no signal, or no session
  const headers = { Accept: "application/json", "X-CSRFToken": cookie() };
  if (kind) headers["Content-Type"] = kind;
  let answer;
  try { answer = await fetch(url, { method: "POST", body, headers, redirect: "manual" }); } catch { return null; }
  signedOut = answer.type === "opaqueredirect" || answer.status === 401;
  if (signedOut || answer.status >= 500) return null;
  const said = (answer.headers.get("content-type") || "").includes("json") ? await answer.json() : null;
  return said === null ? null : { ok: answer.ok, status: answer.status, said };
}

export async function serverHalf(device) {
  const answer = await post(root.dataset.key, new URLSearchParams({ device }));
  return answer && answer.ok ? answer.said.key : null;
}

async function sendShot(name) { // false: no signal
  const shot = await store.get(name), blob = await store.getBlob(name);
  if (!shot) return true;
  const body = new FormData();
  body.append("photo", new Blob([blob], { type: "image/jpeg" }), "photo.jpg");
  ["item", "taken", "place"].forEach((part) => body.append(part, shot[part] || ""));
  const answer = await post(shot.url, body);
  if (answer === null) return false;
  if (answer.ok || answer.status === 422) await store.drop(name);
  document.dispatchEvent(new CustomEvent("field:shot", { detail: { ...shot, refused: answer.ok ? "" : answer.said.detail } }));
  return true;
}

async function sendShots(visit) {
  for (const name of await store.names(`shot:${visit}:`)) if (!(await sendShot(name))) return false;
  return true;
}

function clash(visit, draft, said) { // both versions are kept until the officer has chosen
  draft.theirs = said.facts;
  document.dispatchEvent(new CustomEvent("field:clash", { detail: { visit, draft } }));
  return store.put(`draft:${visit}`, draft);
}

async function sendDraft(visit) {
  const draft = await store.get(`draft:${visit}`);
  if (!draft || !draft.dirty || draft.theirs) return;
  const sent = JSON.stringify(draft.entries);
  const answer = await post(draft.url, JSON.stringify({ entries: draft.entries, base: draft.base, device: store.device() }), "application/json");
  if (answer === null) return;
  const now = await store.get(`draft:${visit}`); // it may have grown while it was under way
  if (answer.status === 409 && answer.said.title === "draft_moved") return clash(visit, now, answer.said);
  if (!answer.ok) return;
  now.base = answer.said.version;
  now.before = JSON.parse(sent);
  now.dirty = JSON.stringify(now.entries) !== sent;
  await store.put(`draft:${visit}`, now);
  document.dispatchEvent(new CustomEvent("field:synced", { detail: { visit, draft: now } }));
}

async function deliver(visit) {
  const out = await store.get(`out:${visit}`);
  if (!out || !(await sendShots(visit))) return;
  const draft = (await store.get(`draft:${visit}`)) || { entries: out.entries, base: 0 };
  const body = new URLSearchParams([...out.entries, ["base", draft.base], ["device", store.device()]]);
  const answer = await post(out.url, body);
  if (answer === null) return;
  await store.drop(`out:${visit}`);
  if (answer.ok) {
    await store.drop(`draft:${visit}`);
    document.dispatchEvent(new CustomEvent("field:recorded", { detail: { visit, location: answer.said.location } }));
  } else if (answer.status === 409 && answer.said.title === "draft_moved") await clash(visit, draft, answer.said);
  else document.dispatchEvent(new CustomEvent("field:wrong", { detail: { visit, said: answer.said } }));
}

let busy = null;
export function flush() { // one at a time; asked again meanwhile, once more afterwards
  busy = (busy || Promise.resolve()).then(async () => {
    if (!store.ready() || !navigator.onLine) return;
    for (const name of await store.names("out:")) await deliver(name.slice(4));
    const visits = new Set((await store.names("shot:")).map((name) => name.split(":")[1]));
    for (const visit of visits) await sendShots(visit);
    for (const name of await store.names("draft:")) await sendDraft(name.slice(6));
  }).catch(() => {}).then(() => document.dispatchEvent(new CustomEvent("field:flushed")));
  return busy;
}
