import { describe, expect, it } from "vitest";
import { INITIAL, type Input, type Model, reduce, stageOf } from "./model";

function after(...inputs: Input[]): Model {
  return inputs.reduce(reduce, INITIAL);
}

const live: Input = { type: "broadcast", state: "live" };
const interrupted: Input = { type: "broadcast", state: "interrupted" };
const offline: Input = { type: "broadcast", state: "offline" };
const media = (phase: Model["media"]): Input => ({ type: "media", phase });
const lost: Input = { type: "fault", fault: { kind: "network" } };

describe("the stage", () => {
  it.each<[string, Input[], string]>([
    ["before anything", [], "offline"],
    ["on air, nothing shown yet", [live, media("starting")], "starting"],
    ["on air and moving", [live, media("playing")], "playing"],
    ["out of data", [live, media("playing"), media("waiting")], "waiting"],
    ["paused by the viewer", [live, media("paused")], "paused"],
    ["interrupted, buffer not yet empty", [live, media("playing"), interrupted], "playing"],
    ["interrupted, buffer empty", [live, media("playing"), interrupted, media("waiting")], "interrupted"],
    ["back from an interruption", [interrupted, media("waiting"), live, media("playing")], "playing"],
    ["opened during an interruption", [interrupted, media("starting")], "interrupted"],
    ["over, last seconds still playing", [live, media("playing"), offline], "playing"],
    ["over and played out", [live, media("playing"), offline, media("waiting")], "offline"],
    ["over while paused", [live, media("paused"), offline], "offline"],
    ["failed", [live, media("waiting"), lost], "error"],
    ["failed, then moving again by itself", [live, lost, media("playing")], "playing"],
    ["failed, then trying again", [live, lost, { type: "retry" }], "starting"],
    ["failed, then over", [live, lost, offline], "offline"],
  ])("%s", (_, inputs, stage) => expect(stageOf(after(...inputs))).toBe(stage));
});

it("goes live again after it was over", () => {
  const over = after(live, media("playing"), offline, media("waiting"));
  expect(stageOf([live, media("starting"), media("playing")].reduce(reduce, over))).toBe("playing");
});

it("keeps a fault while a new attempt starts, so that the message does not flicker", () => {
  expect(stageOf(after(live, lost, media("starting")))).toBe("error");
});

it("does not change when nothing changes", () => {
  const model = after(live);
  expect(reduce(model, live)).toBe(model);
});
