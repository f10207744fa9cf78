// What the phone keeps, encrypted (AES-GCM). The key lives in memory only; on the disk it lies wrapped twice: by a half
// that the server gives to a signed-in officer, and by a word the officer chose. docs/adr/0008-field-work.md
const NAME = "hengjian-field", ROUNDS = 600000;
const text = new TextEncoder(), words = new TextDecoder();
let key = null, ring = null;

export const ready = () => key !== null;
export const device = () => (ring ? ring.device : "page");
export const possible = () => Boolean(window.indexedDB && window.crypto && crypto.subtle);

function database() {
  return new Promise((done, failed) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => ["ring", "kept"].forEach((box) => opening.result.createObjectStore(box, { keyPath: "id" }));
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => done(opening.result);
  });
}

async function ask(box, mode, work) { // strict: written to the disk before it is called done
  const base = await database();
  return new Promise((done, failed) => {
    const change = base.transaction(box, mode, { durability: "strict" });
    const asked = work(change.objectStore(box));
    change.oncomplete = () => { base.close(); done(asked && asked.result); };
    change.onerror = change.onabort = () => { base.close(); failed(change.error); };
  });
}

const random = (size) => crypto.getRandomValues(new Uint8Array(size));
const aes = (raw) => crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));

async function seal(by, name, plain) {
  const iv = random(12);
  return { iv, box: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: text.encode(name) }, by, plain) };
}
const unseal = (by, name, { iv, box }) => crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: text.encode(name) }, by, box);

async function fromWord(word, salt) {
  const base = await crypto.subtle.importKey("raw", text.encode(word), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

async function rings(owner) {
  const all = await ask("ring", "readonly", (box) => box.getAll());
  return all.filter((one) => !owner || one.id === owner).sort((a, b) => b.seen - a.seen);
}

async function take(raw) {
  key = await aes(raw);
  ring.seen = Date.now();
  await ask("ring", "readwrite", (box) => box.put(ring));
}

export async function unlockSignedIn(owner, serverHalf) { // serverHalf(device): hex, or null without signal
  const known = (await rings(owner))[0];
  const fresh = known || { id: owner, device: crypto.randomUUID() };
  const half = await serverHalf(fresh.device);
  if (half === null) return false;
  const by = await aes(bytes(half));
  if (known) {
    try { ring = known; await take(await unseal(by, owner, known.byServer)); return true; }
    catch { ring = null; if (known.byWord) return false; } // the server's half changed: only the word opens it now
    await ask("kept", "readwrite", (box) => box.delete(IDBKeyRange.bound(`${owner}/`, `${owner}0`)));
  }
  const raw = random(32);
  ring = { id: owner, device: fresh.device, seen: 0, byServer: await seal(by, owner, raw) };
  await take(raw);
  return true;
}

export async function unlockWithWord(word) {
  for (const one of await rings()) {
    if (!one.byWord) continue;
    try {
      const raw = await unseal(await fromWord(word, one.salt), one.id, one.byWord);
      ring = one;
      await take(raw);
      return true;
    } catch { /* not this one's word */ }
  }
  return false;
}

export const hasWord = async (owner) => (await rings(owner)).some((one) => one.byWord);

export async function setWord(word, serverHalf) {
  const half = await serverHalf(ring.device);
  if (half === null) return false;
  const raw = await unseal(await aes(bytes(half)), ring.id, ring.byServer);
  ring.salt = random(16);
  ring.byWord = await seal(await fromWord(word, ring.salt), ring.id, raw);
  await ask("ring", "readwrite", (box) => box.put(ring));
  return true;
}

const full = (name) => `${ring.id}/${name}`;

export async function put(name, value, blob) {
  const id = full(name), row = { id, ...(await seal(key, id, text.encode(JSON.stringify(value)))) };
  if (blob) row.blob = await seal(key, `${id}#`, blob);
  await ask("kept", "readwrite", (box) => box.put(row));
}

export async function get(name) {
  if (!key) return null;
  const id = full(name), row = await ask("kept", "readonly", (box) => box.get(id));
  return row ? JSON.parse(words.decode(await unseal(key, id, row))) : null;
}

export async function getBlob(name) {
  const id = full(name), row = await ask("kept", "readonly", (box) => box.get(id));
  return row && row.blob ? unseal(key, `${id}#`, row.blob) : null;
}

export const drop = (name) => ask("kept", "readwrite", (box) => box.delete(full(name)));

export async function names(mark) {
  if (!key) return [];
  const start = full(mark), found = await ask("kept", "readonly", (box) => box.getAllKeys(IDBKeyRange.bound(start, `${start}\uffff`)));
  return found.map((id) => id.slice(ring.id.length + 1));
}
