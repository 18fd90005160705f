/** Everything about the player that can be seen, as one immutable value. */

import type { RenditionInfo } from "@/api/types";
import type { EngineKind, LatencyMode, Rendition } from "./engine/types";
import type { Pace } from "./latency";
import { INITIAL, type Model } from "./model";
import type { Quality } from "./quality";

/** Something worth telling the viewer once. */
export type Notice = "stable-mode" | "copied";

export interface PlayerView {
  model: Model;
  engine: EngineKind | null;
  /** What the engine can switch to; empty while it chooses by itself or plays sound alone. */
  renditions: Rendition[];
  /** What the server says it has. */
  offered: RenditionInfo[];
  /** What the viewer chose. */
  selected: Quality;
  /** The number of what is on screen. */
  active: number | null;
  switches: number;
  mode: LatencyMode;
  muted: boolean;
  volume: number;
  /** Playing without sound only because the browser would not start with it. */
  soundHeldBack: boolean;
  /** The viewer's will; a player that waits for data is still one that should play. */
  wantsToPlay: boolean;
  latencySeconds: number | null;
  pace: Pace;
  /** Server time (epoch milliseconds) until which an interrupted broadcast is waited for. */
  waitsUntilMs: number | null;
  notice: Notice | null;
}

export const INITIAL_VIEW: PlayerView = {
  model: INITIAL,
  engine: null,
  renditions: [],
  offered: [],
  selected: "auto",
  active: null,
  switches: 0,
  mode: "low",
  muted: false,
  volume: 1,
  soundHeldBack: false,
  wantsToPlay: true,
  latencySeconds: null,
  pace: "unknown",
  waitsUntilMs: null,
  notice: null,
};
