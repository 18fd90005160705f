/**
 * How close to the live edge is safe here, and how fast to play to get there.
 *
 * A part that comes late is played from what is buffered, so the distance that
 * never runs dry is the longest wait between two parts that this connection has
 * shown, and a margin. The playlist's PART-HOLD-BACK is the least. A long wait
 * raises the target at once; it comes down slowly, and the slower the more often
 * it came down too far. Playback is then sped up or slowed down too little to hear.
 *
 * Distances are measured from where the live edge would be had every part come
 * as quickly as the quickest of late ones: the edge that a playlist tells is late
 * exactly when the part is, and would hide the wait.
 */

const MAX_RATE = 1.05;
const MIN_RATE = 0.97;
/** Rate per second of distance from the target; falling short is the worse mistake. */
const GAIN_UP = 0.1;
const GAIN_DOWN = 0.2;
/** A correction begins this far from the target and ends this near to it. */
const BEGIN_SECONDS = 0.08;
const END_SECONDS = 0.02;
/** Further behind than this nothing catches up by itself: the viewer went back. */
export const FAR_SECONDS = 3;

/** Beyond the longest wait, for decoding and for a wait that is a little longer still. */
const LEAST_MARGIN_SECONDS = 0.1;
const MARGIN_PARTS = 1;
/** How much further than the least playback begins. */
const FIRST_EXTRA_SECONDS = 0.1;
/** With so little left the decoder has stopped, or is about to. */
const DRY_SECONDS = 0.05;
/** A connection that needs more than this beyond the playlist's distance needs another mode. */
const MAX_EXTRA_SECONDS = 2;
/** How fast a longest wait is forgotten, in seconds per second: at first, and after many surprises. */
const FORGET = 0.005;
const FORGET_LEAST = 0.0005;

/** Waits in the first moments after a start or a jump are those of loading, not of the network. */
const SETTLE_MS = 3_000;
/** The quickest arrival is searched in this one and the last span of time, so that clocks may drift. */
const BASE_SPAN_MS = 30_000;
/** More than lateness: the timeline of the playlist has moved. */
const MAX_LATENESS_SECONDS = 1.5;

export interface Plan {
  /** The distance to the live edge to steer to. */
  targetSeconds: number;
  /** Where playback is, by the same measure. */
  distanceSeconds: number;
  rate: number;
}

export interface Bounds {
  /** The least distance, as the playlist asks for it. */
  floorSeconds: number;
  partSeconds: number;
}

export class Pacer {
  #bounds: Bounds = { floorSeconds: 1, partSeconds: 0.333 };
  #settledAt = Number.POSITIVE_INFINITY;
  /** Longest wait, less what has been forgotten of it since `#longestAt`. */
  #longest = 0;
  #longestAt = 0;
  #forget = FORGET;
  /** Clock minus live edge, least of this span and of the one before. */
  #base = Number.POSITIVE_INFINITY;
  #baseBefore = Number.POSITIVE_INFINITY;
  #baseSince = 0;
  #correcting = false;

  /** What an earlier playback has shown of the same connection; zero is nothing. */
  expect(nowMs: number, waitSeconds: number): void {
    this.#longest = waitSeconds;
    this.#longestAt = nowMs;
  }

  /** The longest wait as far as it is remembered, or null before the first. */
  waitSeconds(nowMs: number): number | null {
    return this.#longest === 0 ? null : this.#longestNow(nowMs);
  }

  /** Playback starts or jumps: what is measured in the next moments says nothing. */
  settle(nowMs: number): void {
    this.#settledAt = nowMs + SETTLE_MS;
    this.#correcting = false;
  }

  /** The playlist tells of media up to `edgeSeconds`, and what distance it wants. */
  listed(nowMs: number, edgeSeconds: number, bounds: Bounds): void {
    this.#bounds = bounds;
    // Nothing is known of this connection yet: a little more than the least, forgotten like any other wait.
    if (this.#longest === 0) this.expect(nowMs, bounds.floorSeconds + FIRST_EXTRA_SECONDS - this.#margin());
    const offset = nowMs / 1000 - edgeSeconds;
    if (offset - this.#quickest() > MAX_LATENESS_SECONDS) this.#baseBefore = this.#base = offset;
    if (nowMs - this.#baseSince > BASE_SPAN_MS) {
      this.#baseSince = nowMs;
      this.#baseBefore = this.#base;
      this.#base = offset;
    }
    this.#base = Math.min(this.#base, offset);
  }

  /** Media is about to be added where `leftSeconds` are still buffered ahead of `position`. */
  arrives(nowMs: number, position: number, leftSeconds: number): void {
    const distance = this.#distance(nowMs, position);
    if (nowMs < this.#settledAt || distance === null) return;
    // At this distance the buffer would just not have run dry.
    const wait = distance - Math.max(0, leftSeconds);
    const known = this.#longestNow(nowMs);
    if (wait <= known) return;
    const margin = this.#margin();
    const cameDownTooFar =
      known > 0 && wait > known + margin / 2 && wait + margin > this.#bounds.floorSeconds;
    if (cameDownTooFar) this.#forget = Math.max(FORGET_LEAST, this.#forget / 2);
    // Where the buffer ran dry, nobody knows how much longer the next wait is.
    this.#longest = leftSeconds > DRY_SECONDS ? wait : wait + margin / 2;
    this.#longestAt = nowMs;
  }

  plan(nowMs: number, position: number): Plan | null {
    const distanceSeconds = this.#distance(nowMs, position);
    if (distanceSeconds === null) return null;
    const targetSeconds = this.#target(nowMs);
    return { targetSeconds, distanceSeconds, rate: this.#rate(distanceSeconds - targetSeconds) };
  }

  #target(nowMs: number): number {
    const { floorSeconds } = this.#bounds;
    const needed = this.#longestNow(nowMs) + this.#margin();
    return Math.min(floorSeconds + MAX_EXTRA_SECONDS, Math.max(floorSeconds, needed));
  }

  #margin(): number {
    return Math.max(LEAST_MARGIN_SECONDS, this.#bounds.partSeconds * MARGIN_PARTS);
  }

  #longestNow(nowMs: number): number {
    return Math.max(0, this.#longest - (this.#forget * (nowMs - this.#longestAt)) / 1000);
  }

  #rate(error: number): number {
    if (error > FAR_SECONDS) this.#correcting = false;
    else if (Math.abs(error) > BEGIN_SECONDS) this.#correcting = true;
    else if (Math.abs(error) < END_SECONDS) this.#correcting = false;
    if (!this.#correcting) return 1;
    const wanted = 1 + error * (error > 0 ? GAIN_UP : GAIN_DOWN);
    // Steps of a hundredth, and never none: the last bit is corrected too.
    const step = error > 0 ? Math.ceil(wanted * 100) : Math.floor(wanted * 100);
    return Math.min(MAX_RATE, Math.max(MIN_RATE, step / 100));
  }

  #quickest(): number {
    return Math.min(this.#base, this.#baseBefore);
  }

  #distance(nowMs: number, position: number): number | null {
    const base = this.#quickest();
    return Number.isFinite(base) ? nowMs / 1000 - base - position : null;
  }
}
