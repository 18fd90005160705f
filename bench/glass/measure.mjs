// Plays a stream in headless Chromium and reads the frame counter off the picture.
//
//   node measure.mjs --page URL | --playlist URL  [--seconds 60] [--chromium /usr/bin/chromium]
//
// Prints one line of JSON: when each frame was shown, the time to the first one, stalls. `--page`
// opens a page that plays by itself; `--playlist` plays a playlist in a bare page with hls.js.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { observe } from "./observe.js";

const HERE = dirname(fileURLToPath(import.meta.url));
const FIRST_FRAME_LIMIT_MS = 40_000;

const { values: options } = parseArgs({
  options: {
    page: { type: "string" },
    playlist: { type: "string" },
    seconds: { type: "string", default: "60" },
    chromium: { type: "string", default: process.env.CHROMIUM ?? "/usr/bin/chromium" },
  },
});

const bare = options.playlist ? await serveBarePage() : null;
const browser = await chromium.launch({
  executablePath: options.chromium,
  args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--mute-audio"],
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on("pageerror", (error) => console.error(`page: ${error.message}`));
  await page.addInitScript(observe);
  await page.goto(bare ? `${bare.url}?playlist=${encodeURIComponent(options.playlist)}` : options.page);
  await page.waitForFunction(() => window.observed.frames.length > 0, null, { timeout: FIRST_FRAME_LIMIT_MS });
  await page.waitForTimeout(Number(options.seconds) * 1000);
  const observed = await page.evaluate(() => window.observed);
  const said = await page.evaluate(() => ({ ...document.querySelector("[data-stalls]")?.dataset }));
  observed.page =
    said.stalls === undefined
      ? null
      : { stalls: said.stalls, mode: said.mode, latency: said.latency, target_latency: said.targetLatency };
  console.log(JSON.stringify(observed));
} finally {
  await browser.close();
  bare?.server.close();
}

/** Serves `bare.html` and hls.js from a port of its own, as any embedding site would. */
async function serveBarePage() {
  const files = {
    "/": { type: "text/html; charset=utf-8", body: await readFile(join(HERE, "bare.html")) },
    "/hls.js": { type: "text/javascript", body: await readFile(join(HERE, "../node_modules/hls.js/dist/hls.min.js")) },
  };
  const server = createServer((request, response) => {
    const file = files[new URL(request.url, "http://localhost").pathname];
    response.writeHead(file ? 200 : 404, { "content-type": file?.type ?? "text/plain" });
    response.end(file?.body);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { server, url: `http://127.0.0.1:${server.address().port}/` };
}
