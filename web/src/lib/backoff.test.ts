import { expect, it } from "vitest";
import { backoffMs } from "./backoff";

const POLICY = { baseMs: 500, maxMs: 8_000 };

it("doubles up to its limit", () => {
  const waits = [0, 1, 2, 3, 4, 5, 60].map((attempt) => backoffMs(attempt, POLICY, () => 1));
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
});

it("spreads over the upper half", () => {
  expect(backoffMs(2, POLICY, () => 0)).toBe(1_000);
  expect(backoffMs(2, POLICY, () => 0.5)).toBe(1_500);
});
