/**
 * Takes pictures of every screen and compares them with those that are kept.
 *
 *   node tools/look.mjs SERVER            fails where a screen looks different
 *   node tools/look.mjs SERVER --keep     keeps what it sees
 *   node tools/look.mjs SERVER --whole    compares nothing: pages from top to bottom, to look through
 *
 * What it sees is in target/look. What is kept (`web/look`) is one sheet for each screen, on a desk and on
 * a phone, dark and light, a quarter of the size: small enough for the repository, and letters that are
 * smoothed in another way look the same. Every text is set in one font that `scripts/need.sh` installs,
 * and what differs from run to run is hidden in its place.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { differences, placesOf, sheetOf } from "./darkroom.mjs";
import { ask, launchBrowser, openSite, signIn } from "./site.mjs";

const KEPT = new URL("../look/", import.meta.url);
const SEEN = new URL("../../target/look/", import.meta.url);
/** Which browser drew what is kept. */
const DRAWN_BY = new URL("drawn-by.json", KEPT);
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const STATES = [DESK, PHONE].flatMap((size) => ["dark", "light"].map((scheme) => ({ size, scheme })));
const PLACES = placesOf(STATES.map(({ size }) => size));
/** The share of points that may differ. */
const TOLERANCE = 0.005;

/** One font for every machine, nothing that moves, and nothing that differs from run to run. */
const STILL = `
  * { font-family: "DejaVu Sans" !important; caret-color: transparent !important; scrollbar-width: none; }
  code, .mono { font-family: "DejaVu Sans Mono" !important; }
  .avatar { background: #4a6b7c !important; color: #fff !important; }
  .player-bar { opacity: 1 !important; }
  video, canvas, time, code, .mono, .figures dd, .viewers-count, .insight-log, .stage-clock, .live-badge,
  .stage-wait, .player-notice, [data-part="troubles"], [data-part="audit"], [data-shown], input[readonly],
  textarea[readonly], input[type="range"], [data-part="footer"] .tabular-nums, .qr { visibility: hidden !important; }`;

const GUESTS = [
  "/",
  "/browse",
  "/search?q=nothing",
  "/following",
  "/@rivulet/schedule",
  "/@rivulet/chat",
  "/embed/video",
  "/sign-in",
  "/register",
  "/reset",
  "/nothing",
];
const KEEPERS = ["/settings", "/studio/rivulet", "/admin"];
const ALONE = ["/studio", "/setup/name"];
/** These show what the machine does, which is never the same twice. */
const LIVELY = ["/admin/insights"];
/** What would warn of a machine that takes pictures. */
const NO_ALERTS = { cpu_percent: 0, memory_percent: 0, disk_percent: 0, lag_seconds: 0, failed_jobs: 0 };
/** From right to left: a page of each area. */
const MIRRORED = [
  "/",
  "/browse",
  "/sign-in",
  "/settings",
  "/studio/rivulet",
  "/studio/rivulet/video",
  "/admin",
];

const [binary, option] = process.argv.slice(2);
if (!binary) {
  console.error("look: node tools/look.mjs SERVER [--keep | --whole]");
  process.exit(2);
}

const site = await openSite(binary);
const browser = await launchBrowser();
const drawnBy = { chromium: browser.version() };
const darkroom = await browser.newPage();
const different = [];
let seen = 0;
try {
  await rm(SEEN, { recursive: true, force: true });
  await mkdir(SEEN, { recursive: true });
  if (option === "--keep") await rm(KEPT, { recursive: true, force: true });
  await mkdir(KEPT, { recursive: true });
  const guest = await newPage();
  const keeper = await newPage();
  await signIn(keeper, site);
  await ask(keeper, "PATCH", "/api/v1/channels/rivulet", {
    title: "Soldering a weather station",
    description: "Electronics, slowly.",
    tags: ["electronics", "weather"],
    shows_followers: true,
  });
  await ask(keeper, "PATCH", "/api/v1/admin/settings", { alerts: NO_ALERTS });
  for (const path of GUESTS) await look(guest, path);
  for (const path of [...ALONE, ...(await parts(keeper))]) await look(keeper, path);
  for (const path of MIRRORED) await look(keeper, path, { language: "ar" });
  await site.publish();
  await look(guest, "/", { name: "on-air", until: playing });
} finally {
  await browser.close();
  await site.close();
}
if (option === "--keep") await writeFile(DRAWN_BY, `${JSON.stringify(drawnBy, null, 2)}\n`);
await tell();

