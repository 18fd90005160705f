/**
 * What the viewer is shown, as a function of what has happened.
 *
 * Three things decide it: whether the channel is on air, what the media element
 * does, and whether something failed for good. `stageOf` folds them into the one
 * stage that page, embed and tests speak of.
 */
import type { Failure, Trouble } from "./engine/types";

export type BroadcastState = "offline" | "live" | "interrupted";
export type MediaPhase = "idle" | "starting" | "playing" | "waiting" | "paused";
export type Fault = { kind: Trouble } | Failure;

export interface Model {
  broadcast: BroadcastState;
  media: MediaPhase;
  fault: Fault | null;
  /** The broadcast is over, but its last seconds are still being played. */
  draining: boolean;
}

export type Input =
  | { type: "broadcast"; state: BroadcastState }
  | { type: "media"; phase: MediaPhase }
  | { type: "fault"; fault: Fault }
  | { type: "retry" };

export type Stage = "offline" | "starting" | "playing" | "waiting" | "paused" | "interrupted" | "error";

export const INITIAL: Model = { broadcast: "offline", media: "idle", fault: null, draining: false };

export function reduce(model: Model, input: Input): Model {
  switch (input.type) {
    case "broadcast":
      return enterBroadcast(model, input.state);
    case "media":
      return enterPhase(model, input.phase);
    case "fault":
      return { ...model, fault: input.fault, draining: false };
    case "retry":
      return { ...model, fault: null, media: "starting" };
  }
}

function enterBroadcast(model: Model, state: BroadcastState): Model {
  if (state === model.broadcast) return model;
  if (state !== "offline") return { ...model, broadcast: state, draining: false };
  const draining = model.media === "playing";
  return { broadcast: state, media: draining ? "playing" : "idle", fault: null, draining };
}

function enterPhase(model: Model, phase: MediaPhase): Model {
  // The buffer of a broadcast that is over has run out: that is its end, not a stall.
  if (model.draining && phase !== "playing") return { ...model, media: "idle", draining: false };
  if (model.broadcast === "offline" && !model.draining) return { ...model, media: "idle" };
  // Pictures move again: whatever was wrong with the network no longer is.
  return { ...model, media: phase, fault: phase === "playing" ? null : model.fault };
}

export function stageOf(model: Model): Stage {
  if (model.fault) return "error";
  if (model.draining) return "playing";
  if (model.broadcast === "offline") return "offline";
  if (model.media === "playing" || model.media === "paused") return model.media;
  if (model.broadcast === "interrupted") return "interrupted";
  return model.media === "waiting" ? "waiting" : "starting";
}

/** Faults that the same broadcast will show again, however often it is tried. */
export function isFinal(fault: Fault | null): boolean {
  return fault !== null && fault.kind !== "network" && fault.kind !== "missing";
}
