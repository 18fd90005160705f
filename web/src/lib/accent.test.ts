import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { contrast, MAX_CHROMA, tintOf } from "./accent";

const TOKENS = readFileSync("src/app/styles/tokens.css", "utf8")
  .replace(/\s+/g, " ")
  .replace(/\( /g, "(")
  .replace(/ \)/g, ")");

type Scheme = "light" | "dark";

/** Lightness and chroma of a token as the style sheet has it, in one of its blocks, for a hue. */
function token(
  block: string,
  scheme: Scheme,
  name: string,
  hue: number,
  chroma: number,
): [number, number, number] {
  const found = new RegExp(`--${name}: light-dark\\(oklch\\((.+?)\\), oklch\\((.+?)\\)\\);`).exec(block);
  const words = (scheme === "light" ? found?.[1] : found?.[2]) ?? "";
  const [lightness = "", ...rest] = words.replace(/ (var\(--hue\)|0)$/, "").split("% ");
  const strength = rest.join("");
  const factor = /calc\(var\(--chroma\) \* ([\d.]+)\)/.exec(strength)?.[1];
  const given = strength.includes("--chroma") ? chroma * Number(factor ?? 1) : Number(strength);
  if (!lightness || Number.isNaN(given)) throw new Error(`no --${name} in a block`);
  return [Number(lightness) / 100, given, hue];
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

const [, USUAL = ""] = TOKENS.split(":root {");
const MORE = TOKENS.slice(TOKENS.indexOf("prefers-contrast"));

describe.each(["light", "dark"] as const)("in the %s scheme", (scheme) => {
  it.each([
    ["as usual", USUAL],
    ["with more contrast", MORE],
  ])("the accent can be read whatever somebody chose, %s", (_, block) => {
    for (let hue = 0; hue < 360; hue += 3) {
      for (const chroma of [0, 0.03, 0.06, 0.1, MAX_CHROMA]) {
        const accent = token(block, scheme, "accent", hue, chroma);
        const on = token(USUAL, scheme, "accent-fg", hue, chroma);
        expect(contrast(accent, on), `on the accent: hue ${hue}, chroma ${chroma}`).toBeGreaterThan(4.5);
        for (const surface of ["s0", "s1", "s2"]) {
          const behind = surface === "s2" ? USUAL : block;
          const ratio = contrast(accent, token(behind, scheme, surface, hue, chroma));
          expect(ratio, `on ${surface}: hue ${hue}, chroma ${chroma}`).toBeGreaterThan(4.5);
        }
      }
    }
  });
});
