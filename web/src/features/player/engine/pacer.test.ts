import { describe, expect, it } from "vitest";
import { Pacer, type Plan } from "./pacer";

const PART = 0.2;
const BOUNDS = { floorSeconds: 0.6, partSeconds: PART };
/** From a part's last frame to its bytes in the buffer. */
const TRAVEL = 0.05;

interface Run {
  stalls: number;
  plan: Plan;
  /** The distance to the moment, at each second. */
  distances: number[];
  rates: number[];
}

/** Plays a stream of parts, the n-th of which comes `lateness(seconds)` late, in steps of 50 ms. */
function play(seconds: number, lateness: (at: number) => number, startDistance = 0.85): Run {
  const pacer = new Pacer();
  pacer.settle(0);
  let position = -startDistance;
  let parts = 0;
  let stalls = 0;
  let stalled = false;
  let plan: Plan = { targetSeconds: 0, distanceSeconds: 0, rate: 1 };
  const distances: number[] = [];
  const rates: number[] = [];
  for (let step = 0; step < seconds * 20; step += 1) {
    const now = step / 20;
    const nowMs = step * 50;
    while ((parts + 1) * PART + TRAVEL + lateness((parts + 1) * PART) <= now) {
      pacer.listed(nowMs, (parts + 1) * PART, BOUNDS);
      pacer.arrives(nowMs, position, parts * PART - position);
      parts += 1;
    }
    plan = pacer.plan(nowMs, position) ?? plan;
    const next = position + 0.05 * plan.rate;
    if (next > parts * PART) {
      if (!stalled) stalls += 1;
      stalled = true;
    } else {
      stalled = false;
      position = next;
    }
    if (step % 20 === 0) {
      distances.push(now - position);
      rates.push(plan.rate);
    }
  }
  return { stalls, plan, distances, rates };
}

const last = (numbers: number[]) => numbers.at(-1) ?? Number.NaN;
/** Late by `size` seconds for one part every `every` seconds. */
const hiccups = (every: number, size: number) => (at: number) =>
  Math.round(at * 1000) % (every * 1000) === 0 ? size : 0;

describe("on a quiet network", () => {
  it("goes down to the playlist's distance and stays there without a stall", () => {
    const run = play(600, () => 0);
    expect(run.stalls).toBe(0);
    expect(last(run.distances)).toBeGreaterThan(0.58);
    expect(last(run.distances)).toBeLessThan(0.75);
    expect(last(run.rates)).toBe(1);
  });

  it("never plays fast enough to be heard", () => {
    const run = play(60, () => 0, 3);
    expect(Math.max(...run.rates)).toBeLessThanOrEqual(1.05);
    expect(last(run.distances)).toBeLessThan(0.8);
  });
});

describe("where parts come late now and then", () => {
  it.each([
    ["0.3 s every 10 s", 10, 0.3],
    ["0.5 s every 28 s", 28, 0.5],
    ["0.8 s every 40 s", 40, 0.8],
  ])("%s: stalls once in the beginning, then never again", (_, every, size) => {
    const start = play(120, hiccups(every, size));
    const whole = play(600, hiccups(every, size));
    expect(start.stalls).toBeLessThanOrEqual(1);
    expect(whole.stalls).toBe(start.stalls);
    expect(last(whole.distances)).toBeLessThan(0.6 + size + 0.2);
  });

  it("comes back when the hiccups are over", () => {
    const run = play(600, (at) => (at < 60 ? hiccups(10, 0.5)(at) : 0), 0.65);
    expect(Math.max(...run.distances)).toBeGreaterThan(0.75);
    expect(last(run.distances)).toBeLessThan(0.7);
  });

  it("slows down by no more than three hundredths to get further away", () => {
    const run = play(120, hiccups(24, 0.5));
    expect(Math.min(...run.rates)).toBeGreaterThanOrEqual(0.97);
    expect(Math.min(...run.rates)).toBeLessThan(1);
  });
});

describe("what is no wait of the network", () => {
  it("does not hold the time of loading against it", () => {
    const pacer = new Pacer();
    pacer.settle(0);
    pacer.listed(0, 10, BOUNDS);
    pacer.arrives(100, 9, 0);
    expect(pacer.plan(100, 9.4)?.targetSeconds).toBeCloseTo(0.7);
    expect(pacer.plan(60_000, 69)?.targetSeconds).toBe(0.6);
  });

  it("knows from before what the connection needs", () => {
    const pacer = new Pacer();
    pacer.expect(0, 0.9);
    pacer.listed(0, 10, BOUNDS);
    expect(pacer.plan(0, 9)?.targetSeconds).toBeCloseTo(1.1);
  });

  it("leaves a viewer alone who went back", () => {
    const pacer = new Pacer();
    pacer.listed(0, 100, BOUNDS);
    expect(pacer.plan(0, 80)?.rate).toBe(1);
  });

  it("starts measuring anew where the timeline has moved", () => {
    const pacer = new Pacer();
    pacer.listed(0, 100, BOUNDS);
    pacer.listed(10_000, 100.2, BOUNDS);
    expect(pacer.plan(10_000, 99.6)?.distanceSeconds).toBeCloseTo(0.6);
  });

  it("says nothing before there is a playlist", () => {
    expect(new Pacer().plan(0, 0)).toBeNull();
  });
});

it("never asks for more than two seconds beyond the playlist", () => {
  const pacer = new Pacer();
  pacer.settle(-10_000);
  pacer.listed(0, 10, BOUNDS);
  pacer.arrives(1_000, 5, 0);
  expect(pacer.plan(1_000, 8)?.targetSeconds).toBeCloseTo(2.6);
});
