// Draws one frame of the test picture on a canvas. A pure function of the frame number, periodic
// over the loop, so that the last frame leads into the first.

export const WIDTH = 1280;
export const HEIGHT = 720;
export const FPS = 30;
export const LOOP_SECONDS = 8;
export const FRAMES = FPS * LOOP_SECONDS;
const GOP_SECONDS = 2;

const HUE = 215;
const ink = (lightness, alpha = 1, chroma = 0.012) => `oklch(${lightness}% ${chroma} ${HUE} / ${alpha})`;
const accent = (lightness = 80, alpha = 1) => ink(lightness, alpha, 0.12);
const BACKGROUND = ink(17, 1, 0.022);
const FONT = "'Inter Variable', system-ui, sans-serif";
const MARGIN = 64;

// The water: lines across a plane seen from a low camera, from the horizon to the front.
const HORIZON_Y = 262;
const FRONT_Y = 546;
const LINES = 24;
const DROP = { x: -0.55, z: 2.35 };
const DROP_FALL_SECONDS = 0.36;
const RIPPLE_LIFE_SECONDS = 4;
const RIPPLE_SPEED = 1.05;
const RIPPLE_WAVE_NUMBER = 15;

/** Draws frame `index` (0 up to, not including, FRAMES). */
export function draw(ctx, index) {
  const seconds = index / FPS;
  ctx.globalAlpha = 1;
  ctx.fillStyle = BACKGROUND;
  ctx.fillRect(0, 0, WIDTH, HEIGHT);
  water(ctx, seconds);
  drop(ctx, seconds);
  wordmark(ctx, MARGIN, 56);
  clock(ctx, { x: 1106, y: 166, radius: 106 }, index);
  strips(ctx, 580);
  ruler(ctx, 664, index);
}

function water(ctx, seconds) {
  ctx.lineJoin = "round";
  for (let line = 0; line < LINES; line++) {
    const near = line / (LINES - 1);
    const depth = depthOf(near);
    const points = [];
    for (let x = -20; x <= WIDTH + 20; x += 5) points.push(surfacePoint(x, depth, seconds));
    ctx.beginPath();
    points.forEach((p, i) => (i ? ctx.lineTo(p.x, p.y) : ctx.moveTo(p.x, p.y)));
    ctx.lineTo(WIDTH + 20, HEIGHT);
    ctx.lineTo(-20, HEIGHT);
    ctx.fillStyle = BACKGROUND;
    ctx.fill();
    ctx.beginPath();
    points.forEach((p, i) => (i ? ctx.lineTo(p.x, p.y) : ctx.moveTo(p.x, p.y)));
    ctx.strokeStyle = lineGradient(ctx, near);
    ctx.lineWidth = 1 + 1.3 * near;
    ctx.stroke();
  }
}

/** Lines are spaced evenly in what the eye sees, with the far ones a little closer together. */
function depthOf(near) {
  const y = HORIZON_Y + 14 + (FRONT_Y - HORIZON_Y - 14) * near ** 1.35;
  return 400 / (y - HORIZON_Y + 60);
}

function surfacePoint(x, depth, seconds) {
  const scale = 520 / depth;
  const world = (x - WIDTH / 2) / scale;
  const lift = height(world, depth, seconds);
  return { x, y: HORIZON_Y - 60 + 400 / depth - lift * scale * 0.2 };
}

/** A slow swell and the rings of the last few drops; every term repeats with the loop. */
function height(x, z, seconds) {
  const turn = (2 * Math.PI * seconds) / LOOP_SECONDS;
  let sum = 0.05 * Math.sin(1.7 * x + 1.1 * z + turn) + 0.035 * Math.sin(-1.1 * x + 2.3 * z + 2 * turn);
  const radius = Math.hypot(x - DROP.x, (z - DROP.z) * 1.25);
  const sinceDrop = seconds % 1;
  for (let age = sinceDrop; age < RIPPLE_LIFE_SECONDS; age += 1) {
    const behind = radius - RIPPLE_SPEED * age;
    const packet = Math.exp(-((behind / 0.3) ** 2));
    const fade = Math.min(1, age * 6) * Math.exp(-0.85 * age) * (1 - age / RIPPLE_LIFE_SECONDS);
    sum += 0.36 * packet * fade * Math.cos(RIPPLE_WAVE_NUMBER * behind);
  }
  return sum;
}

