// Shows a page of ours where there is no network. That page is all it keeps: no media, no answer of the
// API and no page of the server, whose nonces are good for one time.

// The build puts a hash of the files here: a change of them makes another worker, which fetches them anew.
const CACHE = "offline-__HASH__";
const PAGE = "/offline.html";
const FILES = [PAGE, "/offline.css", "/offline.js"];

self.addEventListener("install", (event) => {
  // What plays must not wait for a worker that has nothing to say to it.
  event.addRoutes?.(
    ["/hls/*", "/api/*", "/assets/*"].map((pathname) => ({
      condition: { urlPattern: new URLPattern({ pathname, baseURL: self.location.href }) },
      source: "network",
    })),
  );
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => event.waitUntil(begin()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.destination === "document") {
    event.respondWith(navigated(event));
  } else if (FILES.includes(new URL(request.url).pathname)) {
    event.respondWith(kept(request));
  }
});

async function keep() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
  await self.skipWaiting();
}

async function begin() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  // The request for a page sets out before the worker has woken.
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

async function navigated(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(PAGE)) ?? Response.error();
  }
}

async function kept(request) {
  return (await caches.match(request, { ignoreSearch: true })) ?? fetch(request);
}
