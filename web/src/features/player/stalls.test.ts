import { expect, it } from "vitest";
import { StallMonitor } from "./stalls";

function stall(monitor: StallMonitor, atMs: number): boolean | undefined {
  monitor.begin(atMs, true);
  return monitor.end(atMs + 200, true)?.tooMany;
}

it("finds the third stall in a minute one too many", () => {
  const monitor = new StallMonitor();
  expect([0, 20_000, 40_000].map((at) => stall(monitor, at))).toEqual([false, false, true]);
  expect(monitor.total).toBe(3);
  expect(monitor.totalMs).toBe(600);
});

it("bears with stalls that are far apart", () => {
  const monitor = new StallMonitor();
  expect([0, 35_000, 70_000, 105_000].some((at) => stall(monitor, at))).toBe(false);
});

it("takes stalls close together for one", () => {
  const monitor = new StallMonitor();
  expect([0, 1_000, 2_000, 5_000].some((at) => stall(monitor, at))).toBe(false);
  expect(monitor.total).toBe(4);
});

it("counts nothing that has another cause, but remembers where the viewer was", () => {
  const monitor = new StallMonitor();
  monitor.begin(0, true);
  expect(monitor.end(5_000, false)).toEqual({ atEdge: true, tooMany: false });
  expect(monitor.total).toBe(0);
  expect(monitor.end(5_000, true)).toBeNull();
});

it("forgets a stall that a new beginning has ended", () => {
  const monitor = new StallMonitor();
  monitor.begin(0, false);
  monitor.forget();
  expect(monitor.end(100, true)).toBeNull();
});
