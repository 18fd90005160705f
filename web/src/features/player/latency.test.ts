import { describe, expect, it } from "vitest";
import type { Measurement } from "./engine/types";
import { paceOf, trueLatency } from "./latency";

function measured(change: Partial<Measurement>): Measurement {
  return {
    edgeLatencySeconds: 2,
    targetLatencySeconds: 1,
    leastLatencySeconds: 1,
    longestWaitSeconds: null,
    capturedAtMs: null,
    bandwidthBps: null,
    partTargetSeconds: null,
    segmentTargetSeconds: null,
    ...change,
  };
}

describe("trueLatency", () => {
  it("measures from the capture time by the server's clock", () => {
    expect(trueLatency(measured({ capturedAtMs: 10_000 }), 11_300)).toBeCloseTo(1.3);
  });
  it.each([
    ["there is no capture time", null, 11_300],
    ["the server's clock is unknown", 10_000, null],
    ["the frame comes from the future", 12_000, 11_300],
    ["the clocks cannot both be right", 10_000, 90_000],
  ])("trusts the playlist when %s", (_, capturedAtMs, now) => {
    expect(trueLatency(measured({ capturedAtMs }), now)).toBe(2);
  });
});

describe("paceOf", () => {
  const at = (seconds: number) => measured({ edgeLatencySeconds: seconds, targetLatencySeconds: 1 });
  it("is live near the target and behind far from it", () => {
    expect(paceOf("unknown", at(1.9), 1)).toBe("live");
    expect(paceOf("live", at(2.5), 1.05)).toBe("catching-up");
    expect(paceOf("live", at(4.1), 1)).toBe("behind");
  });
  it("does not flicker at the limits", () => {
    expect(paceOf("behind", at(3.8), 1)).toBe("behind");
    expect(paceOf("catching-up", at(1.8), 1)).toBe("catching-up");
    expect(paceOf("catching-up", at(1.4), 1)).toBe("live");
  });
  it("knows when it knows nothing", () => {
    expect(paceOf("live", measured({ edgeLatencySeconds: null }), 1)).toBe("unknown");
  });
});
