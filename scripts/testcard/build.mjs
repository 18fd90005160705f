// Makes crates/server/assets/testcard.flv: draws every frame in headless Chromium, mixes the sound,
// encodes both with ffmpeg and joins them into one loop. `--stills DIR` writes a few frames as PNG
// instead.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { audioFrames, parse, sequenceHeaders, serialize, videoFrames } from "./flv.mjs";
import { FPS, FRAMES, HEIGHT, LOOP_SECONDS, WIDTH } from "./picture.js";
import { render, SAMPLE_RATE } from "./sound.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUTPUT = join(HERE, "../../crates/server/assets/testcard.flv");
const MAX_BYTES = 1_600_000;
const AAC_FRAME_SAMPLES = 1024;
const AAC_FRAMES = (LOOP_SECONDS * SAMPLE_RATE) / AAC_FRAME_SAMPLES;

const stillsAt = process.argv.indexOf("--stills");
await withPage(async (frame) => {
  if (stillsAt > 0) return stills(frame, process.argv[stillsAt + 1]);
  const directory = await mkdtemp(join(tmpdir(), "testcard-"));
  try {
    await build(frame, directory);
  } finally {
    await rm(directory, { recursive: true });
  }
});

async function build(frame, directory) {
  if (!Number.isInteger(AAC_FRAMES)) throw new Error("the loop must be a whole number of AAC frames");
  const video = join(directory, "video.flv");
  const audio = join(directory, "audio.flv");
  await encodeVideo(frame, video);
  await encodeAudio(audio);
  const file = joinTracks(parse(await readFile(video)), parse(await readFile(audio)));
  if (file.length > MAX_BYTES) throw new Error(`${file.length} bytes are over the budget of ${MAX_BYTES}`);
  await mkdir(dirname(OUTPUT), { recursive: true });
  await writeFile(OUTPUT, file);
  console.log(`${OUTPUT}: ${file.length} bytes`);
}

/** Closed groups of exactly two seconds, no B-frames: what a well-set live encoder sends. */
async function encodeVideo(frame, output) {
  const x264 = "keyint=60:min-keyint=60:scenecut=0:open-gop=0:bframes=0:ref=4:aq-mode=3:deblock=0,0:stitchable=1";
  const ffmpeg = run("ffmpeg", [
    "-y", "-loglevel", "error", "-f", "image2pipe", "-framerate", `${FPS}`, "-c:v", "png", "-i", "-",
    "-vf", "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv420p",
    "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
    "-c:v", "libx264", "-profile:v", "high", "-preset", "veryslow", "-crf", "23", "-x264-params", x264,
    "-bsf:v", "filter_units=remove_types=6", "-flvflags", "no_duration_filesize", output,
  ]);
  for (let index = 0; index < FRAMES; index++) {
    if (!ffmpeg.stdin.write(await frame(index))) await once(ffmpeg.stdin, "drain");
    if (index % FPS === 0) console.log(`picture ${index / FPS} of ${LOOP_SECONDS} s`);
  }
  ffmpeg.stdin.end();
  await finished(ffmpeg);
}

/** Three rounds are encoded so that the second begins and ends with the coder in full swing. */
async function encodeAudio(output) {
  const loop = render(LOOP_SECONDS);
  const ffmpeg = run("ffmpeg", [
    "-y", "-loglevel", "error", "-f", "s16le", "-ar", `${SAMPLE_RATE}`, "-ac", "2", "-i", "-",
    "-c:a", "aac", "-profile:a", "aac_low", "-b:a", "112k", "-flvflags", "no_duration_filesize", output,
  ]);
  ffmpeg.stdin.end(Buffer.concat([loop, loop, loop]));
  await finished(ffmpeg);
}

/** Takes the second round of the sound; its first frame follows one round and the coder's delay of one frame. */
function joinTracks(video, audio) {
  const pictures = videoFrames(video);
  const sound = audioFrames(audio).slice(AAC_FRAMES + 1, 2 * AAC_FRAMES + 1);
  if (pictures.length !== FRAMES || sound.length !== AAC_FRAMES) throw new Error("the encoders dropped frames");
  const stamped = [
    ...pictures.map((tag, i) => ({ ...tag, timestamp: Math.round((i * 1000) / FPS) })),
    ...sound.map((tag, i) => ({ ...tag, timestamp: Math.round((i * AAC_FRAME_SAMPLES * 1000) / SAMPLE_RATE) })),
  ];
  const metadata = {
    duration: LOOP_SECONDS, width: WIDTH, height: HEIGHT, framerate: FPS,
    videocodecid: 7, audiocodecid: 10, audiosamplerate: SAMPLE_RATE, audiosamplesize: 16, stereo: true,
  };
  return serialize({ metadata, headers: [...sequenceHeaders(video), ...sequenceHeaders(audio)], frames: stamped });
}

async function stills(frame, directory) {
  await mkdir(directory, { recursive: true });
  for (const index of [0, 4, 21, 75, 134, 239]) {
    await writeFile(join(directory, `frame-${String(index).padStart(3, "0")}.png`), await frame(index));
  }
}

async function withPage(use) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT } });
    const font = await readFile(join(HERE, "node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"), "base64");
    await page.addScriptTag({ type: "module", content: `${await readFile(join(HERE, "picture.js"), "utf8")}\nwindow.draw = draw;` });
    await page.evaluate(prepare, { font, width: WIDTH, height: HEIGHT });
    await use(async (index) => Buffer.from(await page.evaluate((i) => window.png(i), index), "base64"));
  } finally {
    await browser.close();
  }
}

/** Runs in the page. */
async function prepare({ font, width, height }) {
  const face = new FontFace("Inter Variable", `url(data:font/woff2;base64,${font})`, { weight: "100 900" });
  document.fonts.add(await face.load());
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  window.png = async (index) => {
    window.draw(context, index);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer());
    return bytes.toBase64 ? bytes.toBase64() : btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""));
  };
}

function run(command, args) {
  return spawn(command, args, { stdio: ["pipe", "inherit", "inherit"] });
}

async function finished(child) {
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${child.spawnargs[0]} ended with ${code}`);
}