async function newPage() {
  const context = await browser.newContext({ bypassCSP: true, reducedMotion: "reduce", locale: "en-GB" });
  return context.newPage();
}

/** The pages behind those that lead to several. */
async function parts(page) {
  const paths = [];
  for (const path of KEEPERS) {
    await page.goto(site.url(path));
    await page.waitForSelector(".parts-nav a");
    paths.push(...(await page.$$eval(".parts-nav a", (links) => links.map(({ pathname }) => pathname))));
  }
  return option === "--whole" ? paths : paths.filter((path) => !LIVELY.includes(path));
}

async function look(page, path, { language, name = nameOf(path), until = drawn } = {}) {
  const words = language ? `${path.includes("?") ? "&" : "?"}lang=${language}` : "";
  const pictures = [];
  for (const { size, scheme } of STATES) {
    if (page.viewportSize()?.width !== size.width || pictures.length === 0) {
      // Anew for each size: nobody's screen changes while they look.
      await page.setViewportSize(size);
      await page.goto(site.url(path + words), { waitUntil: "load" });
      await page.addStyleTag({ content: STILL });
    }
    await page.emulateMedia({ colorScheme: scheme });
    await page.waitForFunction(until);
    await page.evaluate(settled);
    const picture = await page.screenshot({ fullPage: option === "--whole" });
    pictures.push(picture);
    const file = `${language ? `${language}-` : ""}${name}-${size.width}-${scheme}.png`;
    await writeFile(new URL(file, SEEN), picture);
  }
  if (option !== "--whole") await compare(`${language ? `${language}-` : ""}${name}`, pictures);
}

function nameOf(path) {
  return path.replace(/^\W+/, "").replace(/\W+/g, "-") || "home";
}

/** Whether nothing is still to come. */
function drawn() {
  const waits = ".skeleton, .chat-wait, .chat-silence:empty, .spinner, [aria-busy=true]";
  const begun = document.querySelector("h1, h2, form, .chat, .player");
  // The way in is not offered where one is.
  const known =
    location.pathname === "/sign-in" || !document.querySelector("header .button.invisible:only-child");
  return Boolean(begun) && known && !document.querySelector(waits);
}

function playing() {
  const waits = ".chat-wait, .chat-silence:empty";
  return document.querySelector("[data-state=playing]") !== null && !document.querySelector(waits);
}

/** Letters and pictures are there, and what another size changes has been drawn. */
async function settled() {
  await document.fonts.ready;
  await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
  for (let frames = 0; frames < 3; frames += 1) await new Promise(requestAnimationFrame);
  window.scrollTo(0, 0);
}

async function compare(name, pictures) {
  seen += pictures.length;
  const sheet = await sheetOf(darkroom, pictures, PLACES);
  const file = new URL(`${name}.webp`, KEPT);
  if (option === "--keep") return writeFile(file, sheet);
  const kept = await readFile(file).catch(() => null);
  if (!kept) return different.push(`${name} is new`);
  const shares = await differences(darkroom, kept, sheet, PLACES);
  for (const [index, share] of shares.entries()) {
    const { size, scheme } = STATES[index];
    const which = `${name}-${size.width}-${scheme}`;
    if (share > TOLERANCE) different.push(`${which}: ${(share * 100).toFixed(1)} % of it`);
  }
}

async function tell() {
  console.log(`look: ${seen} pictures, ${different.length} different`);
  if (different.length === 0) return;
  for (const line of different) console.error(`  ${line}`);
  const kept = await readFile(DRAWN_BY, "utf8").catch(() => null);
  const before = kept && JSON.parse(kept).chromium;
  if (before && before !== drawnBy.chromium) {
    console.error(`look: Chromium ${before} drew what is kept, and this is ${drawnBy.chromium}.`);
  }
  console.error("look: see target/look; where it is right like this, run `make look KEEP=1` and commit it.");
  process.exitCode = 1;
}
