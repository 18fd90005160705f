import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { contrast, MAX_CHROMA, tintOf } from "./accent";

const TOKENS = readFileSync("src/app/styles/tokens.css", "utf8");

/** Lightness and chroma of a token as the style sheet has it, in one of its blocks, for a hue. */
function token(block: number, name: string, hue: number, chroma: number): [number, number, number] {
  const part = TOKENS.split(":root {")[block + 1] ?? "";
  const found = new RegExp(`--${name}: oklch\\(([\\d.]+)% (.+) (?:var\\(--hue\\)|[\\d.]+)\\);`).exec(part);
  if (!found?.[1] || !found[2]) throw new Error(`no --${name} in block ${block}`);
  const factor = /calc\(var\(--chroma\) \* ([\d.]+)\)/.exec(found[2])?.[1];
  const strength =
    found[2] === "var(--chroma)" ? chroma : factor ? chroma * Number(factor) : Number(found[2]);
  return [Number(found[1]) / 100, strength, hue];
}

it.each([
  ["#ff0000", 29],
  ["#00ff00", 142],
  ["#0000ff", 264],
])("knows the hue of %s", (colour, hue) => {
  expect(tintOf(colour)).toEqual({ hue, chroma: MAX_CHROMA });
});

it("takes a grey for a grey, and nothing for what is no colour", () => {
  expect(tintOf("#808080")?.chroma).toBe(0);
  expect(tintOf("red")).toBeNull();
});

/** Dark, light, and both for those who want more contrast. */
const SCHEMES = [0, 1, 2, 3];

describe.each(SCHEMES)("in scheme %i", (scheme) => {
  it("the accent can be read whatever somebody chose", () => {
    const base = scheme % 2;
    for (let hue = 0; hue < 360; hue += 3) {
      for (const chroma of [0, 0.03, 0.06, 0.1, MAX_CHROMA]) {
        const accent = token(scheme, "accent", hue, chroma);
        const on = token(base, "accent-fg", hue, chroma);
        expect(contrast(accent, on), `on the accent: hue ${hue}, chroma ${chroma}`).toBeGreaterThan(4.5);
        for (const surface of ["s0", "s1", "s2"]) {
          const behind = scheme > 1 && surface !== "s2" ? scheme : base;
          const ratio = contrast(accent, token(behind, surface, hue, chroma));
          expect(ratio, `on ${surface}: hue ${hue}, chroma ${chroma}`).toBeGreaterThan(4.5);
        }
      }
    }
  });
});
