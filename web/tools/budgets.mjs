/**
 * Fails when the built pages outgrow their budgets.
 *
 * Sizes are the gzip files that the build wrote; entry points and what they
 * import are read from the build's manifest, so nothing has to be listed twice.
 */
import { readFile, stat } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const DIST = new URL("../dist/", import.meta.url);
const KB = 1000;
const ENGINE = "src/features/player/engine/hls.ts";

const manifest = JSON.parse(await readFile(new URL("manifest.json", DIST), "utf8"));

/** The chunk and everything it imports statically, each once. */
function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  if (!manifest[key]) throw new Error(`budgets: the manifest has no entry "${key}"`);
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
}

const sizeOf = async (file) => (await stat(new URL(file, DIST))).size;
/** What is too small to be worth it has no compressed twin. */
const gzSize = (file) => sizeOf(`${file}.gz`).catch(() => sizeOf(file));
const sum = (sizes) => sizes.reduce((total, size) => total + size, 0);
const jsOf = async (keys) => sum(await Promise.all([...keys].map((key) => gzSize(manifest[key].file))));

async function cssOf(keys) {
  const files = new Set([...keys].flatMap((key) => manifest[key].css ?? []));
  return sum(await Promise.all([...files].map(gzSize)));
}

const htmlOf = async (file) => gzipSync(await readFile(new URL(file, DIST))).length;

const app = closure("index.html");
const embed = closure("embed.html");
const engine = closure(ENGINE);
const chat = closure("chat.html");
const overlay = closure("overlay.html");
const without = (keys, others) => new Set([...keys].filter((key) => !others.has(key)));

const later = [
  "account/pages.ts",
  "discovery/pages.tsx",
  "schedule/schedule-page.tsx",
  "settings/settings-page.tsx",
  "studio/studio-page.tsx",
  "admin/admin-page.tsx",
  "setup/setup-page.tsx",
  "insights/pages.tsx",
];
/** What a page loads later costs on top of what is there. */
async function addsTo(known, page) {
  const more = without(closure(page), known);
  return (await jsOf(more)) + (await cssOf(more));
}

const laterRows = later.map(async (page) => [
  `${page.split("/")[0]}, what it adds`,
  await addsTo(app, `src/app/${page}`),
  80 * KB,
]);

const rows = [
  ["watch page, critical JS without the engine", await jsOf(app), 125 * KB],
  ["player engine chunk", await jsOf(without(engine, new Set([...app, ...embed]))), 120 * KB],
  ["embed, all JS with the engine", await jsOf(new Set([...embed, ...engine])), 120 * KB],
  ["watch page, CSS", await cssOf(app), 12 * KB],
  ["embed, CSS", await cssOf(embed), 12 * KB],
  ["chat on the watch page, what it adds", await addsTo(app, "src/app/chat/panel.tsx"), 40 * KB],
  ["chat alone, all JS", await jsOf(chat), 125 * KB],
  ["chat alone, CSS", await cssOf(chat), 16 * KB],
  ["overlay, JS and CSS", (await jsOf(overlay)) + (await cssOf(overlay)), 6 * KB],
  ["watch page, HTML", await htmlOf("index.html"), 14 * KB],
  ["embed, HTML", await htmlOf("embed.html"), 14 * KB],
  ...(await Promise.all(laterRows)),
];

let failed = false;
for (const [name, bytes, limit] of rows) {
  const over = bytes > limit;
  failed ||= over;
  const figures = `${(bytes / KB).toFixed(1).padStart(6)} of ${(limit / KB).toFixed(0).padStart(3)} kB`;
  console.log(`${over ? "OVER " : "  ok "} ${figures}  ${name}`);
}
if (failed) {
  console.error("budgets: over budget; shrink the page, or change the budget with a reason.");
  process.exit(1);
}
