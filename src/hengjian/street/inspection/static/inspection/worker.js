// Without signal the phone opens an empty page and our scripts; what they show comes, encrypted, from the store of the device.
// No page that names a firm is ever kept here. STATIC_AT stands above this text when it is served: where static files lie.
const KEPT = "field-2";
const SCRIPTS = ["field.js", "store.js", "sync.js", "form.js", "pad.js", "camera.js", "field.css"].map((name) => `inspection/${name}`);
const STATIC = ["ui/vendor/tabler.min.css", "ui/hengjian.css", "ui/vendor/htmx.min.js", "ui/hengjian.js", "ui/mark.svg", "ui/icons.svg", ...SCRIPTS].map((name) => STATIC_AT + name);
const shell = new URL("shell/", self.registration.scope).pathname;
const isField = (url) => /\/desk\/inspection\/(\d+\/form\/)?$/.test(url.pathname);
const PATIENCE = 5000;

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const box = await caches.open(KEPT);
  await Promise.all([shell, ...STATIC].map((path) => fetch(path, { cache: "reload" }).then((answer) => (answer.ok && !answer.redirected ? box.put(path, answer) : undefined))));
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
  await self.clients.claim();
})()));

function soon(request) {
  return Promise.race([fetch(request), new Promise((done, failed) => setTimeout(() => failed(new Error("slow")), PATIENCE))]);
}

async function fresh(request, kept) {
  try {
    const answer = await soon(request);
    if (answer.ok && kept === request.url) (await caches.open(KEPT)).put(request, answer.clone());
    return answer;
  } catch (lost) {
    const found = await caches.match(kept, { ignoreVary: true, ignoreSearch: true });
    if (found) return found;
    throw lost;
  }
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && isField(url)) event.respondWith(fresh(event.request, shell));
  else if (url.pathname.startsWith(STATIC_AT)) event.respondWith(fresh(event.request, event.request.url));
});
