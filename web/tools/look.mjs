/**
 * Takes a picture of every screen and compares it with the one that is kept.
 *
 *   node tools/look.mjs SERVER            fails where a screen looks different; pictures in ../target/look
 *   node tools/look.mjs SERVER --keep     keeps what it sees
 *
 * What is kept (`web/look`) is a quarter of the size: small enough for the repository, and letters
 * that are smoothed in another way look the same. Every text is set in one font that
 * `scripts/need.sh` installs, and what differs from run to run is hidden in its place.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { ask, launchBrowser, openSite, signIn } from "./site.mjs";

const KEPT = new URL("../look/", import.meta.url);
const SEEN = new URL("../../target/look/", import.meta.url);
const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const SCHEMES = ["dark", "light"];
/** The side of a kept picture, of that of the screen. */
const SCALE = 1 / 4;
/** Of 255: less in one colour is how letters are smoothed. */
const NEAR = 40;
/** The share of points that may differ. */
const TOLERANCE = 0.005;

/** One font for every machine, nothing that moves, and nothing that differs from run to run. */
const STILL = `
  * { font-family: "DejaVu Sans" !important; caret-color: transparent !important; }
  code, .mono { font-family: "DejaVu Sans Mono" !important; }
  video, canvas, time, code, .mono, .figures dd, .viewers-count, .insight-log, .stage-clock,
  [data-part="troubles"], [data-part="audit"], [data-shown], input[readonly], textarea[readonly],
  .qr { visibility: hidden !important; }`;

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

const [binary, keep] = process.argv.slice(2);
if (!binary) {
  console.error("look: node tools/look.mjs SERVER [--keep]");
  process.exit(2);
}

const site = await openSite(binary);
const browser = await launchBrowser();
const darkroom = await browser.newPage();
const different = [];
let seen = 0;
try {
  await rm(SEEN, { recursive: true, force: true });
  await mkdir(SEEN, { recursive: true });
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
  for (const path of GUESTS) await look(guest, path);
  const paths = [...ALONE];
  for (const path of KEEPERS) {
    await keeper.goto(site.url(path));
    await keeper.waitForSelector(".parts-nav a");
    const parts = await keeper.$$eval(".parts-nav a", (links) => links.map(({ pathname }) => pathname));
    paths.push(...parts);
  }
  for (const path of paths) await look(keeper, path);
  await site.publish();
  await look(guest, "/", "on-air");
} finally {
  await browser.close();
  await site.close();
}
console.log(`look: ${seen} pictures, ${different.length} different`);
if (different.length > 0) {
  for (const line of different) console.error(`  ${line}`);
  console.error(`look: see target/look; where it is right like this, run the same with --keep.`);
  process.exit(1);
}

async function newPage() {
  const context = await browser.newContext({ bypassCSP: true, reducedMotion: "reduce", locale: "en-GB" });
  return context.newPage();
}

async function look(page, path, name = path.replace(/^\//, "").replace(/\W+/g, "-") || "home") {
  await page.goto(site.url(path));
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      await page.addStyleTag({ content: STILL });
      await page.waitForFunction(
        () => document.querySelector("h1, h2, form, .chat, .player") && !document.querySelector(".skeleton"),
      );
      await page.evaluate(() => document.fonts.ready);
      await compare(`${name}-${size.width}-${colorScheme}`, await page.screenshot());
    }
  }
}

async function compare(name, picture) {
  seen += 1;
  const small = await smaller(picture);
  await writeFile(new URL(`${name}.png`, SEEN), picture);
  const file = new URL(`${name}.png`, KEPT);
  if (keep === "--keep") return writeFile(file, small);
  const kept = await readFile(file).catch(() => null);
  if (!kept) return different.push(`${name} is new`);
  const share = await difference(kept, small);
  if (share > TOLERANCE) different.push(`${name}: ${(share * 100).toFixed(1)} % of it`);
}

function address(picture) {
  return `data:image/png;base64,${picture.toString("base64")}`;
}

/** The browser reads and writes pictures: nothing else is needed for it. */
async function smaller(picture) {
  const text = await darkroom.evaluate(
    async ([source, scale]) => {
      const image = Object.assign(new Image(), { src: source });
      await image.decode();
      const [width, height] = [image.width * scale, image.height * scale].map(Math.round);
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const context = canvas.getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(image, 0, 0, width, height);
      return canvas.toDataURL("image/png");
    },
    [address(picture), SCALE],
  );
  return Buffer.from(text.slice(text.indexOf(",") + 1), "base64");
}

/** The share of points that are not the same; all of them where the sizes differ. */
function difference(one, other) {
  return darkroom.evaluate(
    async ([sources, near]) => {
      const points = async (source) => {
        const image = Object.assign(new Image(), { src: source });
        await image.decode();
        const { width, height } = image;
        const canvas = Object.assign(document.createElement("canvas"), { width, height });
        const context = canvas.getContext("2d", { willReadFrequently: true });
        context.drawImage(image, 0, 0);
        return context.getImageData(0, 0, width, height).data;
      };
      const [one, other] = await Promise.all(sources.map(points));
      if (one.length !== other.length) return 1;
      let differing = 0;
      for (let at = 0; at < one.length; at += 4) {
        const far = [0, 1, 2].some((colour) => Math.abs(one[at + colour] - other[at + colour]) > near);
        differing += far ? 1 : 0;
      }
      return (differing * 4) / one.length;
    },
    [[address(one), address(other)], NEAR],
  );
}
