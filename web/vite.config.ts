import { fileURLToPath } from "node:url";
import { lingui } from "@lingui/vite-plugin";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { hlsFromSource } from "./tools/hls-from-source";
import { messagesOnce } from "./tools/messages-once";
import { offlineWorker } from "./tools/offline-worker";
import { precompress } from "./tools/precompress";

/** Where `vite dev` finds the server that answers the API and serves media. */
const SERVER = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [
    hlsFromSource(),
    messagesOnce(),
    react(),
    tailwindcss(),
    lingui(),
    offlineWorker(),
    precompress(),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  // The server replaces this with a fresh nonce in every page it sends.
  html: { cspNonce: "__NONCE__" },
  build: {
    manifest: "manifest.json",
    // An inlined asset would be a data: URL, which the content security policy refuses for scripts and styles.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      input: { app: "index.html", embed: "embed.html", chat: "chat.html", overlay: "overlay.html" },
    },
  },
  server: {
    proxy: {
      "/api": { target: SERVER, ws: true },
      "/hls": SERVER,
    },
  },
  test: {
    environment: "happy-dom",
    setupFiles: ["src/lib/testing/setup.ts"],
    restoreMocks: true,
  },
});
