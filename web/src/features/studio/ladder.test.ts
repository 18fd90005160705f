import { expect, it } from "vitest";
import { costsOf, ladderOf, presetOf, renditionsOf, trafficOf } from "./ladder";

it.each([
  [[], 1],
  [[720, 480], 3],
  [[480, 360, 240], 4],
])("keeps the ladder of %j as it was", (heights, variants) => {
  const written = renditionsOf(presetOf(heights));
  expect(written.variants).toHaveLength(variants);
  expect(renditionsOf(ladderOf(written))).toEqual(written);
});

it("leaves alone what it does not show", () => {
  const named = { name: "Small", video: { encode: { size: { height: 480 }, bitrate_kbps: 900 } } };
  const ladder = ladderOf({ variants: [{ video: "passthrough" }, named], audio_only: true });
  expect(ladder.rungs).toEqual([]);
  expect(renditionsOf(ladder)).toEqual({ variants: [{ video: "passthrough" }, named], audio_only: true });
});

it("never leaves viewers with nothing", () => {
  expect(renditionsOf({ source: false, rungs: [], audioOnly: false, others: [] }).variants).toHaveLength(1);
});

it("counts as the server does", () => {
  // 1080p30 is 62,208 thousand pixels a second: 12 in 100 of it is read, and scaling costs a fortieth.
  const costs = costsOf(presetOf([720]), 100_000);
  expect(costs.work).toBe(Math.round(62_208 * 0.12 + 27_648 + 62_208 / 40));
  expect(costs.share).toBeCloseTo(0.367, 2);
  expect(costsOf(presetOf([]), null)).toMatchObject({ work: 0, share: null });
  expect(trafficOf(costsOf(presetOf([]), null), 100)).toBeCloseTo(209.7, 1);
});