function lineGradient(ctx, near) {
  const gradient = ctx.createLinearGradient(0, 0, WIDTH, 0);
  const strength = 0.2 + 0.8 * near;
  gradient.addColorStop(0, `oklch(62% 0.12 235 / ${0.2 + 0.35 * strength})`);
  gradient.addColorStop(0.38, `oklch(86% 0.11 205 / ${0.4 + 0.6 * strength})`);
  gradient.addColorStop(0.72, `oklch(68% 0.13 225 / ${0.24 + 0.46 * strength})`);
  gradient.addColorStop(1, `oklch(58% 0.14 262 / ${0.16 + 0.4 * strength})`);
  return gradient;
}

/** The drop lands on every whole second, with the sound. */
function drop(ctx, seconds) {
  const ground = surfacePoint(0, DROP.z, 0).y + 4;
  const x = WIDTH / 2 + (DROP.x * 520) / DROP.z;
  const untilLanding = 1 - (seconds % 1);
  if (untilLanding <= DROP_FALL_SECONDS) {
    const fallen = 1 - untilLanding / DROP_FALL_SECONDS;
    dropShape(ctx, { x, y: ground - 150 * (1 - fallen ** 2), radius: 7 }, accent(90, Math.min(1, fallen * 4)));
  }
  const flash = 1 - (seconds % 1) / 0.2;
  if (flash > 0) {
    ctx.fillStyle = ink(98, Math.min(1, 1.4 * flash), 0.03);
    ctx.beginPath();
    ctx.ellipse(x, ground, 10 + 26 * (1 - flash), 4 + 7 * (1 - flash), 0, 0, 2 * Math.PI);
    ctx.fill();
  }
}

function dropShape(ctx, { x, y, radius }, style) {
  ctx.fillStyle = style;
  ctx.beginPath();
  ctx.moveTo(x, y - radius * 2.3);
  ctx.bezierCurveTo(x + radius * 0.35, y - radius * 1.3, x + radius, y - radius * 0.7, x + radius, y);
  ctx.arc(x, y, radius, 0, Math.PI);
  ctx.bezierCurveTo(x - radius, y - radius * 0.7, x - radius * 0.35, y - radius * 1.3, x, y - radius * 2.3);
  ctx.fill();
}

function wordmark(ctx, x, y) {
  dropShape(ctx, { x: x + 17, y: y + 34, radius: 15 }, accent());
  ctx.strokeStyle = BACKGROUND;
  ctx.lineWidth = 3.2;
  ctx.lineCap = "round";
  for (const row of [30, 38]) {
    ctx.beginPath();
    ctx.moveTo(x + 6, y + row);
    ctx.bezierCurveTo(x + 11, y + row - 5, x + 15, y + row - 5, x + 18, y + row);
    ctx.bezierCurveTo(x + 21, y + row + 4, x + 25, y + row + 4, x + 29, y + row);
    ctx.stroke();
  }
  text(ctx, "Rivulet", { x: x + 48, y: y + 45, size: 50, weight: 650, fill: ink(97), spacing: "-1.4px" });
  text(ctx, "This is the test picture. Your server is on air.", {
    x, y: y + 88, size: 22, weight: 450, fill: ink(80), spacing: "-0.1px",
  });
  text(ctx, "1280 × 720 · 30 fps · keyframe every 2 s · AAC 48 kHz stereo", {
    x, y: y + 118, size: 16, weight: 450, fill: ink(64), spacing: "0px",
  });
}

/** A hand that sweeps once per group of pictures, the loop's seconds around it, the time code inside. */
function clock(ctx, { x, y, radius }, index) {
  const seconds = index / FPS;
  ctx.fillStyle = BACKGROUND;
  ctx.beginPath();
  ctx.arc(x, y, radius + 14, 0, 2 * Math.PI);
  ctx.fill();
  ctx.lineCap = "round";
  for (let second = 0; second < LOOP_SECONDS; second++) {
    const current = second === Math.floor(seconds);
    const from = -Math.PI / 2 + (2 * Math.PI * (second + 0.09)) / LOOP_SECONDS;
    const to = -Math.PI / 2 + (2 * Math.PI * (second + 0.91)) / LOOP_SECONDS;
    ctx.beginPath();
    ctx.arc(x, y, radius, from, to);
    ctx.strokeStyle = current ? accent(86) : second < seconds ? accent(58) : ink(28);
    ctx.lineWidth = current ? 7 : 5;
    ctx.stroke();
  }
  sweep(ctx, { x, y, radius: radius - 16 }, (seconds % GOP_SECONDS) / GOP_SECONDS);
  const frame = index % FPS;
  const options = { x, align: "center", fill: ink(97), spacing: "-1px", tabular: true };
  text(ctx, `${two(Math.floor(seconds))}:${two(frame)}`, { ...options, y: y + 13, size: 46, weight: 600 });
  text(ctx, `frame ${String(index).padStart(3, "0")}`, { ...options, y: y + 40, size: 16, weight: 450, fill: ink(66), spacing: "0px" });
  if (frame < 3) flashDot(ctx, { x, y: y - 48 });
}

