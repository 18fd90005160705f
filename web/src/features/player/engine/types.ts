/** What the player asks of whatever turns a playlist into pictures. */

export type EngineKind = "hls.js" | "native";

/** `low` follows the live edge as closely as the playlist allows; `stable` stays three segments behind it. */
export type LatencyMode = "low" | "stable";

/** What the engine can switch to. */
export interface Rendition {
  /** The rendition's number in its URL: `/hls/<number>/stream.m3u8`. */
  number: number;
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
  | { type: "active"; number: number }
  /** A request failed; the engine keeps trying by itself. */
  | { type: "trouble"; trouble: Trouble }
  /** A request was answered with what it asked for. */
  | { type: "answered" }
  /** The engine is in a state that only a new one gets out of. */
  | { type: "broken" }
  | { type: "failed"; failure: Failure };

export interface EngineOptions {
  mode: LatencyMode;
  /** What to play from the first frame on. */
  select: number | "auto";
  /** Renditions to keep away from, as `setAway` says it later. */
  away: number[];
  /** What an engine before this one measured as `longestWaitSeconds`. */
  expectedWaitSeconds: number | null;
  onEvent(event: EngineEvent): void;
}

export interface Measurement {
  /** Distance to the live edge as the playlist tells it. */
  edgeLatencySeconds: number | null;
  /** The distance the engine steers to. */
  targetLatencySeconds: number | null;
  /** The least that the playlist asks for; what the target is beyond it, the connection makes necessary. */
  leastLatencySeconds: number | null;
  /** The longest that new media was waited for lately. */
  longestWaitSeconds: number | null;
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
  /** Switches without a break, to a rendition by its number or to the engine's own choice. */
  select(number: number | "auto"): void;
  /** Renditions that do not come at the moment; a chosen one is taken up again when it is back. */
  setAway(numbers: number[]): void;
  setMode(mode: LatencyMode): void;
  measure(): Measurement;
  destroy(): void;
}
