/** A server for tools that look at pages: fresh, on free ports, with a little on it. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { chromium } from "playwright-core";

const PASSWORD = "a quiet river at noon";
const PATIENCE_MS = 30_000;

export function launchBrowser(args = []) {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--mute-audio", ...args] });
}

/** Asks until something is there. */
export async function until(what, look) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s`);
    await wait(100);
  }
}

/** Starts `binary` on an empty folder; `close` ends it and removes everything. */
export async function openSite(binary) {
  const data = await mkdtemp(join(tmpdir(), "rivulet-pages-"));
  const flags = ["--http", "127.0.0.1:0", "--rtmp", "127.0.0.1:0", "--admin-password", PASSWORD];
  const server = spawn(binary, ["--data-dir", data, ...flags], { stdio: "ignore" });
  let publisher = null;
  const run = await until("the server", async () => {
    if (server.exitCode !== null) throw new Error(`${binary} ended at once; run it to see why`);
    const text = await readFile(join(data, "run.json"), "utf8").catch(() => null);
    return text && JSON.parse(text);
  });
  const status = async () => (await (await fetch(`${run.http}/api/v1/channels/primary`)).json()).status.state;
  const ends = (child) => new Promise((done) => child.once("exit", done));
  return {
    url: (path) => run.http + path,
    /** Puts the test picture on air. */
    async publish() {
      publisher = spawn(binary, ["demo", "--data-dir", data], { stdio: "ignore" });
      await until("the test picture", async () => (await status()) === "live");
    },
    async close() {
      for (const child of [publisher, server]) {
        if (!child || child.exitCode !== null) continue;
        const ended = ends(child);
        child.kill("SIGTERM");
        await ended;
      }
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Signs the admin in on a page. */
export async function signIn(page, site) {
  await page.goto(site.url("/sign-in"));
  await page.locator('input[autocomplete~="username"]').fill("admin");
  await page.locator('input[type="password"]').fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL(site.url("/"));
}

/** Asks the API as whoever is signed in on a page. */
export function ask(page, method, path, body) {
  return page.evaluate(
    async ([method, path, body]) => {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(path, { method, headers, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    },
    [method, path, body],
  );
}
