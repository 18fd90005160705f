/** Keeps hls.js at the distance to the live edge that is safe here. */
import type Hls from "hls.js/light";
import { Pacer } from "./pacer";
import type { EngineOptions, LatencyMode } from "./types";

/** Targets closer together than this are the same to hls.js. */
const STEP_SECONDS = 0.01;
/** The playlist tells no distance: three of what it lists, as players always held. */
const PIECES = 3;
/** A step back must leave this much of the buffer behind it. */
const LEAST_BACK_SECONDS = 0.2;

export class HlsPace {
  readonly #hls: Hls;
  readonly #video: HTMLVideoElement;
  readonly #pacer = new Pacer();
  readonly #listening = new AbortController();
  #mode: LatencyMode;

  constructor(hls: Hls, video: HTMLVideoElement, { mode, expectedWaitSeconds }: EngineOptions) {
    this.#hls = hls;
    this.#video = video;
    this.#mode = mode;
    if (expectedWaitSeconds !== null) this.#pacer.expect(performance.now(), expectedWaitSeconds);
    for (const type of ["seeking", "play", "loadeddata"]) {
      video.addEventListener(type, () => this.settle(), { signal: this.#listening.signal });
    }
  }

  /** What comes next comes late because something begins anew. */
  settle(): void {
    this.#pacer.settle(performance.now());
  }

  /** The distance the playlist asks for in this mode. */
  get leastSeconds(): number | null {
    const details = this.#hls.latestLevelDetails;
    if (!details) return null;
    const stable = details.holdBack || PIECES * details.targetduration;
    return this.#mode === "stable" ? stable : details.partHoldBack || stable;
  }

  get waitSeconds(): number | null {
    return this.#pacer.waitSeconds(performance.now());
  }

  get targetSeconds(): number | null {
    return this.#pacer.plan(performance.now(), this.#video.currentTime)?.targetSeconds ?? this.leastSeconds;
  }

  /** A playlist has come. */
  listed(): void {
    const details = this.#hls.latestLevelDetails;
    const floorSeconds = this.leastSeconds;
    if (!details?.live || floorSeconds === null) return;
    const piece = this.#mode === "low" ? details.partTarget : 0;
    const partSeconds = piece || details.targetduration;
    this.#pacer.listed(performance.now(), details.edge, { floorSeconds, partSeconds });
  }

  /** Media is about to be added. */
  arrives(): void {
    const { paused, currentTime } = this.#video;
    if (paused) return;
    this.#pacer.arrives(performance.now(), currentTime, this.#hls.mainForwardBufferInfo?.len ?? 0);
  }

  /** To be called every moment. */
  keep(): void {
    const plan = this.#pacer.plan(performance.now(), this.#video.currentTime);
    if (!plan) return;
    const known = this.#hls.targetLatency ?? 0;
    if (Math.abs(known - plan.targetSeconds) >= STEP_SECONDS) this.#hls.targetLatency = plan.targetSeconds;
    const rate = this.#video.paused ? 1 : plan.rate;
    if (this.#video.playbackRate !== rate) this.#video.playbackRate = rate;
  }

  /** Further back goes at once, over what was played already: slowing down would take minutes. */
  setMode(mode: LatencyMode): void {
    this.#mode = mode;
    // Waits for parts say nothing about waits for segments.
    this.#pacer.expect(performance.now(), 0);
    this.settle();
    this.listed();
    this.keep();
    const plan = this.#pacer.plan(performance.now(), this.#video.currentTime);
    if (mode === "stable" && plan) this.#stepBack(plan.targetSeconds - plan.distanceSeconds);
  }

  destroy(): void {
    this.#listening.abort();
    this.#video.playbackRate = 1;
  }

  #stepBack(seconds: number): void {
    const { buffered, currentTime } = this.#video;
    for (let i = 0; i < buffered.length; i += 1) {
      if (buffered.start(i) > currentTime || buffered.end(i) < currentTime) continue;
      const position = Math.max(buffered.start(i) + LEAST_BACK_SECONDS, currentTime - seconds);
      if (position < currentTime) this.#video.currentTime = position;
    }
  }
}
