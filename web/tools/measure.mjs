/**
 * Measures what the pages weigh, how soon they play and what axe and Lighthouse find, and writes
 * docs/PAGES.md.
 *
 *   node tools/measure.mjs SERVER                 without Lighthouse
 *   node tools/measure.mjs SERVER --lighthouse    with it; npx fetches it, nothing depends on it
 *
 * Every page is opened in a browser that knows nothing yet, several times; the figures are medians.
 */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { promisify } from "node:util";
import { ask, launchBrowser, openSite, signIn } from "./site.mjs";

const DOCUMENT = new URL("../../docs/PAGES.md", import.meta.url);
const AXE = new URL("../node_modules/axe-core/axe.min.js", import.meta.url);
/** The last one that runs on the oldest Node we build with. */
const LIGHTHOUSE = "lighthouse@12.8.2";
/** How often each page is opened, and audited. */
const RUNS = Number(process.env.RUNS ?? 5);
const AUDITS = Number(process.env.AUDITS ?? 3);
/** How long a page is listened to. */
const SETTLE_MS = 6_000;
const DESK = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 3 };
/** Owncast's own pages, as docs/PAGES.md says they were measured. */
const OWNCAST = {
  desk: {
    requests: 154,
    bytes: 2_960_000,
    firstFrame: "2.2 s, after a click",
    axe: "6, of which 2 critical",
  },
  phone: { requests: 60, bytes: 1_220_000, firstFrame: "1.6 to 1.8 s, after a click", axe: "not measured" },
  offline: { requests: 46, bytes: 930_000, firstFrame: "–", axe: "not measured" },
};

const [binary, option] = process.argv.slice(2);
if (!binary) {
  console.error("measure: node tools/measure.mjs SERVER [--lighthouse]");
  process.exit(2);
}

/** What else the machine had to do: above one for each core, times are too long. */
const [before] = loadavg();
const axe = await readFile(AXE, "utf8");
const site = await openSite(binary);
const browser = await launchBrowser();
let document;
try {
  const version = browser.version();
  const audits = option === "--lighthouse" ? [] : null;
  const offline = { desk: await pageOf("/", DESK), phone: await pageOf("/", PHONE) };
  const admin = await (await browser.newContext()).newPage();
  await signIn(admin, site);
  const become = (mode) => ask(admin, "PATCH", "/api/v1/admin/settings", { mode });
  if (audits) {
    // Before there is an encoder on this machine: that is no part of a page.
    audits.push(["offline channel", await audited("/")]);
    await become("multi");
    audits.push(["home", await audited("/")], ["browse", await audited("/browse")]);
    await become("single");
  }
  await site.publish();
  const live = { desk: await pageOf("/", DESK), phone: await pageOf("/", PHONE) };
  const embed = await pageOf("/embed/video", DESK);
  await become("multi");
  const home = await pageOf("/", DESK);
  const browse = await pageOf("/browse", DESK);
  document = written({ version, live, offline, embed, home, browse, audits });
} finally {
  await browser.close();
  await site.close();
}
await writeFile(DOCUMENT, document);
console.log(document);

/** What opening a page costs and gives: medians, and the worst that axe found. */
async function pageOf(path, device) {
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await opened(path, device));
  const middle = (pick) => median(runs.map(pick));
  return {
    requests: middle(({ requests }) => requests),
    bytes: middle(({ bytes }) => bytes),
    scripts: middle(({ scripts }) => scripts),
    firstFrame: middle(({ firstFrame }) => firstFrame ?? Number.NaN),
    axe: Math.max(...runs.map(({ axe }) => axe)),
  };
}

async function opened(path, device) {
  const context = await browser.newContext({ ...device, bypassCSP: true });
  const page = await context.newPage();
  const wire = await context.newCDPSession(page);
  await wire.send("Network.enable");
  const requests = new Map();
  wire.on("Network.responseReceived", ({ requestId, type, response }) => {
    if (!/^(data|blob):/.test(response.url)) requests.set(requestId, { type, url: response.url, bytes: 0 });
  });
  wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const known = requests.get(requestId);
    if (known) known.bytes = encodedDataLength;
  });
  await page.addInitScript(() => {
    const look = () => {
      const video = document.querySelector("video");
      if (!video) return void requestAnimationFrame(look);
      video.requestVideoFrameCallback(() => {
        window.firstFrame = performance.now();
      });
    };
    look();
  });
  await page.goto(site.url(path));
  await page.waitForTimeout(SETTLE_MS);
  const firstFrame = await page.evaluate(() => window.firstFrame ?? null);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run());
  await context.close();
  // A live picture goes on for as long as somebody looks: what it weighs is the streamer's choice.
  const all = [...requests.values()].filter(({ url }) => !url.includes("/hls/"));
  const sum = (some) => some.reduce((total, { bytes }) => total + bytes, 0);
  return {
    requests: all.length,
    bytes: sum(all),
    scripts: sum(all.filter(({ type }) => type === "Script")),
    firstFrame,
    axe: found.violations.length,
  };
}