function sweep(ctx, { x, y, radius }, turn) {
  const angle = -Math.PI / 2 + 2 * Math.PI * turn;
  const steps = 24;
  for (let i = 0; i < steps; i++) {
    const start = angle - (Math.PI * 0.55 * (i + 1)) / steps;
    ctx.beginPath();
    ctx.arc(x, y, radius, start, start + (Math.PI * 0.55) / steps + 0.01);
    ctx.strokeStyle = accent(80, 0.75 * (1 - i / steps) ** 1.6);
    ctx.lineWidth = 3;
    ctx.lineCap = "butt";
    ctx.stroke();
  }
  ctx.fillStyle = ink(98);
  ctx.beginPath();
  ctx.arc(x + radius * Math.cos(angle), y + radius * Math.sin(angle), 6.5, 0, 2 * Math.PI);
  ctx.fill();
}

function flashDot(ctx, { x, y }) {
  ctx.fillStyle = ink(100, 1, 0);
  ctx.beginPath();
  ctx.arc(x, y, 10, 0, 2 * Math.PI);
  ctx.fill();
}

/** 75 % colour bars (as in EBU and SMPTE bars) and seventeen steps of grey. */
function strips(ctx, y) {
  const width = WIDTH - 2 * MARGIN;
  const bars = ["#bfbfbf", "#bfbf00", "#00bfbf", "#00bf00", "#bf00bf", "#bf0000", "#0000bf"];
  ctx.save();
  ctx.fillStyle = BACKGROUND;
  ctx.fillRect(0, y - 22, WIDTH, HEIGHT - y + 22);
  ctx.beginPath();
  ctx.roundRect(MARGIN, y, width, 64, 10);
  ctx.clip();
  bars.forEach((bar, i) => {
    ctx.fillStyle = bar;
    ctx.fillRect(Math.round(MARGIN + (width * i) / bars.length), y, Math.ceil(width / bars.length), 40);
  });
  for (let step = 0; step <= 16; step++) {
    const level = Math.round((255 * step) / 16);
    ctx.fillStyle = `rgb(${level} ${level} ${level})`;
    ctx.fillRect(Math.round(MARGIN + (width * step) / 17), y + 40, Math.ceil(width / 17), 24);
  }
  ctx.restore();
  ctx.strokeStyle = ink(30);
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.roundRect(MARGIN + 0.5, y + 0.5, width - 1, 63, 10);
  ctx.stroke();
}

/** Thirty ticks, one lit per frame: a dropped or repeated frame is a skipped or held tick. */
function ruler(ctx, y, index) {
  const width = WIDTH - 2 * MARGIN;
  for (let tick = 0; tick < FPS; tick++) {
    const lit = tick === index % FPS;
    const x = MARGIN + (width * (tick + 0.5)) / FPS;
    ctx.fillStyle = lit ? ink(98) : tick % 5 === 0 ? ink(44) : ink(28);
    ctx.beginPath();
    ctx.roundRect(x - (lit ? 5 : 1.5), y, lit ? 10 : 3, 18, 2);
    ctx.fill();
  }
}

function text(ctx, content, { x, y, size, weight, fill, spacing, align = "left", tabular = false }) {
  ctx.font = `${weight} ${size}px ${FONT}`;
  ctx.letterSpacing = spacing;
  ctx.textAlign = align;
  ctx.fillStyle = fill;
  if (!tabular) return ctx.fillText(content, x, y);
  // Canvas has no tabular figures: every figure gets the width of a zero, so that nothing shakes.
  const cell = ctx.measureText("0").width;
  const widths = [...content].map((c) => (c >= "0" && c <= "9" ? cell : ctx.measureText(c).width));
  ctx.textAlign = "center";
  let left = x - widths.reduce((a, b) => a + b, 0) / 2;
  [...content].forEach((c, i) => {
    ctx.fillText(c, left + widths[i] / 2, y);
    left += widths[i];
  });
}

function two(number) {
  return String(number).padStart(2, "0");
}
