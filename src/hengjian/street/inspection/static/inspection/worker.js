// Keeps the pages of today's visits readable without signal. The network comes first; a kept page is the fallback.
// When the session is over, everything kept here is thrown away.
const KEPT = "inspection-pages";
const isForm = (url) => /\/desk\/inspection\/(\d+\/form\/)?$/.test(url.pathname);
const isStatic = (url) => url.pathname.startsWith("/static/");

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function keep(request) {
  const answer = await fetch(request);
  const box = await caches.open(KEPT);
  if (answer.redirected && new URL(answer.url).pathname.startsWith("/login")) await caches.delete(KEPT);
  else if (answer.ok && !answer.redirected) await box.put(request, answer.clone());
  return answer;
}

async function page(request) {
  try { return await keep(request); }
  catch (lost) {
    const kept = await caches.match(request, { ignoreVary: true });
    if (kept) return kept;
    throw lost;
  }
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (isForm(url) || isStatic(url)) event.respondWith(page(event.request));
});

self.addEventListener("message", (event) => {
  event.waitUntil(Promise.all((event.data.keep || []).map((url) => keep(new Request(url, { credentials: "same-origin" })).catch(() => {}))));
});