/** Lighthouse's marks of a page on its slow phone: medians. */
async function audited(path) {
  const marks = [];
  for (let run = 0; run < AUDITS; run += 1) {
    const categories = "--only-categories=performance,accessibility,best-practices";
    const flags = ["--quiet", "--output=json", "--chrome-flags=--headless=new --no-sandbox", categories];
    const env = { ...process.env, CHROME_PATH: process.env.CHROMIUM ?? "/usr/bin/chromium" };
    const { stdout } = await promisify(execFile)("npx", ["--yes", LIGHTHOUSE, site.url(path), ...flags], {
      env,
      maxBuffer: 64 * 1024 * 1024,
    });
    const report = JSON.parse(stdout);
    marks.push(report.categories);
    const failed = Object.values(report.audits).filter(
      ({ score, scoreDisplayMode }) => scoreDisplayMode === "binary" && score === 0,
    );
    for (const { id, title } of failed) console.error(`${path}: ${id}: ${title}`);
  }
  const mark = (name) => Math.round(median(marks.map((it) => it[name].score)) * 100);
  return [mark("performance"), mark("accessibility"), mark("best-practices")];
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function written({ version, live, offline, embed, home, browse, audits }) {
  const load = `${before.toFixed(1)} before and ${loadavg()[0].toFixed(1)} after`;
  const lines = [
    "# What the pages weigh",
    "",
    "Written by `make pages`, which opens every page in a browser that knows nothing yet, over the wire",
    `of one machine (${cpus().length} cores, Chromium ${version}), ${RUNS} times, and takes medians.`,
    "The moving picture is left out: how much it weighs is the streamer's choice, and it goes on for as",
    `long as somebody watches. The load of the machine was ${load}: above its`,
    "cores, times are too long and marks for performance too low.",
    "",
    "## Beside Owncast",
    "",
    "Owncast's figures are of a running 0.1.3 in a browser with an empty cache; whether its bytes on air",
    "count the moving picture is not known.",
    "",
    ...table(
      [
        ...["", "requests", "Owncast", "bytes", "Owncast", "less", "first picture", "Owncast"],
        ...["rules axe finds broken", "Owncast"],
      ],
      [
        beside("on air, desktop", live.desk, OWNCAST.desk),
        beside("on air, phone", live.phone, OWNCAST.phone),
        beside("offline, desktop", offline.desk, OWNCAST.offline),
      ],
    ),
    "",
    "## Each page",
    "",
    ...table(
      ["page", "requests", "bytes", "of these scripts", "first picture", "rules axe finds broken"],
      [
        alone("watch page on air, desktop", live.desk),
        alone("watch page on air, phone", live.phone),
        alone("watch page offline, desktop", offline.desk),
        alone("watch page offline, phone", offline.phone),
        alone("player on other sites", embed),
        alone("home of several channels", home),
        alone("browse", browse),
      ],
    ),
    "",
    "## Lighthouse",
    "",
  ];
  if (audits) {
    lines.push(
      `Its slow phone on a slow network (\`${LIGHTHOUSE}\`, median of ${AUDITS}). Wanted: 90, 100 and 95.`,
      "",
      ...table(
        ["page", "performance", "accessibility", "best practices"],
        audits.map(([name, marks]) => [name, ...marks]),
      ),
    );
  } else {
    lines.push("Not measured this time: `make pages LIGHTHOUSE=1`.");
  }
  return `${lines.join("\n")}\n`;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`.replace("|  |", "| |");
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)];
}

/** A page of ours and the same of Owncast's. */
function beside(name, ours, theirs) {
  return [
    ...[name, ours.requests, theirs.requests, kB(ours.bytes), kB(theirs.bytes)],
    `${(theirs.bytes / ours.bytes).toFixed(1)} ×`,
    ...[seconds(ours.firstFrame), theirs.firstFrame, ours.axe, theirs.axe],
  ];
}

function alone(name, page) {
  return [name, page.requests, kB(page.bytes), kB(page.scripts), seconds(page.firstFrame), page.axe];
}

function kB(bytes) {
  return `${Math.round(bytes / 1000).toLocaleString("en")} kB`;
}

function seconds(ms) {
  return Number.isNaN(ms) ? "–" : `${(ms / 1000).toFixed(1)} s`;
}
