import { expect, it } from "vitest";
import { placeGlyph } from "./platforms";

it.each([
  ["https://www.youtube.com/@me", true],
  ["https://mastodon.social/@me", true],
  ["https://example.org/github.com", false],
  ["https://notgithub.com", false],
  ["not an address", false],
])("knows whether %s is a place with a glyph", (url, known) => {
  expect(placeGlyph(url) !== null).toBe(known);
});
