/** What the player asks of whatever turns a playlist into pictures. */

export type EngineKind = "hls.js" | "native";

/** `low` follows the live edge as closely as the playlist allows; `stable` stays three segments behind it. */
export type LatencyMode = "low" | "stable";

export interface Rendition {
  index: number;
  width: number;
  height: number;
  frameRate: number | null;
  bitrateBps: number;
}

/** Why the network gave nothing: nobody answered, the answer was "not there", or it made no sense. */
export type Trouble = "network" | "missing";

/** Why nothing more can be tried. */
export type Failure = { kind: "codec"; codec: string } | { kind: "media" } | { kind: "unsupported" };

export type EngineEvent =
  | { type: "renditions"; renditions: Rendition[] }
  | { type: "active"; index: number }
  /** A request failed; the engine keeps trying by itself. */
  | { type: "trouble"; trouble: Trouble }
  /** A request was answered with what it asked for. */
  | { type: "answered" }
  /** The engine is in a state that only a new one gets out of. */
  | { type: "broken" }
  | { type: "failed"; failure: Failure };

export interface EngineOptions {
  mode: LatencyMode;
  onEvent(event: EngineEvent): void;
}

export interface Measurement {
  /** Distance to the live edge as the playlist tells it. */
  edgeLatencySeconds: number | null;
  /** The distance the engine steers to. */
  targetLatencySeconds: number | null;
  /** Wall-clock time at which the server got the frame on screen. */
  capturedAtMs: number | null;
  bandwidthBps: number | null;
  partTargetSeconds: number | null;
  segmentTargetSeconds: number | null;
}

export interface Engine {
  readonly kind: EngineKind;
  /** Jumps to the live edge, less the target latency. */
  seekToLive(): void;
  /** Tries at once instead of when the next attempt is due. */
  retryNow(): void;
  select(index: number | "auto"): void;
  setMode(mode: LatencyMode): void;
  measure(): Measurement;
  destroy(): void;
}
