/** Has the browser keep a page for when there is no network (`worker.js`), once it has nothing better to do. */
export function keepOfflinePage(): void {
  // Under Vite's own server there is no worker, and an old one would hide what was just changed.
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  addEventListener("load", () => {
    // Where it is refused, as in private windows, the browser has a page of its own.
    navigator.serviceWorker.register("/sw.js").catch(() => undefined);
  });
}
