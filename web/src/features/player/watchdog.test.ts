import { expect, it } from "vitest";
import { MediaErrorLimit } from "./engine/media-errors";
import { type Verdict, Watchdog } from "./watchdog";

interface Stretch {
  seconds: number;
  shouldMove?: boolean;
  reachable?: boolean;
  moving?: boolean;
}

/** Lets time pass in steps of 250 ms and returns when which verdict other than "fine" was given. */
function watch(...stretches: Stretch[]): [number, Verdict][] {
  const dog = new Watchdog();
  const verdicts: [number, Verdict][] = [];
  let nowMs = 1_000;
  let position = 5;
  dog.begin(nowMs);
  for (const { seconds, shouldMove = true, reachable = true, moving = false } of stretches) {
    for (const end = nowMs + seconds * 1000; nowMs < end; nowMs += 250) {
      if (moving) position += 0.25;
      const verdict = dog.observe({ nowMs, position, shouldMove, reachable });
      if (verdict === "reattach") dog.begin(nowMs);
      if (verdict !== "fine") verdicts.push([(nowMs - 1_000) / 1000, verdict]);
    }
  }
  return verdicts;
}

it("is content while pictures move or need not", () => {
  expect(watch({ seconds: 60, moving: true })).toEqual([]);
  expect(watch({ seconds: 60, shouldMove: false })).toEqual([]);
});

it("tries a new engine at growing distances, and tells the viewer once", () => {
  expect(watch({ seconds: 40 })).toEqual([
    [6, "reattach"],
    [15, "reattach"],
    [20, "tell"],
    [28.5, "reattach"],
  ]);
});

it("keeps the last picture while the server does not answer", () => {
  expect(
    watch({ seconds: 3, moving: true }, { seconds: 15, reachable: false }, { seconds: 3, moving: true }),
  ).toEqual([]);
});

it("gives up on engines that keep breaking", () => {
  const dog = new Watchdog();
  dog.begin(0);
  expect([1, 2, 3, 4, 5].map(() => dog.allowsReattach())).toEqual([true, true, true, true, false]);
});

it("allows a few resets of the decoder within half a minute", () => {
  const limit = new MediaErrorLimit();
  expect([0, 1_000, 2_000, 3_000, 31_500].map((at) => limit.allows(at))).toEqual([
    true,
    true,
    true,
    false,
    true,
  ]);
});
